import { expect } from "vitest";
import { runSuite, type Runner } from "../index.ts";

/** Runs the checks of a suite whose names contain the text, and gives the messages of those that failed. */
export async function failuresOf(register: (runner: Runner) => void, part = ""): Promise<readonly string[]> {
  const results = await runSuite(register, (name) => name.includes(part));
  // A name that fits no check would make every test here pass for nothing.
  expect(results.length, `there is a check with "${part}" in its name`).toBeGreaterThan(0);
  return results.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error.message}`]));
}
