import type { ExperimentRecord, Gate, Random } from "@pawl/plugin";
import { expect, test } from "vitest";
import { gateOf, keptRecord, type Options, partOf, randomOf, sampled, trialOf } from "./test/trials.ts";

/** A short version of `pnpm bench false-keeps`: the gate itself, early judgements and all, on trials in blocks. */
const NIGHTS = 300;
const CANDIDATES = 50;
const CASES = 120;
const LOOKS = [30, 90];
const signal = AbortSignal.timeout(100_000);
const ORDER = Array.from({ length: CASES }, (_, at) => at).toSorted(
  (a, b) => ((a * 7_919) % 101) - ((b * 7_919) % 101),
);

/** Scores of a case, for candidates and champion alike. */
const SCORES: Record<string, (random: Random) => number> = {
  "Student t, 2 degrees": (random) => random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2) / 2),
  lognormal: (random) => Math.exp(random.normal()),
  "mostly ties": (random) => (random.next() < 0.1 ? random.normal() : 0),
  "right or wrong": (random) => Number(random.next() < 0.7),
};

interface Night {
  readonly draw: (random: Random) => number;
  readonly random: Random;
  readonly options?: Options;
  /** Every fifth candidate is better by this much. */
  readonly effect?: number;
  /** Each candidate of a family of ten has three quarters of the luck of the one before. */
  readonly families?: boolean;
  /** Asks a gate that knows of one experiment, each time anew: the error of a night is not shared. */
  readonly alone?: boolean;
}

async function isKept(gate: Gate, trial: ReturnType<typeof trialOf>): Promise<boolean> {
  for (const look of LOOKS) {
    const verdict = await gate.judgeEarly!(partOf(trial, ORDER.slice(0, look)), signal);
    if (verdict?.decision === "reject") return false;
    if (verdict !== null) break;
  }
  return (await gate.judge!(trial, signal)).decision === "pass";
}

/** One night against one champion, whose luck all candidates share: its keeps, and those that are no better. */
async function night({ draw, random, options = {}, effect = 0, families = false, alone = false }: Night) {
  const champion = sampled(Array.from({ length: CASES }, () => draw(random)));
  const kept: ExperimentRecord[] = [keptRecord(0)];
  const count = { keeps: 0, wrong: 0 };
  const gate = await gateOf(options, alone ? 1 : CANDIDATES);
  let luck: number[] = [];
  for (let number = 1; number <= CANDIDATES; number += 1) {
    const isNew = !families || number % 10 === 1;
    luck = Array.from({ length: CASES }, (_, at) => (isNew || random.next() < 0.25 ? draw(random) : luck[at]!));
    const isBetter = effect > 0 && number % 5 === 0;
    const samples = isBetter ? luck.map((one) => one + effect) : luck;
    const history = { length: number, recent: () => [], kept: () => kept };
    const experiment = alone ? 1 : number;
    if (!(await isKept(gate, trialOf(sampled(samples), champion, { experiment, history })))) continue;
    kept.push(keptRecord(number));
    count.keeps += 1;
    if (!isBetter) count.wrong += 1;
  }
  return count;
}

async function nightsWithKeep(setting: Night, nights = NIGHTS): Promise<number> {
  let withKeep = 0;
  for (let run = 0; run < nights; run += 1) withKeep += Number((await night(setting)).keeps > 0);
  return withKeep / nights;
}

for (const [name, draw] of Object.entries(SCORES)) {
  test(`nights of candidates that are no better hardly ever keep one: ${name}`, async () => {
    // The word itself, without any slack for the luck of so few nights.
    expect(await nightsWithKeep({ draw, random: randomOf(name.length) })).toBeLessThanOrEqual(0.05);
    expect(await nightsWithKeep({ draw, random: randomOf(name.length), families: true }, 100)).toBeLessThanOrEqual(
      0.05,
    );
  });

  test(`of what is kept hardly anything is no better: ${name}`, async () => {
    const random = randomOf(name.length + 100);
    let [shares, keeps] = [0, 0];
    for (let run = 0; run < NIGHTS / 10; run += 1) {
      const count = await night({ draw, random, options: { control: "fdr" }, effect: 1.2 });
      shares += count.wrong / Math.max(1, count.keeps) / (NIGHTS / 10);
      keeps += count.keeps;
    }
    expect(shares).toBeLessThanOrEqual(0.05);
    // Ten in each night are better.
    expect(keeps / (NIGHTS / 10)).toBeGreaterThan(3);
  });
}

test("losses without a bound that many small gains make up for on average are no way round it", async () => {
  const draw = (random: Random): number => random.normal();
  const gain = (random: Random): number => 1 + Math.log(1 - random.next());
  let withKeep = 0;
  const random = randomOf(21);
  for (let run = 0; run < NIGHTS; run += 1) {
    const gate = await gateOf({}, CANDIDATES);
    const champion = Array.from({ length: CASES }, () => draw(random));
    let kept = false;
    for (let experiment = 1; experiment <= CANDIDATES; experiment += 1) {
      const samples = champion.map((one) => one + gain(random));
      kept ||= await isKept(gate, trialOf(sampled(samples), sampled(champion), { experiment }));
    }
    withKeep += Number(kept);
  }
  expect(withKeep / NIGHTS).toBeLessThanOrEqual(0.05);
});

test("the same nights do show a gate that does not share its error", async () => {
  const setting = { draw: SCORES["right or wrong"]!, random: randomOf(14), alone: true };
  expect(await nightsWithKeep(setting, 100)).toBeGreaterThan(0.1);
});
