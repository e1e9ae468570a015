import type { Json } from "@pawl/plugin";

/** What a program may know of the time: nothing (`fixed`: the epoch), or real time in steps of so many milliseconds. */
export type Clock = "fixed" | { readonly resolutionMs: number };

/** The largest module, in bytes. */
export const MODULE_BYTES = 16_777_216;

/** What is kept of modules may take so much in a child, compiled code included, in bytes. */
export const KEPT_BYTES = 67_108_864;

/** What a child needs for modules beside their memory: those that are kept, and the copies of a new one on its way. */
export const ROOM_BYTES = KEPT_BYTES + 6 * MODULE_BYTES;

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
