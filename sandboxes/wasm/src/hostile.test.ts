import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Execution } from "@pawl/plugin";
import { leb } from "./module/bytes.ts";
import { command } from "./test/binary.ts";
import { HOSTILE_MODULES } from "./test/hostile-modules.ts";
import { type More, openSandbox, type Sandbox, valuesOf } from "./test/sandbox.ts";

const WALL_MS = 600;
/** Beyond the wall limit, for the sandbox's steps and a busy machine, in milliseconds. */
const GRACE_MS = 1_500;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({}, { wallMs: WALL_MS, memoryMb: 64, outputBytes: 1_000_000 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const run = (bytes: Uint8Array, more: More = {}): Promise<Execution> =>
  sandbox.run({ "m.wasm.b64": Buffer.from(bytes).toString("base64") }, [1], {
    entry: { kind: "exec", argv: ["m.wasm"] },
    ...more,
  });

describe("a hand-made module with", () => {
  test.each(HOSTILE_MODULES)("%s", async (_, bytes, outcome, reason) => {
    const made = bytes();
    const started = performance.now();
    const wallMs = outcome === "timeout" ? WALL_MS : 10_000;
    const execution = await run(made, { limits: { wallMs } });
    expect(execution).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
    expect(performance.now() - started).toBeLessThan(wallMs + GRACE_MS);
    // The next job is served, and in time.
    const next = performance.now();
    const entry = { kind: "call", file: "main.ts" } as const;
    expect(
      valuesOf(await sandbox.run("export default (x: number) => x;", [5], { entry, limits: { wallMs: 10_000 } })),
    ).toEqual([5]);
    expect(performance.now() - next).toBeLessThan(WALL_MS + GRACE_MS);
  });
});

test("what large modules leave behind does not take the memory of the next job", async () => {
  const segment = [1, 1, ...leb(16e6)];
  const head = [11, ...leb(segment.length + 16e6), ...segment];
  const large = (fill: number): Uint8Array => Buffer.concat([command({}), Buffer.from(head), Buffer.alloc(16e6, fill)]);
  for (let fill = 0; fill < 4; fill++)
    expect(await run(large(fill), { limits: { wallMs: 20_000 } })).toMatchObject({
      outcome: "crashed",
      reason: expect.stringMatching(/0 lines/),
    });
  const hungry = `export default () => { const all = []; for (let i = 0; i < 48; i++) all.push(new Uint8Array(1048576).fill(1)); return all.length; };`;
  const entry = { kind: "call", file: "main.ts" } as const;
  for (let i = 0; i < 3; i++)
    expect(valuesOf(await sandbox.run(hungry, [1], { entry, limits: { wallMs: 20_000 } }))).toEqual([48]);
});
