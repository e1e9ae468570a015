import { defineGate, gain as gainOf, pass, reject, type Json, type Trial, type Verdict } from "@pawl/plugin";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { z } from "zod";

const improvementOptions = z.object({
  /** How sure the paired comparison must be that the candidate is better, one-sided. */
  confidence: z.number().min(0.5).lt(1).default(0.95),
  /** The gain must be larger than this, in the metric's own unit. */
  minEffect: z.number().nonnegative().default(0),
});
type ImprovementOptions = z.output<typeof improvementOptions>;

/** Judges one trial. All ways to fail come before the two ways to pass. */
export function judgeImprovement(trial: Trial, options: ImprovementOptions, test: PairedTest = pairedTest): Verdict {
  const { metric, candidate, champion } = trial;
  const [samples, others] = [candidate.score.samples ?? [], champion.score.samples ?? []];
  const gain = gainOf(metric, champion.score.value, candidate.score.value);
  const values: { [key: string]: Json } = { minEffect: options.minEffect };

  if (![gain, ...samples, ...others].every(Number.isFinite)) {
    return reject("PAWL_SCORE_NOT_FINITE", "A value or a sample is not a finite number.");
  }
  values["gain"] = gain;
  if (samples.length !== others.length) {
    const reason = `The candidate has ${samples.length} samples, the champion ${others.length}; they cannot be paired.`;
    return reject("PAWL_SAMPLES_MISMATCH", reason, { candidate: samples.length, champion: others.length });
  }
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const better = `${metric.name} is better by ${shown(gain)}${unit}`;
  if (gain <= 0) {
    const worse = gain === 0 ? `${metric.name} is unchanged.` : `${metric.name} is worse by ${shown(-gain)}${unit}.`;
    return reject("PAWL_NOT_BETTER", worse, values);
  }
  if (gain <= options.minEffect) {
    const reason = `${better}, which is not more than the minimum effect of ${options.minEffect}.`;
    return reject("PAWL_GAIN_TOO_SMALL", reason, values);
  }
  if (samples.length === 0) {
    return pass("PAWL_BETTER", `${better}; there are no samples, so the values alone were compared.`, {
      ...values,
      method: "values",
      pairs: 0,
    });
  }
  const sign = metric.direction === "maximize" ? 1 : -1;
  const result = test(
    samples.map((sample) => sign * sample),
    others.map((sample) => sign * sample),
  );
  const evidence: Json = { ...values, required: options.confidence, ...result };
  if (!(result.meanDifference > 0)) {
    return reject("PAWL_NOT_BETTER", `${better}, but its samples are not better on average.`, evidence);
  }
  // Four digits must not round what is very likely up to what is certain.
  const reached = result.method === "constant" ? result.confidence : Math.min(result.confidence, 0.9999);
  const counts = `${result.wins} wins, ${result.losses} losses, ${result.ties} ties`;
  // Not "<": a confidence that is no number must not pass.
  if (!(result.confidence >= options.confidence)) {
    const short = `${shown(reached)} of the ${options.confidence} confidence asked for`;
    return reject("PAWL_GAIN_UNCERTAIN", `${better}, but with ${short} (${counts}).`, evidence);
  }
  return pass("PAWL_BETTER", `${better}, with confidence ${shown(reached)} (${counts}).`, evidence);
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));

/**
 * Keeps a candidate only if it is better than the champion: by more than `minEffect` on the metric, and by a one-sided
 * paired comparison of their per-case samples with at least `confidence`. Without samples the values alone decide.
 *
 * Verdicts: `PAWL_BETTER`; `PAWL_NOT_BETTER`, `PAWL_GAIN_TOO_SMALL`, `PAWL_GAIN_UNCERTAIN`, `PAWL_SAMPLES_MISMATCH`,
 * `PAWL_SCORE_NOT_FINITE`.
 *
 * @example
 * improvement({ confidence: 0.99, minEffect: 0.001 })
 */
export const improvement = defineGate({
  name: "@pawl/gate-improvement",
  version: "0.1.0",
  options: improvementOptions,
  create: (options) => ({ judge: async (trial) => judgeImprovement(trial, options) }),
});

/** What a paired comparison found. Differences are candidate against champion, positive where the candidate is better. */
interface PairedResult {
  /** How sure it is that the candidate is better, in [0, 1]: one minus the one-sided p-value. */
  readonly confidence: number;
  readonly method: "constant" | "sign-flip" | "student-t" | "none";
  /** Mean difference, in the unit of the samples. */
  readonly meanDifference: number;
  /** Standard error of the mean difference; `null` for a single pair. */
  readonly standardError: number | null;
  readonly pairs: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** A paired comparison. Another one may take the place of {@link pairedTest}. */
export type PairedTest = (candidate: readonly number[], champion: readonly number[]) => PairedResult;

/** Up to so many differing pairs all 2^n sign patterns are counted, at most 65,536. */
const EXACT_PAIRS = 16;

/** Differences this small, relative to what they are differences of, come from rounding: they are ties. */
const ROUNDING = 1e-12;

/**
 * One-sided paired test of "better on average", where larger samples are better.
 *
 * Pairs without a difference say nothing about its sign and are set aside. With up to 16 others it is the exact
 * sign-flip (Fisher's permutation) test: the share of all ways to flip the signs that gives a sum at least as large.
 * With more it is Student's paired t test on them. If all pairs differ by one and the same amount, whatever their level,
 * there is no noise to ask about, and the answer is certain. A single pair proves nothing.
 *
 * Source: R. A. Fisher, "The Design of Experiments" (1935), section 21, for sign flips; Student, "The Probable Error of
 * a Mean", Biometrika 6 (1908).
 */
export const pairedTest: PairedTest = (candidate, champion) => {
  const differences = candidate.map((value, i) => {
    const other = champion[i]!;
    const difference = value - other;
    return Math.abs(difference) <= ROUNDING * Math.max(Math.abs(value), Math.abs(other)) ? 0 : difference;
  });
  const differing = differences.filter((difference) => difference !== 0);
  const wins = differing.filter((difference) => difference > 0).length;
  const meanDifference = mean(differences);
  const base = {
    meanDifference,
    standardError: differences.length > 1 ? sampleStandardDeviation(differences) / Math.sqrt(differences.length) : null,
    pairs: differences.length,
    wins,
    losses: differing.length - wins,
    ties: differences.length - differing.length,
  };
  if (differing.length === 0) return { ...base, confidence: 0, method: "none" };
  if (isConstant(differences, candidate, champion)) {
    return { ...base, confidence: meanDifference > 0 ? 1 : 0, method: "constant" };
  }
  return differing.length <= EXACT_PAIRS
    ? { ...base, confidence: 1 - signFlipP(differing), method: "sign-flip" }
    : { ...base, confidence: 1 - studentP(differing), method: "student-t" };
};

/**
 * Whether every pair differs by the same amount, at more than one level of the champion. At a single level, such as all
 * cases wrong before and right now, chance alone can do it, and the exact test says how easily.
 */
function isConstant(
  differences: readonly number[],
  candidate: readonly number[],
  champion: readonly number[],
): boolean {
  const largest = (max: number, value: number): number => Math.max(max, Math.abs(value));
  const slack = ROUNDING * champion.reduce(largest, candidate.reduce(largest, 0));
  const isFirst = (value: number, _: number, list: readonly number[]): boolean => Math.abs(value - list[0]!) <= slack;
  return differences.every(isFirst) && !champion.every(isFirst);
}

/** The share of all sign patterns whose sum is at least the observed one. */
function signFlipP(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // A sum that ties with the observed one counts, whatever rounding makes of it.
  const observed = differences.reduce((sum, difference) => sum + difference, 0) - ROUNDING * total;
  const count = (index: number, sum: number): number =>
    index === sizes.length
      ? Number(sum >= observed)
      : count(index + 1, sum + sizes[index]!) + count(index + 1, sum - sizes[index]!);
  return count(0, 0) / 2 ** sizes.length;
}

function studentP(differences: readonly number[]): number {
  const error = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
  const average = mean(differences);
  // All of one size while other pairs tie: as certain as a sign test on them, which is the exact answer here.
  if (error <= ROUNDING * Math.abs(average)) return average > 0 ? 2 ** -differences.length : 1;
  return studentUpperTail(average / error, differences.length - 1);
}

/**
 * P(T > t) of Student's t distribution with a whole number of degrees of freedom.
 *
 * Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
 */
export function studentUpperTail(t: number, degrees: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees));
  const squaredCosine = Math.cos(angle) ** 2;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = isOdd ? 3 : 2; k <= degrees; k += 2) {
    sum += term;
    term *= ((k - 1) / k) * squaredCosine;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  const tail = Math.max(0, (1 - within) / 2);
  return t > 0 ? tail : 1 - tail;
}
