import { boundedEvidence, eLondLevel, errorShare, isHopeless, signEvidence, standsSkew } from "@pawl/statistics";
import { SCORES, SKEWED, Stream, deviationOf, fromPool, poolOf } from "./draws.ts";

const ERROR = 0.05;
const CANDIDATES = 1_000;
const SHARE = errorShare(1, CANDIDATES);
const ENOUGH = 1 / (ERROR * SHARE);

/** One job of the simulation; plain data, so that threads can take it. */
export type Job =
  | { readonly kind: "nights"; readonly scores: string; readonly nights: number; readonly cases: number }
  | { readonly kind: "mixed"; readonly scores: string; readonly nights: number; readonly cases: number }
  | {
      readonly kind: "skewed";
      readonly scores: string;
      readonly nights: number;
      readonly cases: number;
      readonly bounds: boolean;
    }
  | {
      readonly kind: "power";
      readonly scores: string;
      readonly effect: number;
      readonly cases: number;
      readonly runs: number;
    };

export type Row = Readonly<Record<string, string | number>>;

/** What the gate asks for: the evidence, and where no bounds are known that it holds for the mean too. */
const isKept = (differences: Float64Array, enough: number): boolean =>
  signEvidence(differences, { of: differences.length, enough }).e >= enough && standsSkew(differences, 1 / enough);

/** A candidate's differences: its own score less the champion's, which is the same for all candidates of a night. */
function fill(
  differences: Float64Array,
  pool: Float64Array,
  stream: Stream,
  champion: Float64Array,
  shift: number,
): void {
  for (let i = 0; i < differences.length; i += 1) differences[i] = fromPool(pool, stream) + shift - champion[i]!;
}

const refill = (champion: Float64Array, pool: Float64Array, stream: Stream): void => {
  for (let i = 0; i < champion.length; i += 1) champion[i] = fromPool(pool, stream);
};

/** Nights of candidates that are no better: how many nights keep any, and how many such candidates in all. */
function nights({ scores, nights: count, cases }: Job & { kind: "nights" }): Row {
  const pool = poolOf(SCORES[scores]!, 1);
  const stream = new Stream(2);
  const [champion, differences] = [new Float64Array(cases), new Float64Array(cases)];
  let [withKeep, single] = [0, 0];
  for (let night = 0; night < count; night += 1) {
    refill(champion, pool, stream);
    let kept = false;
    for (let candidate = 0; candidate < CANDIDATES; candidate += 1) {
      fill(differences, pool, stream, champion, 0);
      if (isKept(differences, ENOUGH)) kept = true;
      // What one comparison at 0.05 would let through, for the calibration of the test itself.
      if (candidate === 0 && isKept(differences, 1 / ERROR)) single += 1;
    }
    if (kept) withKeep += 1;
  }
  return { scores, cases, nights: count, "nights with a keep": withKeep / count, "one test at 0.05": single / count };
}

/** Nights of nine candidates in ten that are no better, and one that is: the share of false keeps among all keeps. */
function mixed({ scores, nights: count, cases }: Job & { kind: "mixed" }): Row {
  const pool = poolOf(SCORES[scores]!, 1);
  const effect = 0.4 * Math.SQRT2 * deviationOf(pool);
  const stream = new Stream(3);
  const [champion, differences] = [new Float64Array(cases), new Float64Array(cases)];
  let [shares, found, better, foundFwer] = [0, 0, 0, 0];
  for (let night = 0; night < count; night += 1) {
    refill(champion, pool, stream);
    let [keeps, wrong] = [0, 0];
    for (let candidate = 0; candidate < CANDIDATES; candidate += 1) {
      const isBetter = candidate % 10 === 9;
      fill(differences, pool, stream, champion, isBetter ? effect : 0);
      const { e } = signEvidence(differences, { of: cases, enough: ENOUGH });
      if (isBetter) better += 1;
      if (isBetter && e >= ENOUGH && standsSkew(differences, 1 / ENOUGH)) foundFwer += 1;
      const level = eLondLevel(ERROR, SHARE, keeps);
      if (e < 1 / level || !standsSkew(differences, level)) continue;
      keeps += 1;
      if (isBetter) found += 1;
      else wrong += 1;
    }
    shares += wrong / Math.max(1, keeps);
  }
  return {
    scores,
    cases,
    nights: count,
    "false share, fdr": shares / count,
    "better ones kept, fdr": found / better,
    "better ones kept, fwer": foundFwer / better,
  };
}

/** Nights of candidates whose gain is zero on average but skewed. */
function skewed({ scores, nights: count, cases, bounds }: Job & { kind: "skewed" }): Row {
  const pool = poolOf(SKEWED[scores]!, 1);
  // Exactly zero on average, whatever the pool drew.
  const mean = pool.reduce((sum, one) => sum + one, 0) / pool.length;
  const bound = pool.reduce((most, one) => Math.max(most, Math.abs(one - mean)), 0);
  const stream = new Stream(4);
  const differences = new Float64Array(cases);
  let [withKeep, single] = [0, 0];
  const passes = (enough: number): boolean =>
    bounds ? boundedEvidence(differences, { of: cases, enough, bound }).e >= enough : isKept(differences, enough);
  for (let night = 0; night < count; night += 1) {
    let kept = false;
    for (let candidate = 0; candidate < CANDIDATES; candidate += 1) {
      for (let i = 0; i < cases; i += 1) differences[i] = fromPool(pool, stream) - mean;
      if (passes(ENOUGH)) kept = true;
      if (candidate === 0 && passes(1 / ERROR)) single += 1;
    }
    if (kept) withKeep += 1;
  }
  return {
    differences: scores,
    test: bounds ? "bounds" : "default",
    cases,
    nights: count,
    "nights with a keep": withKeep / count,
    "one test at 0.05": single / count,
  };
}

/** Where the blocks of a run end: a hundred cases or a twentieth of all, then twice as many each time. */
function* looks(cases: number): Generator<number> {
  const first = Math.max(100, Math.ceil(cases / 20));
  for (let [end, size] = [first, first]; cases - end >= size / 2; size *= 2, end += size) yield end;
}

/** How many candidates of one effect are kept, after how many cases, and how many cases those that are not take. */
function power({ scores, effect, cases, runs }: Job & { kind: "power" }): Row {
  const pool = poolOf(SCORES[scores]!, 1);
  const shift = effect * Math.SQRT2 * deviationOf(pool);
  const stream = new Stream(5);
  const [champion, differences] = [new Float64Array(cases), new Float64Array(cases)];
  const seenAfter: number[] = [];
  let [kept, keptFdr, keptWithGivingUp, ran] = [0, 0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    refill(champion, pool, stream);
    fill(differences, pool, stream, champion, shift);
    const { e, cases: after } = signEvidence(differences, { of: cases, enough: ENOUGH });
    const isFound = e >= ENOUGH && standsSkew(differences, 1 / ENOUGH);
    let end = cases;
    for (const look of looks(cases)) {
      if (isFound && after <= look) break;
      if (!isHopeless(differences.subarray(0, look), { of: cases, enough: ENOUGH, error: 0.02 })) continue;
      end = look;
      break;
    }
    ran += end / cases / runs;
    if (isFound) kept += 1;
    if (isFound) seenAfter.push(after);
    if (isFound && end === cases) keptWithGivingUp += 1;
    if (isKept(differences, ENOUGH / 10)) keptFdr += 1;
  }
  const median = seenAfter.toSorted((a, b) => a - b)[Math.floor(seenAfter.length / 2)] ?? "-";
  return {
    scores,
    cases,
    effect,
    kept: keptWithGivingUp / runs,
    "lost by giving up": (kept - keptWithGivingUp) / runs,
    "kept, fdr after 9 keeps": keptFdr / runs,
    "known after (median)": median,
    "share of cases run": ran,
  };
}

export function work(job: Job): Row {
  switch (job.kind) {
    case "nights":
      return nights(job);
    case "mixed":
      return mixed(job);
    case "skewed":
      return skewed(job);
    case "power":
      return power(job);
  }
}
