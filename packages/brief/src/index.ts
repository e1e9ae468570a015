export { writeBrief, type BriefOptions } from "./brief.ts";
export { experimentLine, noteLine } from "./experiments.ts";
export { causesText, failureText, groupFailures, type FailureGroup } from "./failures.ts";
export { DATA_RULE, block, dataBlock, oneLine } from "./fence.ts";
export { writeTraces, type TraceOptions } from "./traces.ts";
