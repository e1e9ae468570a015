import type { GatewayReport, Purse } from "@pawl/plugin";

/** How an agent came to its end. */
export type AgentEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "time-out" }
  /** The sandbox ended it: out of memory, too much output … */
  | { readonly kind: "sandbox"; readonly outcome: string; readonly reason: string };

/** A file as it was taken back, or why it was not. */
export type Taken = { readonly text: string } | { readonly problem: string };

/** What one call of the agent left. Hostile through and through. */
export interface AgentRun {
  readonly end: AgentEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** By path: the surface, and what else was asked for. A file that is not there is not in it. */
  readonly files: ReadonlyMap<string, Taken>;
  /** Paths that it wrote and that nobody takes, at most some. */
  readonly ignored: readonly string[];
  /** What it used of the gateway, where it had one. */
  readonly gateway?: GatewayReport;
}

/** What an agent is started with. */
export interface AgentTask {
  readonly experiment: number;
  readonly seed: number;
  /** Everything that lies in the scratch copy, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths that are taken back where they are there. */
  readonly wanted: readonly string[];
}

/** Where agents run. */
export interface AgentHost {
  /** `none`, or the name of the sandbox. */
  readonly name: string;
  run(task: AgentTask, purse: Purse, signal: AbortSignal): Promise<AgentRun>;
  close(): Promise<void>;
}
