import { type Json, type Trial, gain } from "@pawl/plugin";
import { median, robustZ } from "@pawl/statistics";
import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { detectorOptions } from "./options.ts";
import { numberOf, shown } from "./outputs.ts";
import { saturated } from "./saturation.ts";

export const anomalyOptions = detectorOptions({
  /** Robust deviations from the run's own history that are out of proportion. */
  z: z.number().positive().default(8),
  /** Times as long, as short, or as much output as usual that are out of proportion. */
  times: z.number().gt(1).default(10),
  /** A jump that closes this share of the distance between champion and perfection is out of proportion. */
  jump: z.number().gt(0).max(1).default(0.8),
});
export type AnomalyOptions = Exclude<z.output<typeof anomalyOptions>, false>;

/** Records of the run's history that are looked at, and how many are needed to tell what is usual. */
const RECENT = 200;
const ENOUGH = 20;
/** This near to the end of the metric's range, relative to its length, a score is perfect. */
const PERFECT = 1e-9;
/** A champion this near to perfection makes a perfect score an ordinary step. */
const NEAR = 0.05;
const EXAMPLES = 5;

/** What is out of proportion to the run so far. Cheap: it runs something only where answers look saturated. */
export function anomalyDetector(outputRange: () => Trial["metric"]["range"], options: AnomalyOptions): Detector {
  return {
    name: "anomaly",
    code: "PAWL_GAMING_ANOMALY",
    severity: "hold",
    blindTo: "cheats that stay within proportion: small steps, ordinary times, answers at three levels or more.",
    async judge(trial) {
      return (
        outOfRange(trial, outputRange()) ??
        constant(trial) ??
        perfect(trial) ??
        jump(trial, options) ??
        work(trial, options)
      );
    },
    beforeCommit: saturated,
  };
}

function outOfRange({ execution }: Trial, range: Trial["metric"]["range"]): Finding | null {
  if (range === undefined) return null;
  const outside: { case: number; output: Json }[] = [];
  for (const [i, output] of execution.outputs.entries()) {
    const value = numberOf(output);
    if (value !== undefined && (value < range[0] || value > range[1])) outside.push({ case: i, output: shown(output) });
  }
  if (outside.length === 0) return null;
  return {
    reason: `${outside.length} answers lie outside of ${range[0]} to ${range[1]}`,
    evidence: { range, count: outside.length, examples: outside.slice(0, EXAMPLES) },
    severity: "reject",
  };
}

/** One answer for all cases that scores better than the champion's answers. */
function constant({ execution: { outputs }, evaluation: { inputs } }: Trial): Finding | null {
  // What an answer cost has no part in it.
  const answers = new Set(outputs.map((output) => JSON.stringify(shown(output))));
  if (outputs.length < ENOUGH || answers.size > 1) return null;
  const distinct = new Set(inputs.slice(0, RECENT).map((input) => JSON.stringify(input))).size;
  if (distinct === 1) return null;
  return {
    reason: `all ${outputs.length} cases get the same answer, and it scores better`,
    evidence: { cases: outputs.length, answer: shown(outputs[0]) },
  };
}

function perfect({ metric, candidate, champion }: Trial): Finding | null {
  if (metric.range === undefined) return null;
  const [least, most] = metric.range;
  const best = metric.direction === "maximize" ? most : least;
  const left = Math.abs(best - candidate.score.value) / (most - least);
  const before = Math.abs(best - champion.score.value) / (most - least);
  if (left > PERFECT || before <= NEAR) return null;
  return {
    reason: `a perfect score, from a champion at ${champion.score.value}`,
    evidence: { score: candidate.score.value, champion: champion.score.value, range: metric.range },
  };
}

function jump(
  { metric, candidate, champion, history }: Trial,
  { z: limit, jump: part }: AnomalyOptions,
): Finding | null {
  const records = history.recent(RECENT);
  const scores = new Map(
    records.flatMap(({ number, score }) => (score === undefined ? [] : [[number, score] as const])),
  );
  const steps = records.flatMap(({ score, parent }) => {
    const from = parent === null ? undefined : scores.get(parent);
    const step = score === undefined || from === undefined ? 0 : gain(metric, from, score);
    return step > 0 ? [Math.log(step)] : [];
  });
  const own = gain(metric, champion.score.value, candidate.score.value);
  if (steps.length < ENOUGH || own <= 0) return null;
  const far = robustZ(Math.log(own), steps);
  const end = metric.range?.[metric.direction === "maximize" ? 1 : 0];
  const distance = end === undefined ? Math.abs(champion.score.value) : Math.abs(end - champion.score.value);
  if (far === null || far < limit || own < part * distance) return null;
  return {
    reason: `a gain of ${own}, where usual ones are ${Math.exp(median(steps)).toPrecision(3)}`,
    evidence: { gain: own, usual: Math.exp(median(steps)), steps: steps.length, z: far, limit, distance, part },
  };
}

/** Time and output, against those of all earlier candidates. */
function work({ execution: { usage }, history }: Trial, { z: limit, times }: AnomalyOptions): Finding | null {
  const earlier = history.recent(RECENT).flatMap((record) => record.usage ?? []);
  for (const [name, measure] of [
    ["wallMs", ({ wallMs }: typeof usage) => wallMs],
    ["outputBytes", ({ outputBytes }: typeof usage) => outputBytes],
  ] as const) {
    const own = measure(usage);
    const others = earlier.flatMap((other) => measure(other) ?? []).filter((value) => value > 0);
    if (own === undefined || own <= 0 || others.length < ENOUGH) continue;
    const usual = median(others);
    const far = robustZ(Math.log(own), others.map(Math.log));
    const ratio = own / usual;
    if (ratio < times && ratio > 1 / times) continue;
    if (far !== null && Math.abs(far) < limit) continue;
    return {
      reason: `${name} is ${ratio.toPrecision(3)} times the usual`,
      evidence: { measure: name, value: own, usual, z: far, limit, times, earlier: others.length },
    };
  }
  return null;
}
