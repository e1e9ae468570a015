import { expect, test } from "vitest";
import type { Job } from "@pawl/plugin";
import { Child } from "./child.ts";
import type { CapSlot } from "./memory-cap/memory-cap.ts";
import { runJob } from "./run-job.ts";
import { batchOf, limitsOf } from "./test/jobs.ts";

/** A child that is wholly in the candidate's hands: it sends what it likes. Nothing may break or deceive the engine. */
const OPEN: CapSlot = {
  launcher: [],
  adopt: () => undefined,
  settle: () => undefined,
  resize: () => true,
  exceeded: () => false,
  resetPeak: () => undefined,
  peakBytes: () => undefined,
  remove: async () => undefined,
};

const PRELUDE = `
  const frame = (header, body = "") => {
    const h = Buffer.from(typeof header === "string" ? header : JSON.stringify(header)), b = Buffer.from(body);
    const p = Buffer.alloc(8); p.writeUInt32BE(h.length, 0); p.writeUInt32BE(b.length, 4);
    process.stdout.write(Buffer.concat([p, h, b]));
  };
  const result = { type: "result", outcome: "ok", reason: "", reusable: true, stdout: "", stderr: "", cpuMs: 1, heapMb: 1 };
  frame({ type: "ready", uid: 1 });
  process.stdin.once("data", () => { `;

async function answerWith(code: string, prelude = `frame({ type: "started" });`) {
  const child = await Child.start([process.execPath, "-e", `${PRELUDE}${prelude} ${code}; });`], OPEN, 0);
  try {
    const job: Job = {
      id: "1/hostile",
      files: {},
      entry: { kind: "call", file: "main.js" },
      inputs: batchOf([1, 2]),
      seed: 1,
      limits: limitsOf({ wallMs: 5_000, outputBytes: 1_024 }),
    };
    return await runJob(child, job, { entry: "main.js" }, []);
  } finally {
    await child.end();
  }
}

test("what is right is taken", async () => {
  const { execution, reusable } = (await answerWith(`frame(result, '[{"value":1},{"error":"no"}]')`))!;
  expect(execution).toMatchObject({ outcome: "ok", outputs: [{ value: 1 }, { error: "no" }] });
  expect(reusable).toBe(true);
});

test.each([
  ["too few outputs", `frame(result, '[{"value":1}]')`],
  ["too many outputs", `frame(result, '[{"value":1},{"value":1},{"value":1}]')`],
  ["no list", `frame(result, '{"0":{"value":1},"1":{"value":1},"length":2}')`],
  ["no outputs", `frame(result)`],
  ["outputs that are not JSON", `frame(result, '[{"value":1},{"value":NaN}]')`],
  ["infinity spelled as JSON", `frame(result, '[{"value":1},{"value":[1e999]}]')`],
  ["negative zero spelled as JSON", `frame(result, '[{"value":1},{"value":-0}]')`],
  ["a prototype as a field", `frame(result, '[{"value":1},{"value":{"__proto__":{"a":1}}}]')`],
  ["a value and an error", `frame(result, '[{"value":1},{"value":1,"error":"x"}]')`],
  ["an endless error", `frame(result, JSON.stringify([{ value: 1 }, { error: "x".repeat(900) }]))`],
  ["a score", `frame(result, '[{"value":1},{"score":1}]')`],
  ["deep nesting", `frame(result, '[{"value":1},{"value":' + "[".repeat(400) + "]".repeat(400) + '}]')`],
  ["broken text", `frame(result, Buffer.from([0x5b, 0xff, 0x5d]))`],
  ["an unknown field", `frame({ ...result, score: 1 }, '[{"value":1},{"value":1}]')`],
  ["an unknown outcome", `frame({ ...result, outcome: "champion" })`],
  ["an unknown type", `frame({ type: "keep" })`],
  ["another start", `frame({ type: "started" })`],
  ["another answer", `frame({ type: "kept", digest: "x" })`],
  ["a header that is not JSON", `frame("{")`],
  ["a header that is null", `frame("null")`],
  ["negative time", `frame({ ...result, cpuMs: -1 })`],
  ["too much printed text", `frame({ ...result, stdout: "x".repeat(70_000) })`],
  ["an endless header", `process.stdout.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]))`],
])("%s is a violation", async (_, code) => {
  const { execution, reusable } = (await answerWith(code))!;
  expect(execution).toMatchObject({ outcome: "violation" });
  expect(reusable).toBe(false);
});

test.each([
  ["announced", `process.stdout.write(Buffer.from([0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]))`],
  ["sent", `frame(result, "[" + "1,".repeat(1e6) + "1]")`],
  [
    "sent without end",
    `const more = () => process.stdout.write(Buffer.alloc(1e6), more); frame(result, "x".repeat(1e6)); more()`,
  ],
])("more output than allowed, %s, is cut off", async (_, code) => {
  expect((await answerWith(code))!.execution).toMatchObject({ outcome: "output-limit" });
});

test("silence is a timeout, and ends by the wall limit", async () => {
  const { execution } = (await answerWith(`while (true) {}`))!;
  expect(execution.outcome).toBe("timeout");
  expect(execution.usage.wallMs).toBeLessThan(5_500);
});

test.each([
  ["an exit", `process.exit(0)`, "crashed", "exit code 0"],
  ["a signal", `process.kill(process.pid, "SIGSEGV")`, "crashed", "SIGSEGV"],
  [
    "an abort for memory",
    `process.stderr.write("FATAL ERROR: JavaScript heap out of memory", () => process.abort())`,
    "out-of-memory",
    "memory",
  ],
])("%s is told", async (_, code, outcome, reason) => {
  expect((await answerWith(code))!.execution).toMatchObject({ outcome, reason: expect.stringContaining(reason) });
});

test.each([
  ["an end", `process.exit(1)`],
  ["a result", `frame(result, '[{"value":1},{"value":2}]')`],
  ["nonsense", `frame("{")`],
])("%s before the start is not blamed on this candidate", async (_, code) => {
  expect(await answerWith(code, "")).toBeUndefined();
});

test("a program that never gets ready is an error of the sandbox, with its last words", async () => {
  const start = Child.start([process.execPath, "-e", `console.error("no such thing"); process.exit(3)`], OPEN, 0);
  await expect(start).rejects.toMatchObject({
    code: "PAWL_SANDBOX_FAILED",
    message: expect.stringContaining("no such thing"),
  });
  await expect(Child.start(["/nowhere/node"], OPEN, 0)).rejects.toMatchObject({ code: "PAWL_SANDBOX_FAILED" });
});
