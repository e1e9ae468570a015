import {
  type AttestedLimit,
  type Files,
  type Ledger,
  type Metric,
  type PawlEvent,
  PawlError,
  findExperiment,
  readFiles,
} from "@pawl/core";
import { readRun } from "./read-run.ts";

/** Everything that the ledger holds of one experiment. */
export interface ExperimentDetails {
  readonly run: string;
  readonly metric: Metric;
  readonly isChampion: boolean;
  readonly proposed: PawlEvent<"experiment.proposed">;
  readonly finished: PawlEvent<"experiment.finished"> | undefined;
  /** Empty where the proposal could not be applied. */
  readonly files: Files;
  readonly parentFiles: Files | undefined;
  /** Score of the champion that it was judged against. */
  readonly championScore: number | undefined;
  readonly limits: readonly AttestedLimit[];
  /** What the candidate printed: hostile text. */
  readonly printed: { readonly stdout: string; readonly stderr: string } | undefined;
  readonly commit: string | undefined;
}

/**
 * Gathers an experiment; without a number, the champion.
 * @throws PawlError `PAWL_EXPERIMENT_NOT_FOUND`, `PAWL_RUN_NOT_FOUND`, `PAWL_LEDGER_CORRUPT`
 */
export async function readExperiment(
  ledger: Ledger,
  run: string,
  wanted: number | undefined,
): Promise<ExperimentDetails> {
  const scores = new Map<number, number>();
  const commits = new Map<number, string>();
  const state = await readRun(ledger, run, (event) => {
    if (event.type === "experiment.finished" && event.data.status === "kept" && event.data.score !== undefined) {
      scores.set(event.data.experiment, event.data.score);
    }
    if (event.type === "champion.committed") commits.set(event.data.experiment, event.data.commit);
  });
  const number = wanted ?? state.champion;
  const found = number === undefined ? undefined : await findExperiment(ledger, run, number);
  if (number === undefined || found === undefined) throw notFound(run, number, state.next - 1);
  const { proposed, finished } = found;
  const parent = proposed.data.parent === null ? undefined : await findExperiment(ledger, run, proposed.data.parent);
  const json = async <T>(digest: string | undefined): Promise<T | undefined> =>
    digest === undefined ? undefined : (JSON.parse(new TextDecoder().decode(await ledger.blob(digest))) as T);
  return {
    run,
    metric: state.options.metric,
    isChampion: state.champion === number,
    proposed,
    finished,
    files: await readFiles(ledger, proposed.data),
    parentFiles: parent === undefined ? undefined : await readFiles(ledger, parent.proposed.data),
    championScore: typeof finished?.data.champion === "number" ? scores.get(finished.data.champion) : undefined,
    limits: (await json<readonly AttestedLimit[]>(finished?.data.measured?.limits)) ?? [],
    printed: await json<{ stdout: string; stderr: string }>(finished?.data.measured?.printed),
    commit: commits.get(number),
  };
}

function notFound(run: string, wanted: number | undefined, highest: number): PawlError {
  if (wanted === undefined) {
    return new PawlError("PAWL_EXPERIMENT_NOT_FOUND", `run "${run}" has no champion yet`, {
      remedy: 'Name an experiment; "pawl log" lists them.',
    });
  }
  const known = highest < 0 ? "has none yet" : `has 0 to ${highest}`;
  return new PawlError("PAWL_EXPERIMENT_NOT_FOUND", `there is no experiment ${wanted}: run "${run}" ${known}`, {
    remedy: '"pawl log" lists them; --run names another run.',
  });
}
