import { type Trial, gain } from "@pawl/plugin";

/** What each case gained on the champion; `null` where samples do not belong to cases. */
export function gainsOf({ metric, candidate, champion, evaluation }: Trial): readonly number[] | null {
  const [own, theirs, cases] = [candidate.score.samples, champion.score.samples, evaluation.inputs.length];
  if (own?.length !== cases || theirs?.length !== cases) return null;
  return own.map((sample, i) => gain(metric, theirs[i]!, sample));
}
