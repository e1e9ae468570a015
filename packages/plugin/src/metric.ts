/** What is optimised. */
export interface Metric {
  readonly name: string;
  readonly direction: "maximize" | "minimize";
  readonly unit?: string;
  /** One sentence that tells a proposer, human or not, what the number means. */
  readonly description?: string;
  /** The values that are possible at all; a score outside of them is an error of the scorer. */
  readonly range?: readonly [min: number, max: number];
}

/** A second metric that may not get worse by more than a tolerance. */
export type GuardrailMetric = Metric;

/** How much better `to` is than `from`: positive is better, whatever the metric's direction. */
export function gain(metric: Pick<Metric, "direction">, from: number, to: number): number {
  return metric.direction === "maximize" ? to - from : from - to;
}
