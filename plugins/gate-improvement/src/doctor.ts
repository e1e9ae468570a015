import { isDeepStrictEqual } from "node:util";
import type { Check, GateExamination } from "@pawl/plugin";
import { detectableEffect, errorShare, pairedBootstrap, quantile } from "@pawl/statistics";
import { mean, sampleStandardDeviation } from "simple-statistics";
import type { ImprovementOptions } from "./options.ts";
import { shown } from "./shown.ts";

/**
 * Measures the noise of the unchanged surface, and says what the night can find with it: two to four more runs of the
 * surface, depending on the options.
 */
export async function examineNoise(
  examination: GateExamination,
  options: ImprovementOptions,
  signal: AbortSignal,
): Promise<Check[]> {
  const { experiments } = examination.task;
  // Open-ended runs spend less and less; the hundredth experiment stands for them.
  const share = experiments === Infinity ? errorShare(100, Infinity) : errorShare(1, experiments);
  const enough = 1 / (options.falseKeeps * share);
  const runs = await measureRuns(examination, options, signal);
  return [
    runNoise(examination, options, runs),
    options.seeds === undefined
      ? powerOverCases(examination, options, enough)
      : powerOverSeeds(examination, options.seeds, runs, enough),
    cost(examination, options),
  ];
}

/** What running the same content again gives. */
interface Runs {
  /** The values with the very same seed, the first run's among them. */
  readonly same: readonly number[];
  /** The values with other seeds on the same cases, the first run's among them; empty where other seeds mean other cases. */
  readonly other: readonly number[];
}

async function measureRuns(
  { baseline, evaluation, rerun }: GateExamination,
  { seeds }: ImprovementOptions,
  signal: AbortSignal,
): Promise<Runs> {
  const first = baseline.score.value;
  const again = await rerun({ seed: evaluation.seed });
  const same = [first, ...(again.score === undefined ? [] : [again.score.value])];
  const other = [first];
  // A spread of fewer than four values is hardly one.
  for (let k = 1; k <= (seeds === undefined ? 1 : 3); k += 1) {
    signal.throwIfAborted();
    const next = await rerun({ seed: evaluation.seed + k });
    const isOther = !isDeepStrictEqual(next.evaluation.inputs, evaluation.inputs);
    if (isOther && seeds === undefined) return { same, other: [] };
    if (next.score !== undefined) other.push(next.score.value);
  }
  return { same, other };
}

const differ = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);

function runNoise({ task }: GateExamination, { seeds }: ImprovementOptions, { same, other }: Runs): Check {
  const name = "noise between runs";
  const unit = task.metric.unit === undefined ? "" : ` ${task.metric.unit}`;
  const list = (values: readonly number[]): string => values.map((value) => shown(value)).join(", ");
  if (same.length < 2) {
    return {
      name,
      ok: false,
      detail: "the second run of the unchanged surface failed",
      remedy: "Make it run reliably.",
    };
  }
  if (!differ(same) && !differ(other)) {
    const seed = other.length > 1 ? ", nor with another seed" : "";
    return { name, ok: true, detail: `none: the same surface got the same ${task.metric.name} again${seed}` };
  }
  const values = differ(same) ? same : other;
  const detail = `the same surface got ${list(values)}${unit}${differ(same) ? " with the same seed" : " with other seeds"}`;
  if (seeds !== undefined) return { name, ok: true, detail };
  const remedy =
    "Set seeds: { max: 20 }, so that candidates have to be better on several runs; cases do not know this noise.";
  return { name, ok: false, detail, remedy };
}

const FEW_PAIRS_REMEDY = "Use more cases, fewer experiments, a larger falseKeeps, or control: 'fdr'.";

function powerOverCases(examination: GateExamination, options: ImprovementOptions, enough: number): Check {
  const { baseline, task } = examination;
  const { name: metric } = task.metric;
  const samples = baseline.score.samples ?? [];
  const name = "smallest gain that is found";
  if (samples.length === 0) {
    const detail = `any gain in ${metric} of more than ${options.minEffect}: it has no samples, so it is taken as exact`;
    return { name, ok: true, detail };
  }
  const fewest = fewestWins(enough);
  if (samples.length < fewest) {
    const detail = `none: ${samples.length} cases cannot bring the evidence of ${shown(enough)} that is asked for; ${fewest} can`;
    return { name, ok: false, detail, remedy: FEW_PAIRS_REMEDY };
  }
  if (options.statistic !== "mean") return powerOfQuantile(examination, options.statistic.quantile, enough);
  const effect = detectableEffect(samples.length, enough);
  const spread = samples.length > 1 ? sampleStandardDeviation(samples as number[]) : 0;
  const gain = effect * spread;
  const { range, unit } = task.metric;
  const room =
    range === undefined
      ? Infinity
      : task.metric.direction === "maximize"
        ? range[1] - baseline.score.value
        : baseline.score.value - range[0];
  const detail =
    `with ${samples.length} cases and ${task.experiments} experiments, an effect of ${shown(effect)} standard deviations of ` +
    `the paired difference is found four times in five; if candidate and champion differ as much as cases do ` +
    `(${shown(spread)}), a gain of ${shown(gain)}${unit === undefined ? "" : ` ${unit}`} in ${metric}, now ${shown(baseline.score.value)}; ` +
    `a change of fewer cases is found sooner, if it changes at least ${fewest} for the better`;
  return gain > room ? { name, ok: false, detail, remedy: FEW_PAIRS_REMEDY } : { name, ok: true, detail };
}

/** A quantile's own noise is asked of a bootstrap; two contents that have nothing in common have it twice. */
function powerOfQuantile({ baseline, task }: GateExamination, share: number, enough: number): Check {
  const samples = baseline.score.samples ?? [];
  const random = task.random.fork("doctor");
  const statistic = (drawn: Uint32Array): number =>
    quantile(
      Float64Array.from(drawn, (at) => samples[at]!),
      share,
    );
  const options = { resamples: 500, next: () => random.next() };
  const { value, standardError } = pairedBootstrap(samples.length, statistic, options);
  const gain = detectableEffect(1, enough) * Math.SQRT2 * standardError;
  const detail =
    `with ${samples.length} cases and ${task.experiments} experiments, a gain of about ${shown(gain)} in the ${share} quantile, ` +
    `now ${shown(value)}, is found four times in five where the two contents have nothing in common, and a smaller one where they do`;
  return { name: "smallest gain that is found", ok: true, detail };
}

function powerOverSeeds(
  { task }: GateExamination,
  { max }: NonNullable<ImprovementOptions["seeds"]>,
  { other }: Runs,
  enough: number,
): Check {
  const name = "smallest gain that is found";
  const spread = other.length > 1 ? sampleStandardDeviation(other as number[]) : 0;
  const effect = detectableEffect(max, enough);
  const { metric } = task;
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const detail =
    `with up to ${max} seeds and ${task.experiments} experiments, an effect of ${shown(effect)} standard deviations of the ` +
    `difference of two runs is found four times in five: a gain of about ${shown(effect * Math.SQRT2 * spread)}${unit} in ` +
    `${metric.name}, whose runs spread by ${shown(spread)} around ${shown(mean(other as number[]))}`;
  return { name, ok: true, detail };
}

function cost({ execution, task }: GateExamination, { seeds }: ImprovementOptions): Check {
  const { wallMs } = execution.usage;
  const time = (ms: number): string => {
    const inMinutes = ms >= 120_000;
    const [amount, unit] = inMinutes ? [ms / 60_000, "minutes"] : [ms / 1_000, "seconds"];
    return ms >= 7_200_000
      ? `${Number((ms / 3_600_000).toPrecision(2))} hours`
      : `${Number(amount.toPrecision(2))} ${unit}`;
  };
  const runs = Number.isFinite(task.experiments)
    ? `; ${task.experiments} of them take ${time(wallMs * task.experiments)}, one after the other`
    : "";
  const more =
    seeds === undefined
      ? ""
      : `, and up to ${seeds.max} runs (${time(wallMs * seeds.max)}) more for each that looks better`;
  return { name: "what it takes", ok: true, detail: `one run takes ${time(wallMs)} in the sandbox${runs}${more}` };
}

/** So many cases, all won, bring about this much evidence. */
export const fewestWins = (enough: number): number => Math.ceil(Math.log2(enough)) + 1;
