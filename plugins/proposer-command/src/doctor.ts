import type { Check } from "@pawl/plugin";
import { BareHost, findProgram } from "./host/bare-host.ts";
import type { CommandOptions } from "./options.ts";
import type { Sandboxed } from "./sandbox/sandboxed.ts";

/** Whether the agent could work here, and what holds it. */
export async function checkAgent(
  options: CommandOptions,
  root: string,
  host: BareHost | Sandboxed,
): Promise<readonly Check[]> {
  if (host instanceof BareHost) return [await checkProgram(options, root), checkContainment(options, host)];
  const { executor, gateway } = await host.make();
  try {
    const checks = [...((await executor.doctor?.(host.limits)) ?? []), ...((await gateway?.doctor?.()) ?? [])];
    const own: Check = { name: "agent", ok: true, detail: `runs in ${host.name}` };
    return [own, ...checks.map((check) => ({ ...check, name: `agent ${check.name}` }))];
  } finally {
    await executor.close?.();
    await gateway?.close?.();
  }
}

async function checkProgram({ command, env }: CommandOptions, root: string): Promise<Check> {
  const [program = ""] = command;
  try {
    const file = await findProgram(program, root);
    const missing = env.filter((name) => process.env[name] === undefined);
    if (missing.length === 0) return { name: "agent", ok: true, detail: file };
    return {
      name: "agent",
      ok: false,
      detail: `${file}; the environment has no ${missing.join(", ")}`,
      remedy: "Set what the agent needs, or take it out of `env`.",
    };
  } catch (error) {
    const { message, remedy } = error as { message: string; remedy?: string };
    return { name: "agent", ok: false, detail: message, ...(remedy === undefined ? {} : { remedy }) };
  }
}

function checkContainment({ home, processes }: CommandOptions, host: BareHost): Check {
  const { namespace, processesBy } = host.containment;
  const ends = namespace ? "its processes end with it" : "processes that hide from it may outlive it";
  const bound = processesBy === undefined ? "nothing bounds how many it starts" : `at most ${processes} at once`;
  return {
    name: "agent sandbox",
    ok: false,
    warning: true,
    detail:
      `none: it runs as this user and may read and change whatever this user may, the network included ` +
      `(${home === "own" ? "this user's home" : "a home of its own"}; ${ends}; ${bound})`,
    remedy: "Name a sandbox: command({ sandbox: docker({ image: … }) }), or run Pawl where there is nothing to lose.",
  };
}
