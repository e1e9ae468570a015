import type { Detector } from "../detector.ts";

/** Detectors that look at outputs, or run the candidate again, cheapest first. */
export const dynamicDetectors = (): readonly Detector[] => [];
