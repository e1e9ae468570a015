import type { Gate, GateTask, HoldoutLook, Random, Rerun, RerunOptions, Score, Trial } from "@pawl/plugin";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { holdout } from "../holdout.ts";

export type Options = Parameters<typeof holdout>[0];
/** What a content scores on the cases of a seed. */
export type Measure = (subject: "candidate" | "champion", options: RerunOptions) => Score | undefined;

export function randomOf(seed: number): Random {
  const stream = xoroshiro128plus(seed);
  const next = (): number => uniformFloat64(stream);
  return {
    next,
    integer: (min, max) => uniformInt(stream, min, max),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[uniformInt(stream, 0, items.length - 1)]!,
    fork: (label) => randomOf(seed + label.length),
  };
}

const unused = (): never => {
  throw new Error("not needed here");
};

export function trialOf(measure: Measure, parts: Partial<Trial> = {}): Trial {
  const content = (experiment: number) => ({ experiment, files: {}, score: { value: 0 } });
  const base = { usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" } as const;
  const evaluation = { split: "validation", seed: 1, inputs: [], reference: null } as const;
  return {
    experiment: 5,
    hypothesis: "it is better",
    metric: { name: "accuracy", direction: "maximize" },
    guardrails: [],
    candidate: content(5),
    champion: content(3),
    baseline: content(0),
    execution: { ...base, outcome: "ok", outputs: [] },
    evaluation,
    history: { length: 0, recent: () => [], kept: () => [] },
    random: randomOf(1),
    async rerun(options: RerunOptions = {}): Promise<Rerun> {
      const score = measure(options.subject === "champion" ? "champion" : "candidate", options);
      const execution = { ...base, outcome: "ok", outputs: [] } as const;
      return score === undefined
        ? { execution: { ...base, outcome: "timeout", reason: "too slow" }, evaluation }
        : { execution, evaluation, score };
    },
    replay: unused,
    shown: unused,
    looks: async () => [],
    ...parts,
  };
}

export const look = (experiment: number, parts: Partial<HoldoutLook> = {}): HoldoutLook => ({
  run: "run-1",
  experiment,
  purpose: "gate",
  gate: "@pawl/gate-holdout",
  passed: false,
  ...parts,
});

export async function gateOf(options: Options = {}, task: { sealed?: boolean; fresh?: boolean } = {}): Promise<Gate> {
  const configured = holdout(options);
  const gate = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
  const given: GateTask = {
    metric: { name: "accuracy", direction: "maximize" },
    guardrails: [],
    relations: [],
    freshCases: task.fresh ?? false,
    hasSplit: async (split) => split === "validation" || (split === "holdout" && (task.sealed ?? true)),
    slices: false,
    secondExecutor: false,
    experiments: 100,
    random: randomOf(3),
  };
  await gate.prepare!(given);
  return gate;
}
