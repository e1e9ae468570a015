/**
 * How many evaluations proposer-search needs on two small problems that need no model.
 *
 *   node bench/proposer-search.ts [seeds] [first seed]
 */
import type { Proposer } from "@pawl/core";
import { functionMinimum, POOR_START, randomFunctionMinimum } from "./problems/function-minimum.ts";
import { hundredLines } from "./problems/hundred-lines.ts";
import { kModule, randomKModule } from "./problems/k-module.ts";
import { createSearch, evaluationsToSolve, type Problem } from "./problems/loop.ts";
import { mean, quantileOf } from "./problems/statistics.ts";

const seeds = Number(process.argv[2] ?? process.env["BENCH_SEEDS"] ?? 1000);
const firstSeed = Number(process.argv[3] ?? process.env["BENCH_FIRST_SEED"] ?? 0);
const K_MODULE_MOST = 625;
const MINIMUM_MOST = 1000;

async function solveAll(make: (seed: number) => Problem, most: number): Promise<(number | undefined)[]> {
  const results: (number | undefined)[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    results.push(await evaluationsToSolve(make(seed), await createSearch(), seed, most));
  }
  return results;
}

/** A row of results; what was not solved counts as infinitely many evaluations in the quantiles. */
function row(name: string, results: readonly (number | undefined)[], within: number) {
  const counts = results.map((each) => each ?? Number.POSITIVE_INFINITY);
  const solved = counts.filter(Number.isFinite);
  return {
    who: name,
    mean: Number(mean(solved).toFixed(1)),
    median: quantileOf(counts, 0.5),
    "90 %": quantileOf(counts, 0.9),
    worst: Math.max(...counts),
    [`solved in ${within}`]: `${((100 * counts.filter((each) => each <= within).length) / counts.length).toFixed(1)} %`,
  };
}

const indexes = Array.from({ length: seeds }, (_, i) => firstSeed + i);
const started = performance.now();

console.log(`k-module: 4 modules of 5 options, ${seeds} seeds, evaluations until all 4 are right`);
const ours = await solveAll(kModule, K_MODULE_MOST + 1);
const blind = indexes.map(randomKModule);
console.table([row("proposer-search", ours, 100), row("random search", blind, 100)]);
const meanOurs = mean(ours.map((each) => each ?? K_MODULE_MOST));
console.log(`random / proposer-search: ${(mean(blind) / meanOurs).toFixed(1)} (means)`);
console.log(`OpenEvolve's published 52.3 / proposer-search: ${(52.3 / meanOurs).toFixed(1)}; wanted: under 30\n`);

console.log(`function minimum: sin x cos y + sin xy + (x² + y²) / 20, ${seeds} starts, to within 0.1 % of -1.519`);
const anywhere = await solveAll((seed) => functionMinimum(seed), MINIMUM_MOST);
const corner = await solveAll((seed) => functionMinimum(seed, POOR_START), MINIMUM_MOST);
const guessed = indexes.map((seed) => randomFunctionMinimum(seed, 100_000));
console.table([
  row("from random starts", anywhere, 300),
  row(`from (${POOR_START.join(", ")})`, corner, 300),
  row("random search", guessed, 300),
]);
const infinite = (each: number | undefined): number => each ?? Number.POSITIVE_INFINITY;
const medians = [anywhere, corner, guessed].map((each) => quantileOf(each.map(infinite), 0.5)) as [
  number,
  number,
  number,
];
console.log(`random / proposer-search: ${(medians[2] / medians[0]).toFixed(0)} (medians); wanted: medians under 300`);

console.log("\nCPU time of one proposal, with what it learns from the last result, for a surface of 100 lines");
const timed = await createSearch();
const times: number[] = [];
const clocked: Proposer = {
  propose: async (context, signal) => {
    const before = process.cpuUsage();
    const proposal = await timed.propose(context, signal);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    return proposal;
  },
  observe: (record) => timed.observe?.(record),
};
await evaluationsToSolve(hundredLines(), clocked, 1, 4001);
const slice = (from: number, to: number): Record<string, unknown> => ({
  proposals: `${from + 1} to ${to}`,
  "mean ms": Number(mean(times.slice(from, to)).toFixed(3)),
  "median ms": Number(quantileOf(times.slice(from, to), 0.5).toFixed(3)),
});
console.table([slice(0, 500), slice(500, 1000), slice(1000, 2000), slice(3000, 4000)]);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
