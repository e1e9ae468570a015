import type { Check, GateExamination, Usage } from "@pawl/plugin";
import type { ImprovementOptions } from "../options.ts";
import type { Runs } from "./noise.ts";

/** What the night takes: runs, time, and dollars as far as anyone meters them. */
export function cost(
  { execution, task }: GateExamination,
  { seeds, giveUp }: ImprovementOptions,
  { usages }: Runs,
): Check {
  const { wallMs } = execution.usage;
  const price = priceOf(usages);
  const take = (runs: number): string =>
    `${timeOf(wallMs * runs)}${typeof price === "number" ? ` and ${dollarsOf(price * runs)}` : ""}`;
  const one = `one run takes ${timeOf(wallMs)} in the sandbox${typeof price === "number" ? ` and ${dollarsOf(price)}` : ""}`;
  const night = Number.isFinite(task.experiments)
    ? `; ${task.experiments} of them take ${take(task.experiments)}, one after the other`
    : "";
  const more =
    seeds === undefined ? "" : `, and up to ${seeds.max} runs (${take(seeds.max)}) more for each that looks better`;
  const less = task.slices && giveUp > 0 && seeds === undefined ? "; who is given up early takes less" : "";
  const detail = `${one}${night}${more}${less}; ${typeof price === "number" ? "proposals come on top" : price}`;
  return { name: "what it takes", ok: true, detail };
}

/**
 * What a run costs, in US dollars: the dearest of those that were measured, for one may have been answered from a
 * recording. Or why there is no such figure. Nothing is made up: time in the sandbox has no price that is known here.
 */
function priceOf(usages: readonly Usage[]): number | string {
  const charges = usages.flatMap(({ usd }) => usd ?? []);
  if (charges.length === usages.length) return Math.max(...charges);
  const called = usages.flatMap(({ models }) => Object.entries(models ?? {}));
  const unpriced = new Set(called.flatMap(([model, { usd }]) => (usd === undefined ? [model] : [])));
  if (unpriced.size > 0) return `it calls ${[...unpriced].join(", ")}, whose price is not known`;
  return charges.length === 0 ? "no charge is metered" : "some of its runs were charged for and some were not";
}

function timeOf(ms: number): string {
  if (ms >= 7_200_000) return `${Number((ms / 3_600_000).toPrecision(2))} hours`;
  const [amount, unit] = ms >= 120_000 ? [ms / 60_000, "minutes"] : [ms / 1_000, "seconds"];
  return `${Number(amount.toPrecision(2))} ${unit}`;
}

const dollarsOf = (usd: number): string => `$${usd >= 100 ? Math.round(usd) : Number(usd.toPrecision(2))}`;
