import { type Files, type Verdict, gain } from "@pawl/plugin";
import { z } from "zod";
import { dynamicDetectors, dynamicOptions } from "../dynamic/index.ts";
import { gateOf } from "../metric-lock.ts";
import type { Bench, TrialOptions } from "./trial.ts";

export interface Judged {
  readonly gain: number;
  readonly verdict: Verdict;
  /** Time that the lock took, in evaluations of the candidate. */
  readonly evaluations: number;
  readonly ms: number;
}

/** What the dynamic detectors say of a content, with default options. */
export async function judge(
  bench: Bench,
  files: Files,
  options: TrialOptions & { lock?: object } = {},
): Promise<Judged> {
  const { lock = {}, ...rest } = options;
  const gate = gateOf(dynamicDetectors(z.object(dynamicOptions).parse(lock)));
  await gate.prepare?.(bench.task);
  const trial = await bench.trial(files, rest);
  const { signal } = new AbortController();
  const started = performance.now();
  const first = (await gate.judge!(trial, signal)) as Verdict;
  const verdict = first.decision === "pass" ? ((await gate.beforeCommit!(trial, signal)) as Verdict) : first;
  const ms = performance.now() - started;
  return {
    gain: gain(trial.metric, trial.champion.score.value, trial.candidate.score.value),
    verdict,
    ms,
    evaluations: ms / trial.execution.usage.wallMs,
  };
}
