export type { DetectorDefinition, Look, TextToLookAt, TrialToLookAt } from "./define-detector.ts";
export { defineDetector } from "./define-detector.ts";
export type { Detector, Finding, Severity } from "./detector.ts";
export { metricLock, metricLock as default } from "./metric-lock.ts";
