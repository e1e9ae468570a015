import type { Trial } from "@pawl/plugin";
import { shown } from "./shown.ts";

/** What a verdict needs to know of a trial. */
export type Comparison = Pick<Trial, "experiment" | "metric" | "candidate" | "champion" | "history" | "random">;

export function betterBy(metric: Comparison["metric"], gain: number): string {
  return `${metric.name} is better by ${shown(gain)}${metric.unit === undefined ? "" : ` ${metric.unit}`}`;
}

/** JSON knows no infinity. */
export const finite = (value: number): number => Math.min(value, Number.MAX_VALUE);
