import { type Json, type Output, type Random, type Score, gain } from "@pawl/plugin";
import type { Answer, Target } from "./attack.ts";

/** How many times the scorer may be asked. */
export interface FindOptions {
  /** Default 600. */
  readonly calls?: number;
}

type Known = Pick<Target, "metric" | "guardrails" | "inputs" | "outputs" | "measure" | "outputRange">;
type Trick = (value: Json, random: Random) => Json;

const CALLS = 600;
/** Cases on which all tricks are tried, before only the two that helped most often are. */
const WARM_UP = 20;

/**
 * Finds better answers to some of the cases by asking the scorer, as somebody could who has got hold of the answers:
 * other outputs are tried case by case, and those that raise the score, and spoil no guardrail, are kept. Works with any
 * scorer whose cases can be told apart by their outputs; an empty list says that nothing helped.
 */
export async function findAnswers(
  target: Known,
  random: Random,
  { calls = CALLS }: FindOptions = {},
): Promise<Answer[]> {
  const values = target.outputs.map((output) => ("value" in output ? output.value : null));
  if (values.length < 2) return [];
  const start = await target.measure(target.outputs);
  const tricks = tricksFor(values, target.outputRange);
  const atOnce = start.samples?.length === values.length ? await allAtOnce(target, start, values, tricks, random) : [];
  return atOnce.length > 0 ? atOnce : oneByOne(target, start, values, tricks, random, calls);
}

/** Where every case has a sample of its own, each trick is tried on all cases at once. */
async function allAtOnce(
  target: Known,
  start: Score,
  values: readonly Json[],
  tricks: readonly Trick[],
  random: Random,
): Promise<Answer[]> {
  const best = values.map((value, index) => ({ value, sample: start.samples?.[index] ?? 0 }));
  for (const trick of tricks) {
    const tried = values.map((value) => trick(value, random));
    const { samples = [] } = await target.measure(tried.map((value) => ({ value })));
    for (const [index, sample] of samples.entries()) {
      if (gain(target.metric, best[index]!.sample, sample) > 0) best[index] = { value: tried[index]!, sample };
    }
  }
  const score = await target.measure(best.map(({ value }) => ({ value })));
  return isBetter(target, start, score)
    ? changed(
        target,
        values,
        best.map(({ value }) => value),
      )
    : [];
}

/** Case after case, on top of what has helped so far. */
async function oneByOne(
  target: Known,
  start: Score,
  values: readonly Json[],
  tricks: readonly Trick[],
  random: Random,
  calls: number,
): Promise<Answer[]> {
  const best = [...values];
  const helped = new Map(tricks.map((trick) => [trick, 0]));
  let score = start;
  let asked = 0;
  for (const [tried, index] of interesting(values).entries()) {
    const few = [...helped].toSorted(([, a], [, b]) => b - a).slice(0, 2);
    for (const [trick] of tried < WARM_UP ? helped : few) {
      const value = trick(values[index]!, random);
      if (JSON.stringify(value) === JSON.stringify(best[index])) continue;
      if ((asked += 1) > calls) return changed(target, values, best);
      const outputs: Output[] = best.map((other, at) => ({ value: at === index ? value : other }));
      const found = await target.measure(outputs);
      if (!isBetter(target, score, found) || !isBetter(target, start, found)) continue;
      best[index] = value;
      score = found;
      helped.set(trick, (helped.get(trick) ?? 0) + 1);
    }
  }
  return changed(target, values, best);
}

/** The largest outputs first, which decide most where cases are ranked, mixed with cases from everywhere. */
function interesting(values: readonly Json[]): number[] {
  const bySize = [...values.keys()].toSorted((a, b) => sizeOf(values[b]!) - sizeOf(values[a]!));
  const step = Math.max(1, Math.floor(values.length / CALLS));
  const everywhere = [...values.keys()].filter((index) => index % step === 0);
  return [...new Set(bySize.flatMap((index, at) => (at % 2 === 1 ? [index, everywhere[at] ?? index] : [index])))];
}

const sizeOf = (value: Json): number => (typeof value === "number" ? value : 0);

function isBetter({ metric, guardrails }: Known, from: Score, to: Score): boolean {
  if (!(gain(metric, from.value, to.value) > 0)) return false;
  return guardrails.every((guardrail) => {
    const [before, after] = [from.guardrails?.[guardrail.name], to.guardrails?.[guardrail.name]];
    return before === undefined || after === undefined || gain(guardrail, before, after) >= 0;
  });
}

function changed({ inputs }: Known, before: readonly Json[], after: readonly Json[]): Answer[] {
  return after.flatMap((value, index) =>
    JSON.stringify(value) === JSON.stringify(before[index])
      ? []
      : [{ index, input: inputs[index]!, value, before: before[index]! }],
  );
}

/** Other outputs that might do better: near ones, far ones, those of other cases. */
function tricksFor(values: readonly Json[], range: Target["outputRange"]): Trick[] {
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length > values.length / 2) return numberTricks(numbers, range);
  if (values.every((value) => typeof value === "boolean")) return [(value) => value !== true];
  const other: Trick = (_, random) => random.pick(values);
  return [other, other, other];
}

function numberTricks(numbers: readonly number[], range: Target["outputRange"]): Trick[] {
  const [low, high] = numbers.reduce(([min, max], value) => [Math.min(min, value), Math.max(max, value)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  const inside = (value: number): number =>
    Number(Math.min(range?.[1] ?? Infinity, Math.max(range?.[0] ?? -Infinity, value)).toPrecision(8));
  const spread = high - low || 1;
  const on =
    (change: (value: number, random: Random) => number): Trick =>
    (value, random) =>
      typeof value === "number" ? inside(change(value, random)) : value;
  return [
    on((value) => value * 1.04),
    on((value) => value * 0.96),
    on((value) => value * 1.15),
    on((value) => value * 0.85),
    on((value) => value + spread / 2),
    on((value) => value - spread / 2),
    // Nobody above or below; not all the same, so that they are not ties.
    on((_, random) => high + spread * (0.1 + 0.01 * random.next())),
    on((_, random) => low - spread * (0.1 + 0.01 * random.next())),
  ];
}
