export { testExecutor, type ExecutorSuiteOptions } from "./executor/test-executor.ts";
export { javascriptPrograms } from "./executor/javascript.ts";
export type { Behaviours, EntryPrograms, HostileProgram, SurfaceProgram } from "./executor/programs.ts";
export { testEscapes, type EscapeSuiteOptions } from "./escape/test-escapes.ts";
export { ESCAPES } from "./escape/programs.ts";
export { escape, type EscapeInfo, type EscapeParts, type EscapeProgram } from "./escape/program.ts";
export { runSuite, type CheckResult, type Runner } from "./support/runner.ts";
export type { Subject, SuiteOptions } from "./support/subject.ts";
export { createRandom } from "./support/random.ts";
