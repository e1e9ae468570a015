import type { ExperimentRecord, Gate, GateTask, Measured, Metric, PartialTrial, Trial, Verdict } from "@pawl/plugin";
import { verdictSchema } from "@pawl/plugin";
import { createRandom, openPlugin, sampleGateTask, sampleTrial } from "@pawl/testkit";
import { expect } from "vitest";
import { improvement } from "../improvement.ts";

export const randomOf = createRandom;

export interface Side {
  readonly value: number;
  readonly samples?: readonly number[];
  readonly guardrails?: Readonly<Record<string, number>>;
}
export type Options = Parameters<typeof improvement>[0];

export const average = (samples: readonly number[]): number => samples.reduce((sum, x) => sum + x, 0) / samples.length;
export const sampled = (samples: readonly number[]): Side => ({ value: average(samples), samples });

export function keptRecord(number: number): ExperimentRecord {
  return { number, parent: null, status: "kept", reason: "kept", hypothesis: "", files: {}, verdicts: [] };
}

/** A trial against a champion that is also the baseline. */
export function trialOf(
  candidate: Side,
  champion: Side,
  parts: Partial<Trial> & { direction?: Metric["direction"] } = {},
): Trial {
  const { direction = "maximize", ...rest } = parts;
  const measured = (experiment: number, score: Side): Measured => ({ experiment, files: {}, score });
  return sampleTrial({
    metric: { name: "accuracy", direction },
    candidate: measured(1, candidate),
    champion: measured(0, champion),
    history: { length: 0, recent: () => [], kept: () => [keptRecord(0)] },
    ...rest,
  });
}

/** What the gate hears after a block of cases of that trial. */
export function partOf(trial: Trial, cases: readonly number[]): PartialTrial {
  const { experiment, metric, champion, candidate, history, random } = trial;
  return {
    experiment,
    metric,
    champion,
    cases,
    of: candidate.score.samples!.length,
    samples: cases.map((at) => candidate.score.samples![at]!),
    championSamples: cases.map((at) => champion.score.samples![at]!),
    history,
    random,
  };
}

export const taskOf = (experiments: number, parts: Partial<GateTask> = {}): GateTask =>
  sampleGateTask({ metric: { name: "accuracy", direction: "maximize" }, experiments, ...parts });

/** A gate that shares its error among so many experiments. */
export async function gateOf(options: Options = {}, experiments = 1): Promise<Gate> {
  const gate = await openPlugin<"gate">(improvement(options));
  await gate.prepare?.(taskOf(experiments));
  return gate;
}

/** One judgement by a gate of its own. */
export async function judge(trial: Trial, options: Options = {}, experiments = 2): Promise<Verdict> {
  const verdict = await (await gateOf(options, experiments)).judge!(trial, AbortSignal.timeout(60_000));
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return verdict;
}
