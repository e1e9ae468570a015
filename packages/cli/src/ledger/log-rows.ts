import type { ExperimentProposed, PawlEvent } from "@pawl/core";

/** One experiment, as `pawl log` prints it. */
export interface LogRow {
  readonly experiment: number;
  readonly parent: number | null;
  readonly status: "kept" | "rejected" | "held" | "failed" | "unfinished";
  readonly failure: string | null;
  readonly score: number | null;
  /** Score of the champion that it was judged against. */
  readonly championScore: number | null;
  /** Code of the verdict that decided: the last one that was asked for. */
  readonly gate: string | null;
  readonly wallMs: number | null;
  /** Set where a gate stopped it early: the score is that of some of the cases. */
  readonly partial: { readonly cases: number; readonly of: number } | null;
  readonly hypothesis: string;
}

/** Makes rows of events, holding no more than the experiments in flight and the champions' scores. */
export interface RowReader {
  /** The row of the experiment that this event ends. */
  read(event: PawlEvent): LogRow | undefined;
  /** Those that never ended, or have not yet. */
  unfinished(): LogRow[];
}

export function createRowReader(): RowReader {
  const inFlight = new Map<number, ExperimentProposed>();
  const champions = new Map<number, number>();
  return {
    read(event) {
      if (event.type === "experiment.proposed") inFlight.set(event.data.experiment, event.data);
      if (event.type !== "experiment.finished") return undefined;
      const { experiment, status, failure, score, partial, champion, verdicts, measured } = event.data;
      const proposed = inFlight.get(experiment);
      inFlight.delete(experiment);
      const championScore = champion === null ? null : (champions.get(champion) ?? null);
      if (status === "kept" && score !== undefined) champions.set(experiment, score);
      return {
        experiment,
        parent: proposed?.parent ?? null,
        status,
        failure: failure ?? null,
        score: score ?? null,
        championScore,
        gate: verdicts.at(-1)?.code ?? null,
        wallMs: measured?.usage.wallMs ?? null,
        partial: partial ?? null,
        hypothesis: proposed?.hypothesis ?? "",
      };
    },
    unfinished: () =>
      [...inFlight.values()].map(({ experiment, parent, hypothesis }) => ({
        experiment,
        parent,
        status: "unfinished",
        failure: null,
        score: null,
        championScore: null,
        gate: null,
        wallMs: null,
        partial: null,
        hypothesis,
      })),
  };
}
