import assert from "node:assert/strict";
import type { Execution, Json, Limits } from "@pawl/plugin";
import type { Bench } from "./bench.ts";
import { outputsOf, valueOf } from "./bench.ts";
import type { EntryPrograms, HostileProgram, SurfaceProgram } from "./programs.ts";

/** What the checks of one language work with. */
export interface LanguageTask {
  readonly bench: Bench;
  readonly programs: EntryPrograms;
  /** For jobs that must end by themselves. */
  readonly limits: Limits;
  /** For jobs that must be ended. */
  readonly short: Limits;
  /** What an execution may take beyond its wall limit, in milliseconds. */
  readonly graceMs: number;
  check(name: string, body: () => Promise<void>): void;
}

/** Values that get lost where somebody is careless with JSON. */
const AWKWARD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.1,
  1e-300,
  1.7976931348623157e308,
  9_007_199_254_740_991,
  "",
  " ",
  '\n\r\t"\\',
  "語 😀 \u0000 \u2028",
  [],
  {},
  [[]],
  { "": { " ": [null] } },
  { constructor: 1, toString: "x", length: -1 },
  [[[[1], 2], 3], 4],
  { z: 1, a: 2, "10": 3, "9": 4 },
  "x".repeat(5_000),
  Array.from({ length: 500 }, (_, i) => i),
];

/** A job of the same language that must work, after whatever came before it. */
export async function assertServes(
  { bench, programs }: Pick<LanguageTask, "bench" | "programs">,
  limits: Limits,
): Promise<void> {
  const inputs = ["still", { at: "work" }];
  assert.deepEqual(await bench.values(programs.behaviours.echo, inputs, limits), inputs, "the next job is not served");
}

function assertWithinWall(wallMs: number, limits: Limits, graceMs: number): void {
  assert.ok(
    wallMs <= limits.wallMs + graceMs,
    `it took ${Math.round(wallMs)} ms where ${limits.wallMs} ms are allowed`,
  );
}

/** Fails unless an execution ended in one of the ways that are allowed. */
function assertEnds(execution: Execution, ends: HostileProgram["ends"]): void {
  const failed = execution.outcome === "ok" && execution.outputs.every((output) => "error" in output);
  const ended = failed && ends.includes("error") ? "error" : execution.outcome;
  const told = execution.outcome === "ok" ? JSON.stringify(execution.outputs).slice(0, 300) : execution.reason;
  assert.ok(ends.includes(ended), `it ended as ${execution.outcome} (${told}) and not as ${ends.join(" or ")}`);
}

/** Checks that honest candidates are read correctly and dishonest ones end as they must. */
export function checkBehaviours(task: LanguageTask): void {
  const { bench, programs, limits, short, graceMs, check } = task;
  const { echo, crash, spin, wait, hog, flood, remember, fail, garbage, random, print, printFlood, artifact } =
    programs.behaviours;

  check("any JSON value comes back as it went in", async () => {
    assert.deepEqual(await bench.values(echo, AWKWARD, limits), AWKWARD);
  });
  check("outputs stand in the order of the inputs", async () => {
    const inputs = Array.from({ length: 2_000 }, (_, i) => (i * 7_919) % 2_003);
    assert.deepEqual(await bench.values(echo, inputs, limits), inputs);
  });
  check("no inputs give no outputs", async () => {
    assert.deepEqual(await bench.outputs(echo, [], limits), []);
  });
  if (fail !== undefined) {
    check("an input that fails does not touch the others", async () => {
      const [first, second, third] = await bench.outputs(fail, ["a", "fail", "b"], limits);
      assert.deepEqual([valueOf(first!), valueOf(third!)], ["a", "b"]);
      assert.ok("error" in second!, `the second output should be an error: ${JSON.stringify(second)}`);
      assert.match(second.error, /\S/, "an error says what went wrong");
    });
  }
  if (garbage !== undefined) {
    check("an answer that is no JSON data is an error, never a changed value", async () => {
      const execution = await bench.run(garbage, [0, 1, 2, 3, 4, 5, 6, 7, 8], limits);
      assertEnds(execution, ["error", "crashed", "violation"]);
    });
  }
  const ends = (
    name: string,
    program: SurfaceProgram,
    inputs: readonly Json[],
    at: Limits,
    how: HostileProgram["ends"],
  ): void =>
    check(name, async () => {
      await bench.at(at);
      // Timed from here: what an executor tells of its time is not taken on trust.
      const started = performance.now();
      const execution = await bench.run(program, inputs, at);
      const took = performance.now() - started;
      assertEnds(execution, how);
      assertWithinWall(Math.max(took, execution.usage.wallMs), at, graceMs);
      await assertServes(task, at);
    });
  ends("a candidate that breaks at the start is a crash", crash, [1, 2], limits, ["crashed"]);
  ends("a candidate that is busy for ever is a timeout", spin, [1], short, ["timeout"]);
  ends("a candidate that waits for ever is a timeout", wait, [1], short, ["timeout"]);
  ends(
    "the wall limit holds for all inputs together",
    spin,
    Array.from({ length: 50 }, () => 1),
    short,
    ["timeout"],
  );
  ends("a candidate that takes ever more memory runs out of it", hog, [1], limits, ["out-of-memory"]);
  ends("more output than allowed is cut off", flood, [limits.outputBytes * 4], limits, ["output-limit"]);
  ends(
    "more output than allowed in small pieces is cut off",
    flood,
    Array.from({ length: 64 }, () => Math.ceil(limits.outputBytes / 32)),
    limits,
    ["output-limit"],
  );
  for (const [name, program] of Object.entries(programs.hostile ?? {})) {
    const at = program.ends.includes("timeout") ? short : limits;
    ends(`${name} ends as ${program.ends.join(" or ")}`, program, [1], at, program.ends);
  }
  check("as much output as allowed is not", async () => {
    const length = Math.floor(limits.outputBytes / 2);
    assert.deepEqual(await bench.values(flood, [length], limits), ["x".repeat(length)]);
  });

  check("no state is carried from job to job", async () => {
    const first = await bench.values(remember, [1, 1, 1], limits);
    for (let job = 2; job <= 5; job++) {
      assert.deepEqual(await bench.values(remember, [1, 1, 1], limits), first, `job ${job} knows of an earlier one`);
    }
    const [count] = await bench.values(remember, [1], limits);
    assert.deepEqual(count, first[0], "a job with other inputs knows of an earlier one");
  });
  if (random !== undefined) {
    check("random numbers come from the seed alone", async () => {
      const draw = async (seed: number): Promise<unknown> => bench.outputs(random, [1, 2, 3], limits, { seed });
      const first = await draw(7);
      assert.deepEqual(await draw(7), first, "the same seed gives other numbers");
      assert.notDeepEqual(await draw(8), first, "another seed gives the same numbers");
    });
  }
  if (print !== undefined) {
    check("what a candidate prints is told, and is no answer", async () => {
      const execution = await bench.run(print, ["a", "b"], limits);
      assert.deepEqual(outputsOf(execution), [{ value: "a" }, { value: "b" }]);
      assert.match(execution.stdout + execution.stderr, /printed by the candidate/);
    });
  }
  if (printFlood !== undefined) {
    check("what a candidate prints is capped", async () => {
      assertEnds(await bench.run(printFlood, ["a"], limits), ["ok", "output-limit"]);
      await assertServes(task, limits);
    });
  }
  if (artifact !== undefined) {
    check("artifacts come back byte for byte", async () => {
      const execution = await bench.run(artifact, [], limits);
      outputsOf(execution);
      const bytes = execution.outcome === "ok" ? execution.artifacts?.["bytes.bin"] : undefined;
      assert.deepEqual(
        [...(bytes ?? [])],
        Array.from({ length: 256 }, (_, byte) => byte),
      );
    });
  }
}
