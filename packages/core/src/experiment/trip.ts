import type { Measured, Score } from "@pawl/plugin";
import type PQueue from "p-queue";
import { inspect } from "./2-inspect.ts";
import { type MeasuredCandidate, judge, judgeBeforeCommit } from "./5-judge.ts";
import { commit, crown } from "./6-commit.ts";
import { type Candidate, type Judgement, type RunContext, championOf } from "./context.ts";
import { effectOf } from "./effect.ts";
import { type Ending, recordEnding, recordFailure } from "./finish.ts";
import { measure } from "./measure.ts";
import { triedBefore } from "./tried-before.ts";

/**
 * Takes a written-down candidate through steps 2 to 6. Everything before the keep may happen beside other
 * experiments; keeping happens one at a time, in `keeping`.
 */
export async function trip(context: RunContext, candidate: Candidate, keeping: PQueue): Promise<void> {
  const known = await triedBefore(context, candidate);
  if (known !== undefined) return stop(context, candidate, known, []);
  const inspected = await inspect(context, candidate);
  if (inspected.stopped !== undefined) return stop(context, candidate, inspected, []);

  const { project, state, signal } = context;
  const { experiment } = candidate.proposed;
  const loaded = await project.evaluations.get("validation", state.options.evaluationSeed, signal);
  if (loaded === null) throw new Error("the validation split was there when the lock was checked");
  const found = await measure(context, candidate, loaded);
  const { execution } = found;
  if (found.kind === "failed") {
    const verdicts = [...inspected.verdicts, ...found.verdicts];
    return recordFailure(context, candidate, found.failure, found.reason, verdicts, execution);
  }
  if (found.kind === "stopped") {
    const { judgement, score, partial, champion, effect } = found;
    const verdicts = [...inspected.verdicts, ...found.verdicts];
    return stop(context, candidate, judgement, verdicts, {
      execution,
      score,
      partial,
      effect,
      champion: champion.experiment,
    });
  }

  const measured = { experiment, files: candidate.files, score: found.score };
  const trial = { candidate, measured, execution: found.execution, loaded };
  const champion = championOf(context);
  const judged = await judge(context, trial);
  const verdicts = [...inspected.verdicts, ...found.verdicts, ...judged.verdicts];
  const effect = gainOver(context, champion, found.score);
  const soFar = { score: found.score, execution, champion: champion.experiment, effect };
  if (judged.stopped !== undefined) return stop(context, candidate, { ...judged, verdicts }, verdicts, soFar);
  await keeping.add(() => keep(context, trial, { ...soFar, verdicts }));
}

/** Ends an experiment at the gate that did not pass it. */
async function stop(
  context: RunContext,
  candidate: Candidate,
  { stopped, verdicts: own }: Judgement,
  verdicts: Ending["verdicts"],
  rest: Partial<Ending> = {},
): Promise<void> {
  await recordEnding(context, candidate, {
    ...rest,
    status: stopped?.decision === "hold" ? "held" : "rejected",
    reason: stopped?.reason ?? "",
    verdicts: verdicts.length > 0 ? verdicts : own,
  });
}

/** What a case gains over a champion. */
function gainOver({ state }: RunContext, champion: Measured, { samples }: Score): Ending["effect"] {
  return effectOf(state.options.metric, champion.score.samples, samples);
}

type Passed = Pick<Ending, "verdicts" | "score" | "execution" | "effect"> & { readonly champion: number };

/** The champion cannot change in here. A candidate that was judged against an earlier one is judged again. */
async function keep(context: RunContext, trial: MeasuredCandidate, passed: Passed): Promise<void> {
  const { candidate, measured } = trial;
  const champion = championOf(context);
  let { verdicts } = passed;
  let rejudged = 0;
  const endAt = ({ stopped }: Judgement): Promise<void> =>
    recordEnding(context, candidate, {
      ...passed,
      status: stopped?.decision === "hold" ? "held" : "rejected",
      reason: stopped?.reason ?? "",
      verdicts,
      rejudged,
      champion: champion.experiment,
      effect: gainOver(context, champion, measured.score),
    }).then(() => undefined);

  if (champion.experiment !== passed.champion) {
    const again = await judge(context, trial);
    rejudged = 1;
    verdicts = [...verdicts.filter(({ step }) => step !== "judge"), ...again.verdicts];
    if (again.stopped !== undefined) return endAt(again);
  }
  const last = await judgeBeforeCommit(context, trial);
  verdicts = [...verdicts, ...last.verdicts];
  if (last.stopped !== undefined) return endAt(last);

  await context.recorder.record([{ type: "seal.verified", data: context.guard.verify("commit", measured.experiment) }]);
  context.signal.throwIfAborted();
  const reason = verdicts.find(({ step }) => step === "judge")?.reason ?? "every gate passed";
  const effect = gainOver(context, champion, measured.score);
  const ending: Ending = {
    ...passed,
    status: "kept",
    reason,
    verdicts,
    rejudged,
    champion: champion.experiment,
    effect,
  };
  const event = await recordEnding(context, candidate, ending);
  await commit(context, { ...candidate, event, previousScore: champion.score.value });
  crown(context, measured);
}
