import type { ExperimentRecord, Gate, Random, Trial } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { gateOf, keptRecord, type Options, partOf, randomOf, sampled, trialOf } from "./test/trials.ts";

const signal = AbortSignal.timeout(100_000);
const GIVE_UP = 0.02;

/** What a case scores, for a content of that effect. */
type Draw = (random: Random, effect: number) => number;
const heavyTails: Draw = (random, effect) => effect + random.normal() / Math.max(0.3, Math.abs(random.normal()));
const mostlyTies: Draw = (random, effect) => (random.next() < 0.2 ? random.normal() + 2 * effect : 0);
const rightOrWrong: Draw = (random, effect) => Number(random.next() < 0.5 + effect / 5);

const NINE_KEEPS = Array.from({ length: 10 }, (_, number): ExperimentRecord => keptRecord(number));

function drawn({ cases, draw = heavyTails, kept = [] }: Setup, effect: number, seed: number): Trial {
  const random = randomOf(seed);
  const samples = (by: number) => sampled(Array.from({ length: cases }, () => draw(random, by)));
  const history = { length: kept.length, recent: () => [], kept: () => kept };
  return trialOf(samples(effect), samples(0), { experiment: 11, history });
}

/** As a run asks: after each block, then at the end; the cases are drawn alike, so their own order is as good as any. */
async function decide(gate: Gate, trial: Trial, ends: readonly number[]): Promise<{ kept: boolean; ran: number }> {
  const cases = trial.candidate.score.samples!.length;
  for (const end of ends) {
    const places = Array.from({ length: end }, (_, at) => at);
    const verdict = await gate.judgeEarly!(partOf(trial, places), signal);
    if (verdict?.decision === "reject") return { kept: false, ran: end };
    if (verdict !== null) break;
  }
  return { kept: (await gate.judge!(trial, signal)).decision === "pass", ran: cases };
}

interface Setup {
  readonly cases: number;
  /** Where the blocks end, as `firstBlock` makes them. */
  readonly ends: readonly number[];
  readonly experiments: number;
  readonly draw?: Draw;
  readonly options?: Options;
  readonly kept?: readonly ExperimentRecord[];
}

async function compare(setup: Setup, effect: number, candidates: number) {
  const { cases, ends, experiments, options = {} } = setup;
  const gate = await gateOf({ giveUp: GIVE_UP, ...options }, experiments);
  const patient = await gateOf({ ...options, giveUp: 0 }, experiments);
  const found = { kept: 0, lost: 0, gained: 0, share: 0 };
  for (let seed = 1; seed <= candidates; seed += 1) {
    const trial = drawn(setup, effect, seed);
    const [early, whole] = [await decide(gate, trial, ends), await decide(patient, trial, [])];
    found.kept += Number(whole.kept);
    found.lost += Number(whole.kept && !early.kept);
    found.gained += Number(early.kept && !whole.kept);
    found.share += early.ran / cases / candidates;
  }
  return found;
}

const SETUPS: readonly (readonly [name: string, setup: Setup])[] = [
  ["120 dear cases, 20 of them first", { cases: 120, ends: [20, 60], experiments: 20 }],
  ["120 dear cases, 10 of them first", { cases: 120, ends: [10, 30, 70], experiments: 20 }],
  ["a hundred first", { cases: 700, ends: [100, 300], experiments: 1_000 }],
  ["mostly ties", { cases: 400, ends: [20, 60, 140, 300], experiments: 100, draw: mostlyTies }],
  [
    "a share of false keeps, after nine",
    { cases: 700, ends: [100, 300], experiments: 1_000, options: { control: "fdr" }, kept: NINE_KEEPS },
  ],
  ["known bounds", { cases: 700, ends: [100, 300], experiments: 100, draw: rightOrWrong, options: { bounds: [0, 1] } }],
];

describe.each(SETUPS)("stopping early, %s", (_, setup) => {
  test("loses hardly anyone whom all cases would keep, and keeps no one else", async () => {
    const sum = { kept: 0, lost: 0 };
    for (const effect of [0.4, 0.7, 1, 1.5]) {
      const { kept, lost, gained } = await compare(setup, effect, 150);
      expect(gained).toBe(0);
      sum.kept += kept;
      sum.lost += lost;
    }
    expect(sum.kept).toBeGreaterThan(150);
    // The stated error, and three standard errors of it.
    expect(sum.lost).toBeLessThanOrEqual(GIVE_UP * sum.kept + 3 * Math.sqrt(GIVE_UP * sum.kept));
  });

  test("saves most cases of those that are worse, and never keeps one", async () => {
    const worse = await compare(setup, -0.7, 100);
    expect(worse).toMatchObject({ kept: 0, gained: 0 });
    expect(worse.share).toBeLessThan(0.5);
  });
});
