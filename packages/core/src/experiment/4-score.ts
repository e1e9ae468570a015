import type { Evaluation, Execution, Score } from "@pawl/plugin";
import type { Bench } from "./context.ts";

/** A score, or why there is none. */
export type Scored = Score | { readonly problem: string };

/**
 * Step 4: compares outputs with answers, on the host, after the sandbox is done with the job.
 * A scorer that throws has met outputs that it cannot judge; that must not stop the night.
 */
export async function score(
  { scorer, signal, guard }: Bench,
  execution: Execution & { outcome: "ok" },
  evaluation: Evaluation,
): Promise<Scored> {
  let answer: Score;
  try {
    answer = await scorer.score(execution.outputs, evaluation, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { problem: `the scorer threw: ${String(error)}` };
  }
  // What was tampered with while the scorer was at work could be as before again by the time of the commit.
  guard?.check();
  const problem = problemOf(answer, scorer.metric.range);
  return problem === undefined ? answer : { problem };
}

function problemOf(answer: Score | null | undefined, range: readonly [number, number] | undefined): string | undefined {
  if (typeof answer !== "object" || answer === null) return "the scorer gave no score";
  const { value, samples, guardrails } = answer;
  if (!Number.isFinite(value)) return `the score is ${String(value)}, not a finite number`;
  if (range !== undefined && (value < range[0] || value > range[1])) {
    return `the score ${value} is outside of ${range[0]} to ${range[1]}`;
  }
  if (samples?.some((sample) => !Number.isFinite(sample))) return "a sample of the score is not a finite number";
  const broken = Object.entries(guardrails ?? {}).find(([, item]) => !Number.isFinite(item));
  return broken === undefined ? undefined : `the guardrail ${broken[0]} is ${String(broken[1])}, not a finite number`;
}
