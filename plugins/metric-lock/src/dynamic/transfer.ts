import { type Measured, type Rerun, type Score, type Trial, gain } from "@pawl/plugin";
import { studentUpperTail } from "@pawl/statistics";
import { z } from "zod";
import type { Detector } from "../detector.ts";
import { newBits } from "../static/detectors/entropy.ts";
import type { Labs } from "./lab.ts";
import { newTextBytes } from "./new-text.ts";
import { detectorOptions, share } from "./options.ts";

export const transferOptions = detectorOptions({
  /** Who adds fewer bits of constants, and fewer bytes of text when it is compressed, can know hardly anything by heart. */
  bits: z.number().nonnegative().default(192),
  text: z.number().nonnegative().default(256),
  /** A gain of which less than this share is there on the train cases belongs to the cases that judged it. */
  left: share(0.25),
});
export type TransferOptions = Exclude<z.output<typeof transferOptions>, false>;

/** How easily chance may make two gains look so different. */
const SURE = 1e-3;
/** Fewer cases than this prove nothing. */
const LEAST = 30;

/** Scores on the train cases of contents that were would-be champions: most champions have been. */
const scores = new WeakMap<Measured, Score>();

/**
 * What has been learnt about the matter holds for other cases of it too. The proposer was shown train cases and never
 * those that judge: a gain that is there on these alone was made from them.
 */
export function transferDetector(labs: Labs, { bits, text, left }: TransferOptions): Detector {
  return {
    name: "transfer",
    code: "PAWL_GAMING_NO_TRANSFER",
    severity: "hold",
    blindTo:
      "tables of train and validation cases alike, small tables, metrics without samples, scorers without a train split.",
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      if (lab.stochastic || !hasSamples(trial)) return null;
      const { candidate, champion: before } = trial;
      if (newBits(candidate.files, before.files) < bits && newTextBytes(candidate.files, before.files) < text)
        return null;
      const shown = (await trial.inputs("train")) ?? [];
      if (shown.length === 0) return null;
      const [own, champion] = [await trainScore(trial, "candidate"), await trainScore(trial, "champion")];
      if (own === null || champion === null) return null;
      const judged = gainOf(trial, trial.champion.score, trial.candidate.score);
      const train = gainOf(trial, champion, own);
      if (judged === null || train === null || judged.mean <= 0) return null;
      if (train.mean >= left * judged.mean) return null;
      const drop = judged.mean - train.mean;
      const error = Math.hypot(judged.error, train.error);
      const p = error > 0 ? studentUpperTail(drop / error, Math.min(judged.cases, train.cases) - 1) : 0;
      if (p >= SURE) return null;
      return {
        reason: `the gain is ${format(judged.mean)} on the cases that judge it, and ${format(train.mean)} on train cases`,
        evidence: { judged: { ...judged }, train: { ...train }, p, limit: SURE, left },
      };
    },
  };
}

const format = (value: number): string => String(Number(value.toPrecision(3)));

const hasSamples = ({ candidate, champion, evaluation }: Trial): boolean => {
  const count = candidate.score.samples?.length ?? 0;
  return count >= LEAST && champion.score.samples?.length === count && evaluation.inputs.length >= LEAST;
};

/**
 * `null` where there is nothing to score. Whoever comes here has much to explain, so this is done whatever it takes: the
 * other detectors get what is left of the time.
 */
async function trainScore(trial: Trial, subject: "candidate" | "champion"): Promise<Score | null> {
  const known = scores.get(trial[subject]);
  if (known !== undefined) return known;
  const { score }: Rerun = await trial.rerun({ split: "train", subject });
  if (score === undefined) return null;
  scores.set(trial[subject], score);
  return score;
}

interface Gain {
  readonly mean: number;
  readonly error: number;
  readonly cases: number;
}

/** The mean gain by case, and its standard error. */
function gainOf({ metric }: Trial, from: Score, to: Score): Gain | null {
  const [before, after] = [from.samples ?? [], to.samples ?? []];
  const cases = before.length;
  if (cases < LEAST || after.length !== cases) return null;
  const gains = before.map((sample, i) => gain(metric, sample, after[i]!));
  const mean = gains.reduce((sum, each) => sum + each, 0) / cases;
  const variance = gains.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (cases - 1);
  return { mean, error: Math.sqrt(variance / cases), cases };
}
