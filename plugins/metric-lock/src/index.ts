export type { Detector, Finding, Severity } from "./detector.ts";
export { metricLock, metricLock as default } from "./metric-lock.ts";
