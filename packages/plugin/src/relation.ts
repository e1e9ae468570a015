import type { Output } from "./job.ts";
import type { Json } from "./json.ts";
import type { Random } from "./random.ts";

/**
 * A change of the cases that a surface which has learnt the problem, and not the cases, lives through. Fields are names
 * of top-level properties of the inputs, or paths with dots.
 */
export type Relation =
  /** Fields that only tell cases apart. They may be replaced one for one: equal ones stay equal. */
  | { readonly kind: "identifiers"; readonly fields: readonly string[] }
  /** Fields that say nothing about the answer. Their values may be dealt to other cases. */
  | { readonly kind: "irrelevant"; readonly fields: readonly string[] }
  /** Amounts in a unit that does not matter. Multiplied by one factor, the answers stay, or are multiplied by it as well. */
  | { readonly kind: "scale"; readonly fields: readonly string[]; readonly answers: "same" | "scaled" }
  /** Raising the field never lowers (`up`), or never raises (`down`), the answer, which is a number. */
  | { readonly kind: "monotone"; readonly field: string; readonly answers: "up" | "down" }
  /** A case that stands twice gets the same answer twice, and the case beside it does not change its own. */
  | { readonly kind: "duplicates" }
  | CustomRelation;

/** A relation of one's own. */
export interface CustomRelation {
  readonly kind: "custom";
  readonly name: string;
  /** The changed inputs: one for each input, in the same order. */
  transform(inputs: readonly Json[], random: Random): readonly Json[];
  /** Whether the answer to a changed input goes with the answer to the input before. */
  holds(before: Output, after: Output, input: Json, changed: Json): boolean;
}
