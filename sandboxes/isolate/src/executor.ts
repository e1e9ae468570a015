import {
  type Check,
  type Entry,
  type Execution,
  type Executor,
  type ExecutorTask,
  type GatewaySession,
  type Job,
  type Limits,
  PawlError,
} from "@pawl/plugin";
import { allowance, attest, ChildExecutor, refuseUnenforceable } from "@pawl/sandbox-process";
import { childCommand } from "./launch.ts";
import type { IsolateOptions } from "./options.ts";

const SPEAKER = { name: "isolate", noun: "an isolate", asksModels: true };

/** Runs candidates in fresh isolates inside warm, capped, killable child processes. */
export class IsolateExecutor implements Executor {
  readonly #children: ChildExecutor;

  constructor(options: IsolateOptions) {
    this.#children = new ChildExecutor(
      {
        name: SPEAKER.name,
        runs: "isolated-vm",
        command: childCommand,
        allowance,
        assertEnforceable: (limits) => refuseUnenforceable(limits, SPEAKER),
        attest: (limits, cap, confinement) => attest(limits, cap, confinement, { time: "isolate", memory: "isolate" }),
      },
      options,
    );
  }

  doctor(limits: Limits): Promise<readonly Check[]> {
    return this.#children.doctor(limits);
  }

  prepare(task: ExecutorTask, signal: AbortSignal): Promise<void> {
    return this.#children.prepare(task, signal);
  }

  async execute(job: Job, signal: AbortSignal, gateway?: GatewaySession): Promise<Execution> {
    return this.#children.execute(job, { entry: callable(job.entry) }, signal, gateway);
  }

  close(): Promise<void> {
    return this.#children.close();
  }
}

/**
 * Refuses programs: an isolate has no processes.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
function callable(entry: Entry): string {
  if (entry.kind === "call") return entry.file;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", "the isolate sandbox cannot run programs, only functions", {
    path: "entry.kind",
    remedy: 'Export a function by default and use the entry kind "call", or use another executor.',
  });
}
