import assert from "node:assert/strict";
import { type Gate, type Split, type Trial, type Verdict, verdictSchema } from "@pawl/plugin";
import { assertJson, fulfil } from "../support/settle.ts";

/** Fails unless a verdict is one; returns it. */
export function assertVerdict(verdict: Verdict, what: string): Verdict {
  const parsed = verdictSchema.safeParse(verdict);
  const why = parsed.error?.message ?? "";
  assert.ok(parsed.success, `the verdict on ${what} is not one: ${JSON.stringify(verdict)} ${why}`);
  assertJson(verdict, `the verdict on ${what}`);
  return verdict;
}

/** All verdicts that a gate gives on a trial, in the order in which the engine asks; the first no is the last. */
export async function askGate(
  gate: Gate,
  trial: Trial,
  what: string,
  { guardMs, signal }: { readonly guardMs: number; readonly signal: AbortSignal },
): Promise<readonly Verdict[]> {
  const { experiment, hypothesis, champion, history, candidate } = trial;
  const inputs = async (split: Split) => (split === "validation" ? trial.evaluation.inputs : null);
  const context = Object.freeze({ experiment, hypothesis, champion, history, inputs });
  const steps = [
    gate.inspect?.bind(gate, Object.freeze({ files: candidate.files }), context, signal),
    gate.judge?.bind(gate, trial, signal),
    gate.beforeCommit?.bind(gate, trial, signal),
  ];
  const verdicts: Verdict[] = [];
  for (const step of steps) {
    if (step === undefined) continue;
    const verdict = assertVerdict(await fulfil(step(), guardMs, `the verdict on ${what}`), what);
    verdicts.push(verdict);
    if (verdict.decision !== "pass") break;
  }
  return verdicts;
}

/** Whether the engine would keep a candidate with these verdicts. */
export const passes = (verdicts: readonly Verdict[]): boolean => verdicts.every(({ decision }) => decision === "pass");
