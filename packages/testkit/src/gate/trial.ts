import {
  type Evaluation,
  type Execution,
  type Files,
  type GateTask,
  type Json,
  type Measured,
  type Metric,
  type ReplayOptions,
  type Rerun,
  type RerunOptions,
  type Score,
  type Split,
  type Trial,
} from "@pawl/plugin";
import { historyOf } from "../support/history.ts";
import { createRandom } from "../support/random.ts";
import { deepFreeze } from "../support/settle.ts";

/** How a trial of the suite differs from the ordinary one. */
export interface TrialParts {
  readonly candidate: Score;
  readonly champion?: Score;
  readonly baseline?: Score;
  readonly experiment?: number;
  readonly candidateFiles?: Files;
  readonly rerun?: Trial["rerun"];
}

/** What all trials of one suite share. */
export interface TrialSetting extends Pick<GateTask, "metric" | "guardrails"> {
  readonly files: Files;
  readonly cases: number;
  readonly seed: number;
}

const base = { usage: { wallMs: 10 }, limits: [], stdout: "", stderr: "" } as const;

/** An execution that ended badly. */
export const failedExecution: Execution = { ...base, outcome: "timeout", reason: "not done after 1000 ms" };

/**
 * A score with one sample per case whose mean is the value, as the paired statistics of a gate expect it.
 * @param spread standard deviation of the samples around the value
 */
export function scoreOf(
  setting: TrialSetting,
  value: number,
  { spread = 0, guardrail = 0.5, name = "score" } = {},
): Score {
  const random = createRandom(`${setting.seed}/${name}`);
  const noise = Array.from({ length: setting.cases }, () => (spread === 0 ? 0 : spread * random.normal()));
  const mean = noise.reduce((sum, each) => sum + each, 0) / setting.cases;
  return {
    value,
    samples: noise.map((each) => value + each - mean),
    guardrails: Object.fromEntries(setting.guardrails.map((each) => [each.name, guardrail])),
  };
}

/** A trial, frozen. */
export function makeTrial(setting: TrialSetting, parts: TrialParts): Trial {
  const { metric, guardrails, files, cases, seed } = setting;
  const inputs: readonly Json[] = Array.from({ length: cases }, (_, index) => ({ case: index }));
  const evaluation: Evaluation = { split: "validation", seed, inputs, reference: inputs.map((_, index) => index) };
  const execution = { ...base, outcome: "ok", outputs: inputs.map((_, index) => ({ value: index })) } as const;
  const champion = parts.champion ?? scoreOf(setting, 0.5);
  const measured = (experiment: number, score: Score, text = files): Measured => ({ experiment, files: text, score });
  const rerun = async (options: RerunOptions = {}): Promise<Rerun> => {
    const changed = { ...evaluation, split: options.split ?? "validation", seed: options.seed ?? seed };
    const scores = { candidate: parts.candidate, champion, baseline: parts.baseline ?? champion };
    return deepFreeze({
      execution,
      evaluation: options.transform?.(changed) ?? changed,
      // Any other content does as well as the candidate.
      score: scores[typeof options.subject === "string" ? options.subject : "candidate"],
    });
  };
  const replay = async (options: ReplayOptions = {}): Promise<Execution> => {
    const outputs = (options.inputs ?? inputs).map((input) => ({ value: (input as { case: number }).case }));
    return deepFreeze({ ...execution, outputs });
  };
  const candidateFiles =
    parts.candidateFiles ??
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `${text}\n// changed\n`]));
  const baseline = measured(0, parts.baseline ?? champion);
  const record = (each: Measured) => ({
    number: each.experiment,
    parent: null,
    status: "kept" as const,
    reason: "kept",
    hypothesis: "kept",
    files: each.files,
    score: each.score.value,
    verdicts: [],
  });
  const trial = {
    experiment: parts.experiment ?? 7,
    hypothesis: "it is better",
    metric,
    guardrails,
    candidate: measured(parts.experiment ?? 7, parts.candidate, candidateFiles),
    champion: measured(3, champion),
    baseline,
    execution,
    evaluation,
  };
  const history = historyOf(deepFreeze([record(baseline), record(trial.champion)]));
  const random = createRandom(`${seed}/gate/${trial.experiment}`);
  return Object.freeze({
    ...deepFreeze(structuredClone(trial)),
    history,
    random,
    rerun: parts.rerun ?? rerun,
    replay,
    inputs: async (split: Split) => (split === "validation" ? inputs : null),
    looks: async () => [],
  });
}

/** A metric to be made larger, or smaller. */
export const metricOf = (direction: Metric["direction"]): Metric => ({ name: "score", direction });

/** What a gate is told before a run with such trials. */
export const taskOf = ({ metric, guardrails }: Pick<GateTask, "metric" | "guardrails">): GateTask => ({
  metric,
  guardrails,
  relations: [],
  freshCases: false,
  inputs: async (split) => (split === "validation" || split === "holdout" ? [] : null),
  slices: false,
  secondExecutor: false,
  experiments: 100,
  random: createRandom("gate"),
});
