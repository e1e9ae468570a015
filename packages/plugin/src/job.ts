import type { Json } from "./json.ts";
import type { AttestedLimit, Limits } from "./limits.ts";
import type { ModelUse } from "./model.ts";

/** The content of the surface (or of other files) by path. Paths are relative, with forward slashes. */
export type Files = Readonly<Record<string, string>>;

/** Files of the project that go into a sandbox beside the surface: helpers, training data, an evaluator. Locked. */
export interface Bundle {
  /** SHA-256 over paths and contents, in hex. An executor may keep a bundle by its digest. */
  readonly digest: string;
  /** Contents by path. Paths are relative, with forward slashes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A program that is started in a sandbox. */
export interface Program {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files that lie in the program's folder, read-only. */
  readonly bundle?: Bundle;
}

/** How the candidate is started. */
export type Entry =
  /** The default export of `file`, called once per input with that input; its return value is the output. */
  | {
      readonly kind: "call";
      readonly file: string;
      /** Text files that the surface may import. The engine puts them among the job's files: executors need not look. */
      readonly bundle?: Bundle;
    }
  /**
   * A program. Without an evaluator it gets one JSON line per input on stdin and answers one JSON line per output on
   * stdout. With one there are two phases: the candidate runs without any input and leaves artifacts; then the
   * evaluator, which is locked, runs in a second, fresh sandbox with the artifacts and the inputs, and answers.
   */
  | (Program & {
      readonly kind: "exec";
      /** Paths that are copied out when the program has ended. */
      readonly artifacts?: readonly string[];
      readonly evaluator?: Program;
    });

/**
 * The inputs of one evaluation. An executor may keep a batch by its digest, so that inputs cross into the sandbox
 * once per evaluation and not once per experiment.
 */
export interface InputBatch {
  /** SHA-256 of the JSON text of `items`, in hex. */
  readonly digest: string;
  readonly items: readonly Json[];
}

/** One execution of one candidate: plain data, without host paths, without answers. */
export interface Job {
  /** Unique within the run: `<experiment>/<purpose>`, for labels and logs. */
  readonly id: string;
  readonly files: Files;
  readonly entry: Entry;
  readonly inputs: InputBatch;
  /** Seed for the candidate's own randomness: `Math.random` or its equivalent is seeded with it. */
  readonly seed: number;
  readonly limits: Limits;
}

/** What the candidate answered for one input. An error on one input is that input's outcome, not the job's. */
export type Output = ({ readonly value: Json } | { readonly error: string }) & {
  /**
   * What the case used of the model gateway, as metered on the host: added by the engine. Where the sandbox cannot tell
   * cases apart, each bears an equal share.
   */
  readonly model?: ModelUse;
};

/** What an execution used, as measured from outside of the candidate. */
export interface Usage {
  /** Milliseconds from the job's start to its last byte. */
  readonly wallMs: number;
  readonly cpuMs?: number;
  readonly peakMemoryMb?: number;
  /** Time for which the job had GPUs, in seconds, summed over the devices. Present where `limits.gpu` is. */
  readonly gpuSeconds?: number;
  readonly outputBytes?: number;
  /** What it cost, in US dollars; absent where nobody charges, or where a price is not known. */
  readonly usd?: number;
  /** What it used of the model gateway, by name of the model: added by the engine. */
  readonly models?: Readonly<Record<string, ModelUse>>;
  /** Bytes read from and written to disks. File systems in memory are none. */
  readonly blockReadBytes?: number;
  readonly blockWrittenBytes?: number;
}

interface ExecutionBase {
  readonly usage: Usage;
  /** The limits that were in force. */
  readonly limits: readonly AttestedLimit[];
  /** What the candidate printed, capped. Never read as a score. */
  readonly stdout: string;
  readonly stderr: string;
}

/** The outcomes of an execution that yielded no usable outputs. */
export const FAILED_OUTCOMES = ["timeout", "out-of-memory", "crashed", "output-limit", "violation"] as const;
export type FailedOutcome = (typeof FAILED_OUTCOMES)[number];

/** How one execution ended. What a candidate does wrong is an outcome, not an exception. */
export type Execution =
  | (ExecutionBase & {
      readonly outcome: "ok";
      /** One per input, in the order of the inputs. */
      readonly outputs: readonly Output[];
      /** Declared artifacts by path. */
      readonly artifacts?: Readonly<Record<string, Uint8Array>>;
    })
  | (ExecutionBase & { readonly outcome: FailedOutcome; readonly reason: string });
