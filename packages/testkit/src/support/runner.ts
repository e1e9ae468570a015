/** The part of a test runner that the suites need. The namespaces of vitest, jest and bun:test fit as they are. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>, timeoutMs?: number): unknown;
  afterAll(body: () => Promise<void>): unknown;
}

/** No check of a suite takes longer than this, in milliseconds: a hang guard, not an expectation. */
export const TEST_TIMEOUT_MS = 120_000;

/**
 * The runner at work: vitest where it has started this process, otherwise `node:test`, which is always there.
 * A suite that belongs to another runner hands that one in.
 */
export const defaultRunner: Runner = process.env["VITEST"] === undefined ? await nodeTest() : await vitest();

async function vitest(): Promise<Runner> {
  const { describe, test, afterAll } = await import("vitest");
  return { describe, test, afterAll };
}

async function nodeTest(): Promise<Runner> {
  const { describe, test, after } = await import("node:test");
  return {
    describe: (name, body) => void describe(name, body),
    test: (name, body, timeout) => void test(name, timeout === undefined ? {} : { timeout }, body),
    afterAll: (body) => after(body),
  };
}

/** How one check of a suite ended. `error` is absent where it passed. */
export interface CheckResult {
  readonly name: string;
  readonly error?: Error;
}

/**
 * Runs a suite without a test runner and says how each check ended, in order. Of use where a program wants to know
 * whether a plugin can be trusted, and for testing the suites themselves.
 *
 * @example
 * const results = await runSuite((runner) => testGate(myGate(), { runner }));
 * const failed = results.filter(({ error }) => error !== undefined);
 */
export async function runSuite(
  register: (runner: Runner) => void,
  select: (name: string) => boolean = () => true,
): Promise<readonly CheckResult[]> {
  const tests: { name: string; body: () => Promise<void> }[] = [];
  const endings: (() => Promise<void>)[] = [];
  const path: string[] = [];
  register({
    describe: (name, body) => {
      path.push(name);
      body();
      path.pop();
    },
    test: (name, body) => tests.push({ name: [...path, name].join(" > "), body }),
    afterAll: (body) => endings.unshift(body),
  });
  const results: CheckResult[] = [];
  const run = async (name: string, body: () => Promise<void>): Promise<CheckResult> => {
    try {
      await body();
      return { name };
    } catch (error) {
      return { name, error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  for (const { name, body } of tests) if (select(name)) results.push(await run(name, body));
  for (const body of endings) {
    const ending = await run("afterwards", body);
    if (ending.error !== undefined) results.push(ending);
  }
  return results;
}
