import type { Detector } from "../detector.ts";

/** Detectors that read the candidate's text, cheapest first. */
export const staticDetectors = (): readonly Detector[] => [];
