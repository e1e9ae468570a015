import type { Execution, Json } from "@pawl/plugin";

/** What crosses into a child once and is used by many jobs: the inputs of an evaluation, or a compiled program. */
export type BlobKind = "batch" | "module";

/** What the engine asks of a child. The child trusts it. */
export type Request =
  | {
      readonly type: "keep";
      readonly kind: BlobKind;
      readonly digest: string;
      /** Blobs of the same kind that the child may let go. */
      readonly forget: readonly string[];
    }
  | JobRequest
  /** What a model said to a job's question; the text of the answer is the frame's body. */
  | { readonly type: "answer"; readonly id: number; readonly status: number };

/** One job, as a child gets it. The inputs are those of a batch that it has. */
export interface JobRequest {
  readonly type: "job";
  readonly files: Readonly<Record<string, string>>;
  /** The file whose default export is called, or the name of a program. */
  readonly entry: string;
  /** What else this kind of sandbox needs to know. */
  readonly plan?: Json;
  readonly digest: string;
  readonly seed: number;
  readonly wallMs: number;
  readonly memoryMb: number;
  readonly outputBytes: number;
  /** Whether the candidate may ask models. */
  readonly models: boolean;
}

/** Characters of printed text that are kept of each stream. */
export const PRINTED_CHARACTERS = 65_536;

/** The largest header a child may send: twice the printed text, fully escaped, and some room. */
export const HEADER_BYTES = 2 * 6 * PRINTED_CHARACTERS + 65_536;

/** What a child may answer. Types only: what really arrives is checked by `response-schema.ts`. */
export type Response =
  | {
      readonly type: "ready";
      /** The user that the child runs as now. */
      readonly uid: number;
    }
  | { readonly type: "kept"; readonly digest: string }
  /** The job is there, and no code of the candidate has run yet. */
  | { readonly type: "started" }
  | AskResponse
  | ResultResponse;

/** A question to a model, while a job runs; the request is the frame's body. */
export interface AskResponse {
  readonly type: "ask";
  /** Names it within its job. */
  readonly id: number;
  /** Position of the input that the candidate is at. */
  readonly case: number;
}

/** How a job went. The outputs are the frame's body: a JSON array with one entry per input. */
export interface ResultResponse {
  readonly type: "result";
  readonly outcome: Execution["outcome"];
  readonly reason: string;
  /** Whether the child is as good as before. */
  readonly reusable: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly cpuMs: number;
  readonly heapMb: number;
}
