import type { Gate, HoldoutLook, Rerun, RerunOptions, Score, Trial } from "@pawl/plugin";
import { createRandom, openPlugin, sampleGateTask, sampleTrial } from "@pawl/testkit";
import { holdout } from "../holdout.ts";

export const randomOf = createRandom;
export type Options = Parameters<typeof holdout>[0];
/** What a content scores on the cases of a seed. */
export type Measure = (subject: "candidate" | "champion", options: RerunOptions) => Score | undefined;

export function trialOf(measure: Measure, parts: Partial<Trial> = {}): Trial {
  const content = (experiment: number) => ({ experiment, files: {}, score: { value: 0 } });
  const base = { usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" } as const;
  const plain = sampleTrial();
  return sampleTrial({
    experiment: 5,
    candidate: content(5),
    champion: content(3),
    baseline: content(0),
    async rerun(options: RerunOptions = {}): Promise<Rerun> {
      const score = measure(options.subject === "champion" ? "champion" : "candidate", options);
      const { execution, evaluation } = plain;
      return score === undefined
        ? { execution: { ...base, outcome: "timeout", reason: "too slow" }, evaluation }
        : { execution, evaluation, score };
    },
    looks: async () => [],
    ...parts,
  });
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
  const gate = await openPlugin<"gate">(holdout(options));
  await gate.prepare!(
    sampleGateTask({
      freshCases: task.fresh ?? false,
      inputs: async (split) => (split === "validation" || (split === "holdout" && (task.sealed ?? true)) ? [] : null),
    }),
  );
  return gate;
}
