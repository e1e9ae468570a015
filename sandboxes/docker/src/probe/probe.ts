import { setTimeout as delay } from "node:timers/promises";
import type { Check } from "@pawl/plugin";
import type Docker from "dockerode";
import { Container, type Exit } from "../container/container.ts";
import { type ContainerSpec, MAX_FILES } from "../container/spec.ts";
import { DaemonGone } from "../daemon/errors.ts";
import type { Metering } from "../daemon/daemon.ts";
import type { Probed } from "../options.ts";
import { burn, GROW, LOOK } from "./script.ts";

/** What is tried with: small enough to be reached at once. */
const MEMORY_MB = 48;
const PIDS = 24;
const DISK_KB = 4_096;
/** A hang guard: a probe takes a fraction of a second. */
const GUARD_MS = 60_000;
const BURN_MS = 500;

/** One thing that was tried. */
export interface Finding {
  readonly what: Probed;
  readonly ok: boolean;
  /** What was seen. */
  readonly detail: string;
}

/** What all probe containers have in common with those of the experiments. */
export type ProbeBase = Pick<ContainerSpec, "image" | "imageVolumes" | "labels" | "runtime" | "cpus"> & {
  name(): string;
  readonly metering: Metering;
};

/**
 * Tries every limit in containers that are made as those of the experiments are, and believes only what was seen.
 * @param swapUncounted whether the daemon says that it limits memory, and cannot limit swap with it
 * @throws DaemonGone · PawlError `PAWL_SANDBOX_FAILED` where a container cannot even be started
 */
export async function probe(docker: Docker, base: ProbeBase, swapUncounted: boolean): Promise<readonly Finding[]> {
  const [look, memory, cpu] = await Promise.all([
    probeLook(docker, base),
    probeMemory(docker, base, swapUncounted),
    probeCpu(docker, base),
  ]);
  return [...look, ...memory, cpu];
}

/** The findings as lines of `pawl doctor`. */
export function findingChecks(findings: readonly Finding[]): Check[] {
  return findings.map(({ what, ok, detail }) => ({
    name: `docker: ${what}`,
    ok,
    detail,
    ...(ok ? {} : { remedy: `Use a daemon that enforces it, or accept that with allowUnenforced: ["${what}"].` }),
  }));
}

interface Talk {
  readonly lines: readonly string[];
  readonly exit: Exit | undefined;
}

type Until = (lines: readonly string[]) => boolean | Promise<boolean>;

/** Runs a script until it ends, has said what is waited for, or hangs. */
async function run(
  docker: Docker,
  { name, metering, ...base }: ProbeBase,
  script: string,
  more: Partial<ContainerSpec>,
  until: Until,
  look?: (container: Container) => Promise<void>,
): Promise<Talk> {
  const container = await Container.launch(
    docker,
    {
      ...base,
      name: name(),
      argv: ["/bin/sh", "-c", script],
      env: {},
      memoryMb: MEMORY_MB,
      pids: PIDS,
      cpuSeconds: 30,
      work: { kilobytes: DISK_KB, writable: true },
      ...more,
    },
    metering,
  );
  try {
    let text = "";
    const { promise, resolve, reject } = Promise.withResolvers<Exit | undefined>();
    const lines = (): string[] => text.split("\n").slice(0, -1);
    container.listen({
      onData: (_, chunk) => {
        text += chunk.toString("utf8");
        if (until(lines()) === true) resolve(undefined);
      },
      onEnd: (end) => (end instanceof DaemonGone ? reject(end) : resolve(end)),
    });
    const guard = setTimeout(() => resolve(undefined), GUARD_MS);
    const exit = await promise.finally(() => clearTimeout(guard));
    await look?.(container);
    return { lines: lines(), exit };
  } finally {
    await container.remove();
  }
}

function valuesOf(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

async function probeLook(docker: Docker, base: ProbeBase): Promise<Finding[]> {
  // A shell that cannot open another process ends; one that could open all says so.
  const { lines } = await run(docker, base, LOOK, {}, (seen) => seen.at(-1) === "processes unlimited");
  const one = (name: string): string => valuesOf(lines, name)[0] ?? "not told";
  const wrote = valuesOf(lines, "wrote");
  const filled = Number(one("filled"));
  const processes = valuesOf(lines, "process").length;
  const [uid, caps, nnp, seccomp] = ["uid", "caps", "nnp", "seccomp"].map(one);
  return [
    {
      what: "privileges",
      ok: uid === "65534" && /^0+$/.test(caps!) && nnp !== "0" && seccomp !== "0",
      detail: `user ${uid}, capabilities ${caps}, no new privileges ${nnp}, seccomp ${seccomp}`,
    },
    {
      what: "rootfs",
      ok: wrote.length === 0 && lines.length > 0,
      detail: wrote.length === 0 ? "read-only" : `writable: ${wrote.join(", ")}`,
    },
    {
      what: "network",
      ok: one("links") === "0" && one("routes") === "0",
      detail: `${one("links")} interfaces, ${one("routes")} routes`,
    },
    { what: "nofile", ok: Number(one("nofile")) <= MAX_FILES, detail: `${one("nofile")} open files` },
    { what: "diskMb", ok: filled > 0 && filled <= DISK_KB, detail: `${filled} KB went into ${DISK_KB} KB` },
    { what: "pids", ok: processes > 0 && processes < PIDS, detail: `${processes} processes within a limit of ${PIDS}` },
  ];
}

async function probeMemory(docker: Docker, base: ProbeBase, swapUncounted: boolean): Promise<Finding[]> {
  const { lines, exit } = await run(docker, base, GROW, {}, (seen) => seen.at(-1) === "grown enough");
  const told = valuesOf(lines, "grown").at(-1) ?? "0";
  const grown = told === "enough" ? 512 : Number(told) / 1_024;
  const ok = exit?.code === 137 && grown > 0 && grown <= MEMORY_MB;
  const detail = ok
    ? `ended at ${MEMORY_MB} MB, swap included`
    : `a process grew to ${grown} MB within a limit of ${MEMORY_MB} MB`;
  // Which of the two is to blame is the one thing that the daemon is asked, and not shown.
  return [
    { what: "memoryMb", ok: ok || swapUncounted, detail },
    { what: "swap", ok: ok || !swapUncounted, detail },
  ];
}

/** A limit shows in that processes are held back. Where they are not, they must not have used more than the limit. */
async function probeCpu(docker: Docker, base: ProbeBase): Promise<Finding> {
  const processes = Math.min(8, Math.ceil(base.cpus) + 1);
  let finding: Finding = { what: "cpus", ok: false, detail: "the daemon does not tell what a container uses" };
  await run(
    docker,
    base,
    burn(processes),
    {},
    (lines) => lines.length > 0,
    async (container) => {
      const before = await container.usage();
      const started = performance.now();
      await delay(BURN_MS);
      const after = await container.usage();
      if (before === undefined || after === undefined) return;
      const used = (after.cpuMs - before.cpuMs) / (performance.now() - started);
      const ok = after.throttled > 0 || used <= base.cpus;
      const held = after.throttled > 0 ? "held back" : "not held back";
      finding = {
        what: "cpus",
        ok,
        detail: `${processes + 1} busy processes used ${used.toFixed(2)} CPUs within a limit of ${base.cpus}, ${held}`,
      };
    },
  );
  return finding;
}
