export type { Detector, Finding, Note, Severity } from "./detector.ts";
export { metricLock, metricLock as default } from "./metric-lock.ts";
