/** What runs inside a child process. Imports nothing but Node: a child may read no other packages. */
export { serveJobs, type ChildEngine, type JobResult } from "./serve.ts";
export { Questions, type ModelAnswer } from "./questions.ts";
export { CandidateFault } from "./fault.ts";
export { harnessSource, readAsks, readReport, type Harness, type HarnessReport } from "./harness.ts";
export { startTidying } from "./garbage.ts";
export { privateBytes, shrinkTo } from "./address-space.ts";
export { startStripper, StripperBroken, type StripTypes } from "./strip.ts";
export { stripText } from "./strip-text.ts";
export { resolveImport, isTyped } from "./imports.ts";
export { isCanonical } from "../outputs.ts";
export { PRINTED_CHARACTERS, type JobRequest, type ResultResponse } from "../protocol.ts";
