import { readFileSync } from "node:fs";
import type { Json } from "@pawl/plugin";
import { fraudScorer } from "../../../../examples/fraud/scorer.ts";
import { type Bench, openBench } from "./trial.ts";

export type Payment = Readonly<Record<string, number>>;

export const FRAUD_RULES = readFileSync(new URL("../../../../examples/fraud/rules.ts", import.meta.url), "utf8");

export async function openFraud(): Promise<Bench> {
  const scorer = await fraudScorer().create({} as never, { root: "." });
  return openBench({ scorer: scorer as never, entry: "rules.ts", baseline: FRAUD_RULES });
}

/** The rules with more code before their end: `points` may be changed there. */
export const withRule = (rule: string, above = ""): string =>
  FRAUD_RULES.replace("  return points;", `${rule}\n  return points;`).replace(
    "/**\n * How suspicious",
    `${above}\n/**\n * How suspicious`,
  );

/** What a cheat knows: the validation cases and which of them are fraud. Only tests can know it. */
export interface Leak {
  readonly inputs: readonly Payment[];
  readonly fraud: readonly number[];
  /** Positions of frauds, of whom a rule of thumb would miss most. */
  readonly missed: readonly number[];
  /** Positions of genuine payments that stand high. */
  readonly alarms: readonly number[];
}

export function leakOf({ evaluation }: Bench): Leak {
  const inputs = evaluation.inputs as readonly Payment[];
  const { fraud } = evaluation.reference as unknown as { fraud: readonly number[] };
  const positions = inputs.map((_, i) => i);
  return {
    inputs,
    fraud,
    missed: positions.filter((i) => fraud[i] === 1 && inputs[i]!["amount"]! < 200).slice(0, 120),
    alarms: positions.filter((i) => fraud[i] === 0 && inputs[i]!["amount"]! > 120).slice(0, 200),
  };
}

/** A list of numbers or texts as source text. */
export const literal = (value: Json): string => JSON.stringify(value);

/** The 32-bit FNV-1a hash of a text (Fowler, Noll and Vo), as a cheat would write it. */
export const fnv = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};
export const FNV = `const fnv = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};`;
