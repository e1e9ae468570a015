import assert from "node:assert/strict";
import type { Execution, Job, Json, Limits } from "@pawl/plugin";
import { Bench, limitsOf, makeJob } from "../executor/bench.ts";
import { assertExecution } from "../support/execution-schema.ts";
import { fulfil, NEVER } from "../support/settle.ts";
import { defaultRunner, TEST_TIMEOUT_MS } from "../support/runner.ts";
import type { Subject, SuiteOptions } from "../support/subject.ts";
import { Canaries } from "./host.ts";
import { ESCAPED } from "./prelude.ts";
import type { EscapeInfo, EscapeProgram } from "./program.ts";
import { ESCAPES } from "./programs.ts";
import { WITNESS } from "./witness.ts";

export interface EscapeSuiteOptions extends SuiteOptions {
  /** Limits of every job, on top of 1 s, 64 MB and 64 KiB of output. */
  readonly limits?: Partial<Limits>;
  /**
   * What an execution may take beyond its wall limit, seen from outside, in milliseconds. Default 2 000: test machines are
   * busy. Raise it where a build comes before each job.
   */
  readonly graceMs?: number;
  /**
   * What the programs must stay in. `realm` (default): the JavaScript realm, so that an object from outside of it is a way
   * out. `machine`: a container or a virtual machine around the whole JavaScript engine. Objects of another realm are of
   * no use there by themselves; code that is made through one, files, processes and networks still are.
   */
  readonly boundary?: "realm" | "machine";
  /** More programs of your own, in the shape of {@link ESCAPES}. */
  readonly more?: Readonly<Record<string, readonly EscapeProgram[]>>;
}

/** What a program says of an object that comes from another realm and leads to nothing else. */
const FOREIGN = new RegExp(`${ESCAPED}: [^"\\\\:]*: its prototypes end in another realm`, "g");

const witness = { files: { "main.js": WITNESS }, entry: { kind: "call", file: "main.js" } } as const;

/** A prepared executor, the canaries, and how the world looked to the first job. */
interface Scene {
  readonly bench: Bench;
  readonly canaries: Canaries;
  readonly inputs: readonly Json[];
  readonly world: Json;
}

/**
 * Registers the escape suite for sandboxes that run JavaScript through entries of the kind `call`. No program may get
 * out, end the engine, or delay the next job beyond its limits.
 *
 * @example
 * testEscapes(isolate());
 */
export function testEscapes(subject: Subject<"executor">, options: EscapeSuiteOptions = {}): void {
  const { runner = defaultRunner, graceMs = 2_000, guardMs = 30_000, more = {}, boundary = "realm" } = options;
  const limits = limitsOf({ wallMs: 1_000, ...options.limits });
  runner.describe("escapes", () => {
    let scene: Promise<Scene> | undefined;
    const setUp = async (): Promise<Scene> => {
      // The canaries come first: whatever the executor starts could inherit them.
      const canaries = await Canaries.place();
      const bench = new Bench(subject, options.root, guardMs, "testkit-escapes");
      const info: EscapeInfo & Record<string, Json> = {
        canary: canaries.file,
        port: canaries.port,
        tooMuchMb: Math.max(512, 8 * limits.memoryMb),
      };
      const inputs = [info, info];
      const [world] = await bench.values(witness, inputs, limits);
      return { bench, canaries, inputs, world: world! };
    };
    runner.afterAll(async () => {
      const { bench, canaries } = (await scene?.catch(() => undefined)) ?? {};
      await bench?.close();
      await canaries?.remove();
    });
    for (const [group, programs] of [...Object.entries(ESCAPES), ...Object.entries(more)]) {
      runner.describe(group, () => {
        for (const program of programs) {
          runner.test(
            program.name,
            async () => runProgram(await (scene ??= setUp()), program, limits, { graceMs, guardMs, boundary }),
            TEST_TIMEOUT_MS,
          );
        }
      });
    }
  });
}

async function runProgram(
  { bench, canaries, inputs, world }: Scene,
  { code, tries }: EscapeProgram,
  limits: Limits,
  { graceMs, guardMs, boundary }: Required<Pick<EscapeSuiteOptions, "graceMs" | "guardMs" | "boundary">>,
): Promise<void> {
  const executor = await bench.at(limits);
  /** Runs a job to its end, timed from here: what an executor tells of its time is not taken on trust. */
  const run = async (job: Job, whose: string): Promise<Execution> => {
    const started = performance.now();
    const execution = await fulfil(executor.execute(job, NEVER), limits.wallMs + guardMs, whose);
    const wallMs = performance.now() - started;
    assertExecution(execution, job);
    const text = JSON.stringify(execution, (_, value: unknown) => (value instanceof Uint8Array ? "" : value));
    const at = (boundary === "realm" ? text : text.replaceAll(FOREIGN, "")).indexOf(ESCAPED);
    assert.equal(at, -1, `${whose} escaped: ${text.slice(Math.max(0, at), at + 300)}. It tries: ${tries}`);
    assert.ok(!text.includes(canaries.token), `${whose} knows the host's canary. It tries: ${tries}`);
    assert.ok(wallMs <= limits.wallMs + graceMs, `${whose} took ${Math.round(wallMs)} ms of ${limits.wallMs} ms`);
    return execution;
  };
  await run(makeJob({ ...witness, files: { "main.js": code } }, inputs, limits), "the program");

  // Twice: a sandbox with warm processes may serve the first from another one.
  for (let i = 0; i < 2; i++) {
    const after = await run(makeJob(witness, inputs, limits), "the job after the program");
    assert.equal(after.stdout + after.stderr, "", "something printed in the next job");
    assert.ok(
      after.outcome === "ok",
      `the next job ended as ${after.outcome}: ${"reason" in after ? after.reason : ""}`,
    );
    assert.deepEqual(
      after.outputs,
      [{ value: world }, { value: world }],
      "the next job finds another world than the first",
    );
  }
  await canaries.assertUntouched();
}
