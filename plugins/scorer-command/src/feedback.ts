import type { CaseFeedback } from "@pawl/plugin";
import type { Measure, Measured } from "./measure.ts";

/** The worst cases: those that failed, and then those that count most against the surface. */
export function worstCases({ metric }: Measure, { raw, samples }: Measured, count: number): CaseFeedback[] {
  const sign = metric.direction === "minimize" ? 1 : -1;
  const best = Math.min(...samples.map((sample) => sign * sample));
  const found = raw.map((sample, index): CaseFeedback => {
    const weight = sign * (samples[index] as number) - best;
    if ("problem" in sample) return { case: index, cause: "failed", detail: sample.problem, weight };
    return {
      case: index,
      cause: `${metric.direction === "minimize" ? "high" : "low"} ${metric.name}`,
      detail: String(sample.value),
      weight,
    };
  });
  return found
    .filter(({ cause, weight = 0 }) => cause === "failed" || weight > 0)
    .toSorted(
      (a, b) => Number(b.cause === "failed") - Number(a.cause === "failed") || (b.weight ?? 0) - (a.weight ?? 0),
    )
    .slice(0, count);
}
