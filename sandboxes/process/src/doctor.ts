import type { Check, Limits, PawlError } from "@pawl/plugin";
import type { Child } from "./child.ts";
import type { Confinement } from "./launch.ts";
import type { Probed } from "./memory-cap/probe.ts";

const CAP_REMEDY =
  "Use Linux, and either a cgroup that this user may write (a systemd user session, root) or util-linux's prlimit.";

/** What the lines say of the kind of sandbox. */
export interface DoctorSpec {
  readonly name: string;
  /** What runs in the children: `isolated-vm`. */
  readonly runs: string;
  assertEnforceable(limits: Limits): void;
}

/** The lines of `pawl doctor`. `child` is one that was started to see what it is like, or why that failed. */
export function report(
  { name, runs, assertEnforceable }: DoctorSpec,
  limits: Limits,
  probed: Probed,
  confinement: Confinement,
  child: Child | Error,
): Check[] {
  const started = !(child instanceof Error);
  const dropped = started && child.uid !== 0;
  return [
    checkLimits(name, () => assertEnforceable(limits)),
    {
      name: `${name}: Node and ${runs}`,
      ok: started,
      detail: started ? `Node ${process.version}, ${runs} runs` : child.message,
      ...(started ? {} : { remedy: "Use Node 24 or newer on Linux and install the dependencies again." }),
    },
    "cap" in probed
      ? { name: `${name}: memory cap`, ok: true, detail: probed.cap.detail }
      : { name: `${name}: memory cap`, ok: false, detail: probed.why.join(" · "), remedy: CAP_REMEDY },
    {
      name: `${name}: privileges`,
      ok: dropped,
      detail: started
        ? `children run as user ${child.uid}${confinement.noNewPrivileges ? ", and can gain no privileges" : ""}`
        : "not known",
      ...(dropped ? {} : { remedy: "Run Pawl as a user other than root, or let root change its user." }),
    },
    {
      name: `${name}: second lines`,
      ok: true,
      detail: [
        `network namespace: ${confinement.noNetwork ? "yes" : "no"}`,
        `no files (RLIMIT_FSIZE): ${confinement.noFiles ? "yes" : "no"}`,
        "Node permission model: yes",
      ].join(", "),
    },
    {
      name: `${name}: end of the engine`,
      ok: started,
      detail: started ? "a child ends itself when its pipe to the engine closes" : "not known",
    },
  ];
}

function checkLimits(sandbox: string, assert: () => void): Check {
  const name = `${sandbox}: the limits asked for`;
  try {
    assert();
    return { name, ok: true, detail: `none that ${sandbox} cannot enforce` };
  } catch (error) {
    const { message, remedy } = error as PawlError;
    return { name, ok: false, detail: message, ...(remedy === undefined ? {} : { remedy }) };
  }
}
