import { SCORES, SKEWED, Stream, deviationOf, fromPool, poolOf } from "./draws.ts";
import { type GateOptions, SimulatedRun } from "./simulated-run.ts";

export const CANDIDATES = 1_000;
export const FALSE_KEEPS = 0.05;

export type Control = "fwer" | "fdr";
/**
 * What the candidates of a night have in common: the champion's luck on the cases that all share; or besides that,
 * in families of ten, three quarters of their own luck, as where each one is a small change of the one before.
 */
export type Likeness = "champion" | "families";

/** One job of the simulation; plain data, so that threads can take it. `seed` makes its nights its own. */
export type Job = { readonly scores: string; readonly seed: number } & (
  | {
      readonly kind: "nights";
      readonly control: Control;
      readonly likeness: Likeness;
      readonly nights: number;
      readonly cases: number;
    }
  | {
      readonly kind: "mixed";
      readonly control: Control;
      /** Whether what is kept is the next champion, with all of its luck; else all meet the first one. */
      readonly replaced: boolean;
      readonly nights: number;
      readonly cases: number;
    }
  | { readonly kind: "skewed"; readonly nights: number; readonly cases: number; readonly bounds: boolean }
  | { readonly kind: "power"; readonly effect: number; readonly cases: number; readonly runs: number }
);
type JobOf<K extends Job["kind"]> = Job & { readonly kind: K };

/** What a job found, in sums: rows of several jobs can be added up. */
export type Sums = Readonly<Record<string, number>>;

const FAMILY = 10;

/** Draws what candidates score before any gain. */
class Luck {
  readonly #pool: Float64Array;
  readonly #stream: Stream;
  readonly #families: boolean;
  #last: number[] = [];
  #drawn = 0;

  constructor(pool: Float64Array, seed: number, likeness: Likeness) {
    this.#pool = pool;
    this.#stream = new Stream(seed);
    this.#families = likeness === "families";
  }

  of(cases: number): number[] {
    const list: number[] = [];
    for (let i = 0; i < cases; i += 1) list.push(fromPool(this.#pool, this.#stream));
    return list;
  }

  /** The next candidate's; a list of its own. */
  next(cases: number): number[] {
    const isNew = !this.#families || this.#drawn % FAMILY === 0;
    this.#drawn += 1;
    if (isNew) return (this.#last = this.of(cases));
    return (this.#last = this.#last.map((one) =>
      (this.#stream.bits() & 3) === 0 ? fromPool(this.#pool, this.#stream) : one,
    ));
  }
}

const begin = (options: GateOptions, cases: number, seed: number, experiments = CANDIDATES) =>
  SimulatedRun.begin({ options: { falseKeeps: FALSE_KEEPS, ...options }, experiments, cases, seed });

/** Nights of candidates that are no better: how many nights keep any; and one comparison alone. */
async function nights({ scores, control, likeness, nights: count, cases, seed }: JobOf<"nights">): Promise<Sums> {
  const luck = new Luck(poolOf(SCORES[scores]!, 1), seed, likeness);
  let [withKeep, single] = [0, 0];
  for (let night = 0; night < count; night += 1) {
    const run = await begin({ control }, cases, seed + night);
    let champion = luck.of(cases);
    run.setChampion(0, champion);
    const alone = await begin({}, cases, seed + night, 1);
    alone.setChampion(0, champion);
    let kept = false;
    for (let experiment = 1; experiment <= CANDIDATES; experiment += 1) {
      const samples = luck.next(cases);
      if (experiment === 1 && (await alone.ask(1, samples)).kept) single += 1;
      if (!(await run.ask(experiment, samples)).kept) continue;
      kept = true;
      champion = samples;
      run.remember(experiment);
      run.setChampion(experiment, champion);
    }
    withKeep += Number(kept);
  }
  return { nights: count, withKeep, single };
}

/**
 * Nights of nine candidates in ten that are just as good as the champion, and one that is better by 0.4 standard
 * deviations of the paired difference.
 */
async function mixed({ scores, control, replaced, nights: count, cases, seed }: JobOf<"mixed">): Promise<Sums> {
  const pool = poolOf(SCORES[scores]!, 1);
  const effect = 0.4 * Math.SQRT2 * deviationOf(pool);
  const luck = new Luck(pool, seed, "champion");
  let [shares, found, better] = [0, 0, 0];
  for (let night = 0; night < count; night += 1) {
    const run = await begin({ control }, cases, seed + night);
    run.setChampion(0, luck.of(cases));
    let [level, keeps, wrong] = [0, 0, 0];
    for (let experiment = 1; experiment <= CANDIDATES; experiment += 1) {
      const isBetter = experiment % 10 === 0;
      const shift = level + (isBetter ? effect : 0);
      const samples = luck.next(cases).map((one) => one + shift);
      if (isBetter) better += 1;
      if (!(await run.ask(experiment, samples)).kept) continue;
      keeps += 1;
      if (isBetter) found += 1;
      else wrong += 1;
      run.remember(experiment);
      if (!replaced) continue;
      level = shift;
      run.setChampion(experiment, samples);
    }
    shares += wrong / Math.max(1, keeps);
  }
  return { nights: count, shares, found, better };
}

/** Nights of candidates whose gain is zero on average but skewed. */
async function skewed({ scores, nights: count, cases, bounds, seed }: JobOf<"skewed">): Promise<Sums> {
  const pool = poolOf(SKEWED[scores]!, 1);
  // Exactly zero on average, whatever the pool drew.
  const mean = pool.reduce((sum, one) => sum + one, 0) / pool.length;
  const [lowest, highest] = pool.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [0, 0]);
  const stream = new Stream(seed);
  // The champion is where the worst loss ends at the lower bound.
  const level = mean - lowest;
  const champion = Array.from({ length: cases }, () => level);
  const options = bounds ? { bounds: [0, highest - lowest] as [number, number] } : {};
  let [withKeep, single] = [0, 0];
  for (let night = 0; night < count; night += 1) {
    const run = await begin(options, cases, seed + night);
    const alone = await begin(options, cases, seed + night, 1);
    for (const each of [run, alone]) each.setChampion(0, champion);
    let kept = false;
    for (let experiment = 1; experiment <= CANDIDATES && !kept; experiment += 1) {
      const samples = Array.from({ length: cases }, () => fromPool(pool, stream) - lowest);
      if (experiment === 1 && (await alone.ask(1, samples)).kept) single += 1;
      kept = (await run.ask(experiment, samples)).kept;
    }
    withKeep += Number(kept);
  }
  return { nights: count, withKeep, single };
}

/** How many candidates of one effect are kept, after how many cases, and how many cases those that are not take. */
async function power({ scores, effect, cases, runs, seed }: JobOf<"power">): Promise<Sums> {
  const pool = poolOf(SCORES[scores]!, 1);
  const shift = effect * Math.SQRT2 * deviationOf(pool);
  const luck = new Luck(pool, seed, "champion");
  const after: number[] = [];
  let [kept, lost, changed, fdr, ran] = [0, 0, 0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const plain = await begin({}, cases, seed + run);
    const patient = await begin({ giveUp: 0 }, cases, seed + run);
    const later = await begin({ control: "fdr" }, cases, seed + run);
    for (let keep = 1; keep < FAMILY; keep += 1) later.remember(keep);
    const champion = luck.of(cases);
    for (const each of [plain, patient, later]) each.setChampion(0, champion);
    const samples = luck.next(cases).map((one) => one + shift);
    const [outcome, whole] = [await plain.ask(CANDIDATES, samples), await patient.ask(CANDIDATES, samples)];
    ran += outcome.ran / cases;
    if (outcome.kept) after.push(outcome.knownAfter);
    kept += Number(outcome.kept);
    lost += Number(whole.kept && !outcome.kept);
    changed += Number(outcome.kept && !whole.kept);
    fdr += Number((await later.ask(CANDIDATES, samples)).kept);
  }
  const knownAfter = after.toSorted((a, b) => a - b)[Math.floor(after.length / 2)] ?? Number.NaN;
  return { runs, kept, lost, changed, fdr, knownAfter, ran };
}

export async function work(job: Job): Promise<Sums> {
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
