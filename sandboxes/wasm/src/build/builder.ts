import type { Check, ExecutorTask, FailedOutcome, Files, Limits, Usage } from "@pawl/plugin";

/** What came of a build: a module, or why there is none. */
export type Built =
  | { readonly ok: true; readonly bytes: Buffer }
  | {
      readonly ok: false;
      /** `crashed` where the compiler refused the source, which it would do again. */
      readonly outcome: FailedOutcome;
      /** What the compiler said, for the proposer. */
      readonly reason: string;
      readonly usage: Usage;
      readonly stderr: string;
    };

/** A locked step that makes a module of a candidate's source, in a sandbox of its own: the source is hostile. */
export interface Builder {
  doctor(limits: Limits): Promise<readonly Check[]>;
  /** @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where the build cannot be confined here */
  prepare(task: ExecutorTask, signal: AbortSignal): Promise<void>;
  build(files: Files, signal: AbortSignal): Promise<Built>;
  close(): Promise<void>;
}
