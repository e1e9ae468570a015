import type { Files, Notebook, SimilarTry } from "@pawl/plugin";

/** From here on two candidates are taken for the same. */
const SAME = 0.999;

/** An earlier try that a candidate resembles. */
export interface NearTry {
  readonly told: string;
  /** The same but for layout, comments and names. */
  readonly same: boolean;
}

/** The earlier try that a candidate resembles by `similarity` or more, in words for whoever proposed it. */
export function nearTry(notebook: Notebook, files: Files, similarity: number): NearTry | undefined {
  const [nearest] = notebook.similar(files);
  if (nearest === undefined || nearest.similarity < similarity) return undefined;
  return { told: tell(nearest), same: nearest.similarity >= SAME };
}

function tell({ experiment, run, status, hypothesis, reason, effect, similarity }: SimilarTry): string {
  const how = similarity >= SAME ? "the same" : `nearly the same (${Math.floor(similarity * 100)} % alike)`;
  const came = effect === undefined ? "" : ` Its effect for a case was ${effect.mean}.`;
  return `experiment ${experiment} of ${run} tried ${how}. It expected: ${hypothesis}\nIt was ${status}: ${reason}.${came}`;
}
