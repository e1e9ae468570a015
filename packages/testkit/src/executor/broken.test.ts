import { afterAll, describe, expect, test } from "vitest";
import { type ExecutorSuiteOptions, testExecutor } from "../index.ts";
import { failuresOf } from "../test/failures.ts";
import { EXECUTOR_FAULTS } from "../test/executor-faults.ts";
import { cleanUp, faultyExecutor } from "../test/faulty-executor.ts";

/** Executors that are wrong in one way each: the suite must find it, with the check that is there for it. */

const options: Omit<ExecutorSuiteOptions, "runner"> = { entries: ["javascript"], limits: { wallMs: 6_000 } };

afterAll(cleanUp);

describe("the suite finds", () => {
  test.each(Object.entries(EXECUTOR_FAULTS))("%s", async (_, [check, fault]) => {
    const failures = await failuresOf(
      (runner) => testExecutor(() => faultyExecutor(fault()), { ...options, runner }),
      check,
    );
    expect(failures).not.toEqual([]);
    // The suite itself must not be what broke.
    for (const failure of failures) expect(failure).not.toMatch(/is not a function|Cannot read prop/);
  });
});

test("and finds nothing where there is no fault", async () => {
  const checks = [
    "order of the inputs",
    "any JSON value",
    "no state is carried",
    "leaves the others alone",
    "close ends everything",
  ];
  for (const check of checks) {
    expect(
      await failuresOf(
        (runner) => testExecutor(() => faultyExecutor({ ownLife: true }), { ...options, runner }),
        check,
      ),
    ).toEqual([]);
  }
});

test("a suite without entries is refused", () => {
  expect(() => testExecutor(() => faultyExecutor({}), { entries: [] })).toThrow(RangeError);
});
