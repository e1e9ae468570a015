import { type Metric, type PawlEvent, type RunState, applyEvent, gain, startState } from "@pawl/core";

/** How far back the rate of experiments looks, in milliseconds. */
export const RATE_WINDOW_MS = 10_000;

/** A new champion, for a line of its own. */
export interface NewChampion {
  readonly experiment: number;
  readonly from: number;
  readonly to: number;
  readonly hypothesis: string;
  readonly commit: string;
}

/** What the window shows: a fold over the run's events, and nothing else. */
export interface View {
  state: RunState | undefined;
  /** Experiments that ended, baselines not counted. */
  finished: number;
  /** The champion's score from this many finished experiments on. */
  readonly best: { readonly finished: number; readonly score: number }[];
  /** When the newest experiments ended, in milliseconds since 1970. */
  readonly endings: number[];
  /** When this process began to work on the run. */
  since: number | undefined;
  lastKept: NewChampion | undefined;
  lastReason: { readonly experiment: number; readonly status: string; readonly reason: string } | undefined;
  /** Something that the user must know now, such as that the run drains. */
  notice: string | undefined;
}

export function createView(): View {
  return {
    state: undefined,
    finished: 0,
    best: [],
    endings: [],
    since: undefined,
    lastKept: undefined,
    lastReason: undefined,
    notice: undefined,
  };
}

/** Advances the view by one event, and tells of a new champion once it is committed. */
export function applyToView(view: View, event: PawlEvent): NewChampion | undefined {
  const before = view.state;
  if (event.type === "run.started" || event.type === "run.resumed") {
    view.since = Date.parse(event.at);
    view.endings.length = 0;
  }
  if (event.type === "run.started") {
    view.state = startState(event);
    return undefined;
  }
  if (before === undefined) return undefined;
  const hypothesis =
    event.type === "experiment.finished" ? (before.inFlight.get(event.data.experiment)?.hypothesis ?? "") : "";
  const isBaseline =
    event.type === "experiment.finished" && before.inFlight.get(event.data.experiment)?.parent === null;
  const from = before.championScore;
  applyEvent(before, event);
  if (event.type === "experiment.finished") finish(view, event, { hypothesis, isBaseline, from });
  if (event.type !== "champion.committed" || view.lastKept?.experiment !== event.data.experiment) return undefined;
  view.lastKept = { ...view.lastKept, commit: event.data.commit };
  return view.lastKept;
}

function finish(
  view: View,
  { at, data }: PawlEvent<"experiment.finished">,
  { hypothesis, isBaseline, from }: { hypothesis: string; isBaseline: boolean; from: number | undefined },
): void {
  const { experiment, status, failure, reason, score } = data;
  if (!isBaseline) {
    view.finished += 1;
    const now = Date.parse(at);
    view.endings.push(now);
    // Trimmed in large steps, so that a step costs nothing on average.
    if (view.endings.length > 4_096) {
      view.endings.splice(
        0,
        view.endings.findIndex((end) => end > now - RATE_WINDOW_MS),
      );
    }
    view.lastReason = { experiment, status: failure ?? status, reason };
  }
  if (status !== "kept" || score === undefined) return;
  view.best.push({ finished: view.finished, score });
  if (!isBaseline) view.lastKept = { experiment, from: from ?? score, to: score, hypothesis, commit: "" };
}

/** Experiments per second over the last seconds. */
export function rateOf({ endings, since, finished }: View, now: number): number {
  if (since === undefined || finished === 0) return 0;
  const start = Math.max(since, now - RATE_WINDOW_MS);
  const recent = endings.filter((end) => end > start).length;
  return now - start < 100 ? 0 : (recent * 1_000) / (now - start);
}

/** The champion's score at `count` evenly spaced moments of the run so far, as gains over the baseline. */
export function bestOver({ best, finished }: View, metric: Metric, count: number): number[] {
  const first = best[0]?.score;
  if (first === undefined || count <= 0) return [];
  const moments = Math.min(count, finished + 1);
  const values: number[] = [];
  let index = 0;
  for (let column = 1; column <= moments; column += 1) {
    const moment = moments === 1 ? finished : Math.round(((column - 1) * finished) / (moments - 1));
    while ((best[index + 1]?.finished ?? Number.POSITIVE_INFINITY) <= moment) index += 1;
    values.push(gain(metric, first, best[index]?.score ?? first));
  }
  return values;
}
