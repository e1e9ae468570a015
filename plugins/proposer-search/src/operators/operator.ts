import type { Json, Random } from "@pawl/plugin";
import type { Field } from "../surface/fields.ts";
import type { Candidate, Surface } from "../surface/surface.ts";
import type { Memo } from "../search/memo.ts";
import type { Memory } from "../search/memory.ts";

/** What an operator works on. */
export interface View {
  /** The surface to change: mostly the champion. */
  readonly surface: Surface;
  readonly fields: readonly Field[];
  readonly memory: Memory;
}

/** A changed surface and what the change means. */
export interface Move extends Candidate {
  /** In words that a human understands. */
  readonly hypothesis: string;
  readonly memo: Omit<Memo, "op" | "key">;
  readonly trace?: Json;
}

export type Group = "tune" | "structure" | "crossover";

/** One way to change a surface. */
export interface Operator {
  readonly name: string;
  readonly group: Group;
  /** The least share of the group's attempts that it gets while it applies. */
  readonly floor?: (view: View) => number;
  /** Whether most of what it can do makes sense: it builds, tunes or clears away, and does not just turn a sign. */
  readonly promising?: boolean;
  /** Whether there is anything that it could change. */
  applies(view: View): boolean;
  /** A random change, or `undefined` where this attempt led to none. It may turn out to have been tried already. */
  apply(view: View, random: Random): Move | undefined;
}
