import type { ExperimentRecord, Files, ProposeContext, SimilarTry } from "@pawl/plugin";

/** From here on two candidates are taken for the same. */
const SAME = 0.999;

/** An earlier try that a candidate resembles. */
export interface NearTry {
  readonly told: string;
  /** The same change, but for layout, comments and names, of the same champion: it cannot end otherwise. */
  readonly same: boolean;
}

/** The earlier try that a candidate resembles by `similarity` or more, in words for whoever proposed it. */
export function nearTry(
  { notebook, history, champion }: Pick<ProposeContext, "notebook" | "history" | "champion">,
  files: Files,
  similarity: number,
): NearTry | undefined {
  const [nearest] = notebook.similar(files);
  if (nearest === undefined || nearest.similarity < similarity) return undefined;
  const parent = recordOf(nearest, history)?.parent;
  const since =
    parent === undefined || parent === null || parent === champion.experiment
      ? ""
      : `\nThat was a change of experiment ${parent}; the champion is experiment ${champion.experiment} now.`;
  const same = nearest.similarity >= SAME && parent === champion.experiment;
  return { told: `${tell(nearest)}${since}`, same };
}

/** The try in the history of this run, if it was made in it. */
function recordOf(
  { experiment, hypothesis }: SimilarTry,
  history: ProposeContext["history"],
): ExperimentRecord | undefined {
  return history
    .recent(history.length)
    .find((record) => record.number === experiment && record.hypothesis === hypothesis);
}

function tell({ experiment, status, hypothesis, reason, effect, similarity }: SimilarTry): string {
  const how = similarity >= SAME ? "the same" : `nearly the same (${Math.floor(similarity * 100)} % alike)`;
  const came = effect === undefined ? "" : ` Its effect for a case was ${Number(effect.mean.toPrecision(4))}.`;
  // Not by the name of its run: a run that is done again under another name must be told the same.
  return `experiment ${experiment}, of this run or an earlier one, tried ${how}. It expected: ${hypothesis}\nIt was ${status}: ${reason.replace(/\.$/, "")}.${came}`;
}
