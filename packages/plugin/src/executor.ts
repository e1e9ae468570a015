import type { GatewaySession } from "./gateway.ts";
import type { Execution, Job } from "./job.ts";
import type { Json } from "./json.ts";
import type { Limits } from "./limits.ts";

/** One line of `pawl doctor`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found: `cgroup v1, writable`. */
  readonly detail: string;
  /** What to do where it is not ok. */
  readonly remedy?: string;
  /** What is not ok does not keep a run from starting: it makes the run worth less. */
  readonly warning?: true;
}

/** What the executor is going to be asked for during this run. */
export interface ExecutorTask {
  readonly limits: Limits;
  /** Executions that may be under way at once. */
  readonly concurrency: number;
  /** Names the run, for labels of whatever must be cleaned up after a crash. */
  readonly run: string;
}

/** Runs candidates in a disposable sandbox. Fails closed: a limit that it cannot enforce is a refusal. */
export interface Executor {
  /** What can be enforced on this machine and what not. Throws nothing. */
  doctor?(limits: Limits): Promise<readonly Check[]>;
  /**
   * What of the sandbox decides how a candidate behaves, such as the digests of images: it goes into the lock. Called
   * before `prepare`; must be the same as long as nothing has changed.
   */
  fingerprint?(signal: AbortSignal): Promise<Json>;
  /**
   * Called once before the first job: warm up, remove what an earlier crash left behind.
   * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where a limit of the task cannot be enforced here.
   */
  prepare?(task: ExecutorTask, signal: AbortSignal): Promise<void>;
  /**
   * Runs one job. Rejects only where the sandbox itself breaks (`PAWL_SANDBOX_FAILED`) or when `signal` aborts;
   * whatever the candidate does is an {@link Execution}.
   *
   * `gateway` is there exactly where the job's `network` is `gateway`: the other end of the candidate's model calls.
   */
  execute(job: Job, signal: AbortSignal, gateway?: GatewaySession): Promise<Execution>;
  /** Ends every process and removes everything that the executor made. */
  close?(): Promise<void>;
}
