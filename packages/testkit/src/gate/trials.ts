import type { TrialParts, TrialSetting } from "./trial.ts";
import { scoreOf } from "./trial.ts";

/** Trials that a gate may meet in any night: zero, negative, tiny and huge scores, with samples and without. */
export function ordinaryTrials(setting: TrialSetting): readonly (readonly [name: string, parts: TrialParts])[] {
  const { guardrails: _, ...bare } = scoreOf(setting, 0.6);
  const { samples: __, ...single } = scoreOf(setting, 0.6);
  const pairs: readonly (readonly [name: string, candidate: number, champion: number])[] = [
    ["a better score", 0.6, 0.5],
    ["a worse score", 0.4, 0.5],
    ["the same score", 0.5, 0.5],
    ["a score of zero", 0, 0.5],
    ["a champion of zero", 0.5, 0],
    ["zero against zero", 0, 0],
    ["negative scores", -2, -3],
    ["scores on both sides of zero", 1, -1],
    ["tiny scores", 2e-300, 1e-300],
    ["huge scores", 2e300, 1e300],
    ["scores that differ by rounding", 0.1 + 0.2, 0.3],
  ];
  return [
    ...pairs.flatMap(([name, candidate, champion]) =>
      [0, 0.1].map((spread) => {
        const parts = {
          candidate: scoreOf(setting, candidate, { spread, name: "candidate" }),
          champion: scoreOf(setting, champion, { spread, name: "champion" }),
        };
        return [`${name}${spread === 0 ? "" : ", with noise"}`, parts] as const;
      }),
    ),
    ["a score without samples", { candidate: single }],
    ["scores without samples", { candidate: single, champion: { ...single, value: 0.5 } }],
    ["a score without guardrails", { candidate: bare }],
    ["a baseline that was better", { candidate: scoreOf(setting, 0.6), baseline: scoreOf(setting, 0.9) }],
    ["content that is the champion's", { candidate: scoreOf(setting, 0.5), candidateFiles: setting.files }],
    ["the first experiment", { candidate: scoreOf(setting, 0.6), experiment: 1 }],
    ["a late experiment", { candidate: scoreOf(setting, 0.6), experiment: 100_000 }],
  ];
}
