import type { ExperimentRecord, Random } from "@pawl/plugin";
import { expect, test } from "vitest";
import { gateOf, keptRecord, type Options, partOf, randomOf, sampled, trialOf } from "./test/trials.ts";

/** A short version of `pnpm bench false-keeps`, through the gate itself, early judgements and all. */
const NIGHTS = 60;
const CANDIDATES = 50;
const CASES = 120;
const signal = AbortSignal.timeout(100_000);

const SCORES: Record<string, (random: Random) => number> = {
  "Student t, 2 degrees": (random) => random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2) / 2),
  lognormal: (random) => Math.exp(random.normal()),
  "mostly ties": (random) => (random.next() < 0.1 ? random.normal() : 0),
  "right or wrong": (random) => Number(random.next() < 0.7),
};

/** One night against one champion, whose luck all candidates share; every tenth may be better by `effect`. */
async function night(draw: (random: Random) => number, options: Options, effect: number, random: Random) {
  const gate = await gateOf(options, CANDIDATES);
  const champion = sampled(Array.from({ length: CASES }, () => draw(random)));
  const order = Array.from({ length: CASES }, (_, at) => at).toSorted(
    (a, b) => ((a * 7_919) % 101) - ((b * 7_919) % 101),
  );
  const kept: ExperimentRecord[] = [keptRecord(0)];
  const count = { keeps: 0, wrong: 0 };
  for (let experiment = 1; experiment <= CANDIDATES; experiment += 1) {
    const isBetter = effect > 0 && experiment % 5 === 0;
    const samples = Array.from({ length: CASES }, () => draw(random) + (isBetter ? effect : 0));
    const history = { length: experiment, recent: () => [], kept: () => kept };
    const trial = trialOf(sampled(samples), champion, { experiment, history });
    let stopped = false;
    for (const look of [30, 50, 80]) {
      const verdict = await gate.judgeEarly!(partOf(trial, order.slice(0, look)), signal);
      if ((stopped = verdict?.decision === "reject")) break;
      if (verdict !== null) break;
    }
    if (stopped || (await gate.judge!(trial, signal)).decision !== "pass") continue;
    kept.push(keptRecord(experiment));
    count.keeps += 1;
    if (!isBetter) count.wrong += 1;
  }
  return count;
}

// Three standard errors of a share of 0.05 above it.
const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / NIGHTS);

for (const [name, draw] of Object.entries(SCORES)) {
  test(`nights of candidates that are no better hardly ever keep one: ${name}`, async () => {
    const random = randomOf(name.length);
    let withKeep = 0;
    for (let run = 0; run < NIGHTS; run += 1) withKeep += Number((await night(draw, {}, 0, random)).keeps > 0);
    expect(withKeep / NIGHTS).toBeLessThanOrEqual(most);
  });

  test(`of what is kept hardly anything is no better: ${name}`, async () => {
    const random = randomOf(name.length + 100);
    let [shares, keeps] = [0, 0];
    for (let run = 0; run < NIGHTS / 3; run += 1) {
      const count = await night(draw, { control: "fdr" }, 1.2, random);
      shares += count.wrong / Math.max(1, count.keeps) / (NIGHTS / 3);
      keeps += count.keeps;
    }
    expect(shares).toBeLessThanOrEqual(0.05);
    // Ten in each night are better.
    expect(keeps / (NIGHTS / 3)).toBeGreaterThan(4);
  });
}
