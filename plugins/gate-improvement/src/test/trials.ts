import {
  type Gate,
  type GateTask,
  type Metric,
  type PartialTrial,
  type Random,
  type Trial,
  type Verdict,
  verdictSchema,
} from "@pawl/plugin";
import type { ExperimentRecord, Measured } from "@pawl/plugin";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect } from "vitest";
import { improvement } from "../improvement.ts";

export interface Side {
  readonly value: number;
  readonly samples?: readonly number[];
  readonly guardrails?: Readonly<Record<string, number>>;
}
export type Options = Parameters<typeof improvement>[0];

export const average = (samples: readonly number[]): number => samples.reduce((sum, x) => sum + x, 0) / samples.length;
export const sampled = (samples: readonly number[]): Side => ({ value: average(samples), samples });

/** A seeded stream, the same on every machine. */
export function randomOf(seed: number): Random {
  const stream = xoroshiro128plus(seed);
  const next = (): number => uniformFloat64(stream);
  return {
    next,
    integer: (min, max) => uniformInt(stream, min, max),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[uniformInt(stream, 0, items.length - 1)]!,
    fork: (label) => randomOf([...label].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed)),
  };
}

export function keptRecord(number: number): ExperimentRecord {
  return { number, parent: null, status: "kept", reason: "kept", hypothesis: "", files: {}, verdicts: [] };
}

const unused = (): never => {
  throw new Error("not needed here");
};

/** A trial against a champion that is also the baseline. */
export function trialOf(
  candidate: Side,
  champion: Side,
  parts: Partial<Trial> & { direction?: Metric["direction"] } = {},
): Trial {
  const { direction = "maximize", ...rest } = parts;
  const measured = (experiment: number, score: Side): Measured => ({ experiment, files: {}, score });
  return {
    experiment: 1,
    hypothesis: "it is better",
    metric: { name: "accuracy", direction },
    guardrails: [],
    candidate: measured(1, candidate),
    champion: measured(0, champion),
    baseline: measured(0, champion),
    execution: { outcome: "ok", outputs: [], usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" },
    evaluation: { split: "validation", seed: 1, inputs: [], reference: null },
    history: { length: 0, recent: () => [], kept: () => [keptRecord(0)] },
    random: randomOf(1),
    rerun: unused,
    replay: unused,
    shown: unused,
    looks: unused,
    ...rest,
  };
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

export function taskOf(experiments: number, parts: Partial<GateTask> = {}): GateTask {
  return {
    metric: { name: "accuracy", direction: "maximize" },
    guardrails: [],
    relations: [],
    freshCases: false,
    hasSplit: async () => false,
    slices: true,
    secondExecutor: false,
    experiments,
    random: randomOf(7),
    ...parts,
  };
}

/** A gate that shares its error among so many experiments. */
export async function gateOf(options: Options = {}, experiments = 1): Promise<Gate> {
  const configured = improvement(options);
  const gate = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
  await gate.prepare?.(taskOf(experiments));
  return gate;
}

/** One judgement by a gate of its own. */
export async function judge(trial: Trial, options: Options = {}, experiments = 2): Promise<Verdict> {
  const verdict = await (await gateOf(options, experiments)).judge!(trial, AbortSignal.timeout(60_000));
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return verdict;
}
