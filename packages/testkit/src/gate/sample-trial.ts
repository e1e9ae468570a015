import type { GateTask, Measured, Trial } from "@pawl/plugin";
import { createRandom } from "../support/random.ts";
import { deepFreeze } from "../support/settle.ts";

const unused = (what: string) => (): never => {
  throw new Error(`this trial has no ${what}(): give it one`);
};

/**
 * A whole trial, for a test that is about some of its parts: the candidate of experiment 1 against a champion that is also
 * the baseline, without samples, cases or history. What runs something again throws until it is given.
 *
 * @example
 * const trial = sampleTrial({ candidate: { experiment: 1, files: {}, score: { value: 2 } } });
 * const verdict = await gate.judge(trial, signal);
 */
export function sampleTrial(parts: Partial<Trial> = {}): Trial {
  const measured = (experiment: number): Measured => deepFreeze({ experiment, files: {}, score: { value: 0 } });
  return {
    experiment: 1,
    hypothesis: "it is better",
    metric: { name: "score", direction: "maximize" },
    guardrails: [],
    candidate: measured(1),
    champion: measured(0),
    baseline: parts.champion ?? measured(0),
    execution: { outcome: "ok", outputs: [], usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" },
    evaluation: { split: "validation", seed: 1, inputs: [], reference: null },
    history: { length: 0, recent: () => [], kept: () => [] },
    random: createRandom("trial"),
    rerun: unused("rerun"),
    replay: unused("replay"),
    inputs: unused("inputs"),
    looks: unused("looks"),
    ...parts,
  };
}

/** What a gate is told before a run: a scorer with a validation split and nothing else, a hundred experiments. */
export function sampleGateTask(parts: Partial<GateTask> = {}): GateTask {
  return {
    metric: { name: "score", direction: "maximize" },
    guardrails: [],
    relations: [],
    freshCases: false,
    inputs: async (split) => (split === "validation" ? [] : null),
    slices: false,
    secondExecutor: false,
    experiments: 100,
    random: createRandom("task"),
    ...parts,
  };
}
