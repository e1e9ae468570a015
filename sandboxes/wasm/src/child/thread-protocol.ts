import type { JobRequest, ResultResponse } from "@pawl/sandbox-process/child";

/** What the main thread of a child asks of the thread that runs candidates. */
export type ThreadRequest =
  | { readonly type: "keep"; readonly kind: "batch" | "module"; readonly digest: string; readonly bytes: Uint8Array }
  | { readonly type: "forget"; readonly kind: "batch" | "module"; readonly digest: string }
  | { readonly type: "run"; readonly job: JobRequest };

/** How a job went. Nothing is answered to the other requests. */
export interface ThreadResult extends Pick<ResultResponse, "outcome" | "reason" | "stdout" | "stderr"> {
  readonly outputs: Uint8Array;
  /** Memory of the instance at its end, in bytes. */
  readonly memoryBytes: number;
  /** Whether the thread is as good as before. */
  readonly atRest: boolean;
}
