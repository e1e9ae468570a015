import type { Limits } from "@pawl/plugin";
import { defaultRunner, TEST_TIMEOUT_MS } from "../support/runner.ts";
import { testOptions, type Subject, type SuiteOptions } from "../support/subject.ts";
import { Bench, limitsOf } from "./bench.ts";
import { checkBehaviours, type LanguageTask } from "./check-behaviours.ts";
import { checkCancellation } from "./check-cancellation.ts";
import { checkCompany } from "./check-company.ts";
import { checkLife } from "./check-life.ts";
import { javascriptPrograms } from "./javascript.ts";
import type { EntryPrograms } from "./programs.ts";

export interface ExecutorSuiteOptions extends SuiteOptions {
  /** What the executor understands: the suite's own JavaScript and TypeScript, or your programs. At least one. */
  readonly entries: readonly ("javascript" | "typescript" | EntryPrograms)[];
  /**
   * Limits of the jobs, on top of 10 s, 64 MB and 64 KiB of output. Raise `memoryMb` where your language needs more for
   * an empty program, and `wallMs` where starting takes seconds.
   */
  readonly limits?: Partial<Limits>;
  /** Wall limit of jobs that must be ended by it, in milliseconds. Default 1 000. */
  readonly shortWallMs?: number;
  /**
   * What an execution may take beyond its wall limit, seen from outside, in milliseconds. Default 2 000: test machines are
   * busy. Raise it where a build comes before each job.
   */
  readonly graceMs?: number;
  /** Names what the executor has left on the machine: containers, folders. Its child processes are found anyway. */
  readonly leftovers?: () => Promise<readonly string[]>;
}

/**
 * Registers the conformance suite that every executor must pass: outcomes, limits, order, cancellation, concurrency,
 * cleanup, attestation, hostile programs, and that no job knows of another.
 *
 * @example
 * testExecutor(isolate(), { entries: ["javascript", "typescript"] });
 */
export function testExecutor(subject: Subject<"executor">, options: ExecutorSuiteOptions): void {
  const {
    runner = defaultRunner,
    entries,
    limits: own,
    shortWallMs = 1_000,
    graceMs = 2_000,
    guardMs = 60_000,
  } = options;
  if (entries.length === 0)
    throw new RangeError("entries must name at least one language that the executor understands");
  const limits = limitsOf(own);
  const short = limitsOf({ ...own, wallMs: shortWallMs });
  runner.describe("executor", () => {
    const bench = new Bench(subject, options.root, guardMs);
    runner.afterAll(() => bench.close());
    testOptions("executor", subject, options, runner);
    const check: LanguageTask["check"] = (name, body) => void runner.test(name, body, TEST_TIMEOUT_MS);
    const tasks = entries.map((entry): LanguageTask => {
      const programs = typeof entry === "string" ? javascriptPrograms(entry) : entry;
      return { bench, programs, limits, short, graceMs, check };
    });
    for (const task of tasks) runner.describe(task.programs.name, () => checkBehaviours(task));
    // What does not depend on the language is checked with the first.
    const [first] = tasks as [LanguageTask];
    runner.describe("cancellation", () => checkCancellation(first));
    runner.describe("jobs beside each other", () => checkCompany(first));
    runner.describe("life", () => checkLife({ ...first, leftovers: options.leftovers ?? (async () => []) }));
  });
}
