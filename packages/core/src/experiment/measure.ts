import type { Effect, Execution, FailedOutcome, Failure, GateVerdict, Measured, Score } from "@pawl/plugin";
import type { LoadedEvaluation } from "../evaluations.ts";
import { execute } from "./3-execute.ts";
import { score } from "./4-score.ts";
import { type Course, courseOf } from "./blocks.ts";
import { type Candidate, type Judgement, type RunContext, championOf } from "./context.ts";
import { effectOf } from "./effect.ts";
import { askGates } from "./gates.ts";
import { fixedBudget, inOrder, joined } from "./join.ts";

type Ok = Execution & { readonly outcome: "ok" };
type Failed = Execution & { readonly outcome: FailedOutcome };

/** What steps 3 and 4 have found. */
export type Measurement =
  /** All cases were run and scored. */
  | { readonly kind: "whole"; readonly execution: Ok; readonly score: Score; readonly verdicts: readonly GateVerdict[] }
  /** It gave nothing to judge. */
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      readonly reason: string;
      readonly execution: Execution;
      readonly verdicts: readonly GateVerdict[];
    }
  /** A gate has seen enough of it: the score is that of the cases so far. */
  | {
      readonly kind: "stopped";
      readonly execution: Execution;
      readonly score: Score;
      readonly judgement: Judgement;
      readonly verdicts: readonly GateVerdict[];
      readonly champion: Measured;
      /** On the cases so far. */
      readonly effect: Effect | undefined;
      readonly partial: { readonly cases: number; readonly of: number };
    };

/** Steps 3 and 4: whole, or in growing blocks with a question to the gates after each. */
export async function measure(
  context: RunContext,
  candidate: Candidate,
  loaded: LoadedEvaluation,
): Promise<Measurement> {
  // Taken once: a champion that changes while blocks are run must not change under the gates' hands.
  const champion = championOf(context);
  const course = courseOf(context, loaded, champion.score.samples?.length);
  if (course !== undefined) return new Race(context, candidate, { loaded, champion, course }).run();
  const id = `${candidate.proposed.experiment}/validation`;
  return finish(context, await execute(context, { id, files: candidate.files, loaded }), loaded, []);
}

async function finish(
  context: RunContext,
  execution: Execution,
  { evaluation }: LoadedEvaluation,
  verdicts: readonly GateVerdict[],
): Promise<Measurement> {
  if (execution.outcome !== "ok") return failed(execution, verdicts);
  const scored = await score(context, execution, evaluation);
  if ("problem" in scored) {
    return { kind: "failed", failure: "invalid-score", reason: scored.problem, execution, verdicts };
  }
  return { kind: "whole", execution, score: scored, verdicts };
}

function failed(execution: Failed, verdicts: readonly GateVerdict[]): Measurement {
  return { kind: "failed", failure: execution.outcome, reason: execution.reason, execution, verdicts };
}

interface Setting {
  readonly loaded: LoadedEvaluation;
  readonly champion: Measured;
  readonly course: Course;
}

/** One candidate on its way through the blocks. */
class Race {
  readonly #context: RunContext;
  readonly #candidate: Candidate;
  readonly #setting: Setting;
  readonly #verdicts: GateVerdict[] = [];
  /** Gates that have seen enough to pass it. */
  readonly #passed = new Set<number>();
  readonly #runs: Ok[] = [];
  readonly #samples: number[] = [];
  /** Cases that have been run. */
  #at = 0;

  constructor(context: RunContext, candidate: Candidate, setting: Setting) {
    this.#context = context;
    this.#candidate = candidate;
    this.#setting = setting;
  }

  async run(): Promise<Measurement> {
    const { loaded, course } = this.#setting;
    for (const end of course.ends.slice(0, -1)) {
      const broken = await this.#runTo(end);
      if (broken !== undefined) return failed(broken, this.#verdicts);
      // Where a part cannot be scored by itself, the whole may be.
      if (!(await this.#takeSamples(end))) break;
      const judgement = await this.#ask(end);
      this.#verdicts.push(...judgement.verdicts);
      if (judgement.stopped !== undefined) return this.#stop(judgement);
      if (this.#undecided().length === 0) break;
    }
    const broken = await this.#runTo(course.order.length);
    if (broken !== undefined) return failed(broken, this.#verdicts);
    return finish(this.#context, inOrder(joined(this.#runs), course.order), loaded, this.#verdicts);
  }

  /** Runs all cases up to `end` in one fresh sandbox; a failure comes back with what the blocks before it have used. */
  async #runTo(end: number): Promise<Failed | undefined> {
    const { loaded } = this.#setting.course.block(this.#at, end);
    const { experiment } = this.#candidate.proposed;
    const id = `${experiment}/validation-${this.#runs.length + 1}`;
    const account = `${experiment}/validation`;
    const execution = await execute(this.#context, { id, account, files: this.#candidate.files, loaded });
    const whole = fixedBudget(joined([...this.#runs, execution]), this.#context.project.config.limits);
    if (whole.outcome !== "ok") return whole;
    this.#runs.push(execution as Ok);
    return undefined;
  }

  async #takeSamples(end: number): Promise<boolean> {
    const { loaded } = this.#setting.course.block(this.#at, end);
    const last = this.#runs.at(-1);
    const scored = last === undefined ? undefined : await score(this.#context, last, loaded.evaluation);
    if (scored === undefined || "problem" in scored || scored.samples?.length !== end - this.#at) {
      this.#at = end;
      return false;
    }
    this.#samples.push(...scored.samples);
    this.#at = end;
    return true;
  }

  #undecided(): readonly number[] {
    const { gates } = this.#context.project.plugins;
    return [...gates.keys()].filter(
      (index) => gates[index]?.instance.judgeEarly !== undefined && !this.#passed.has(index),
    );
  }

  #ask(end: number): Promise<Judgement> {
    const { state, history, random, signal } = this.#context;
    const { champion, course } = this.#setting;
    const { experiment } = this.#candidate.proposed;
    const cases = course.order.slice(0, end);
    const trial = {
      experiment,
      metric: state.options.metric,
      champion,
      cases,
      of: course.order.length,
      samples: [...this.#samples],
      championSamples: cases.map((position) => champion.score.samples?.[position] as number),
      history,
    };
    return askGates(this.#context, this.#candidate.proposed, "judge-early", async (gate, index) => {
      if (gate.judgeEarly === undefined || this.#passed.has(index)) return undefined;
      const stream = random.fork(`gate/${experiment}/${index}/judge-early/${end}`);
      const verdict = await gate.judgeEarly({ ...trial, random: stream }, signal);
      if (verdict?.decision === "pass") this.#passed.add(index);
      return verdict ?? undefined;
    });
  }

  async #stop(judgement: Judgement): Promise<Measurement> {
    const { course, champion } = this.#setting;
    const execution = joined(this.#runs) as Ok;
    const cases = course.order.slice(0, this.#at);
    const scored = await score(this.#context, execution, course.evaluation(cases));
    const verdicts = this.#verdicts;
    if ("problem" in scored) {
      return { kind: "failed", failure: "invalid-score", reason: scored.problem, execution, verdicts };
    }
    const partial = { cases: cases.length, of: course.order.length };
    const before = cases.map((position) => champion.score.samples?.[position] as number);
    const effect = effectOf(this.#context.state.options.metric, before, this.#samples);
    return { kind: "stopped", execution, score: scored, judgement, verdicts, champion, effect, partial };
  }
}
