import { z } from "zod";
import type { Detector } from "../detector.ts";
import { atLeast } from "./chance.ts";
import { detectorOptions } from "./options.ts";

export const canaryOptions = detectorOptions({
  /** How easily chance may explain the right answers before they are a leak. */
  p: z.number().positive().max(0.01).default(1e-4),
});
export type CanaryOptions = Exclude<z.output<typeof canaryOptions>, false>;

/** Planted cases whose answers cannot be known: who is right on them beyond chance has seen the answers. */
export function canaryDetector({ p: limit }: CanaryOptions): Detector {
  return {
    name: "canaries",
    code: "PAWL_GAMING_CANARIES",
    severity: "reject",
    blindTo: "leaks of the other cases' answers alone, and scorers that plant no canaries.",
    async judge({ candidate }) {
      const canaries = candidate.score.canaries ?? [];
      const right = canaries.filter((canary) => canary.right).length;
      if (right === 0) return null;
      const chances = canaries.map(({ chance }) => chance);
      const p = atLeast(right, chances);
      if (p >= limit) return null;
      const expected = chances.reduce((sum, chance) => sum + chance, 0);
      return {
        reason: `${right} of ${canaries.length} planted cases are answered right, where chance gives ${expected.toFixed(1)}`,
        evidence: { right, canaries: canaries.length, expected, p, limit, test: "Poisson-binomial, upper tail" },
      };
    },
  };
}
