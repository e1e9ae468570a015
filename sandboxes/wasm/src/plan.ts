import type { Json } from "@pawl/plugin";

/** What a program may know of the time: nothing (`fixed`: the epoch), or real time in steps of so many milliseconds. */
export type Clock = "fixed" | { readonly resolutionMs: number };

/** What the child needs to know of a job beside the job. Plain data. */
export type Plan =
  | { readonly engine: "quickjs" }
  | {
      readonly engine: "wasi";
      /** Digest of the module, which the child holds. */
      readonly module: string;
      /** The program's name and arguments. */
      readonly argv: readonly string[];
      readonly clock: Clock;
      readonly tableEntries: number;
    };

/** Plans are JSON already; this says so to the compiler. */
export const planAsJson = (plan: Plan): Json => plan as Json;
