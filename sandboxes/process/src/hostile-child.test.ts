import { expect, test } from "vitest";
import type { GatewaySession, Job } from "@pawl/plugin";
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

async function answerWith(code: string, prelude = `frame({ type: "started" });`, gateway?: GatewaySession) {
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
    return await runJob(child, job, { entry: "main.js" }, [], gateway);
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
  ["a question to a model, where there is none", `frame({ type: "ask", id: 0, case: 0 }, "{}")`],
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

/** Answers each question after a moment, and keeps what it was asked. */
function listening(): GatewaySession & { readonly asked: (readonly [body: string, position: number | undefined])[] } {
  const asked: [string, number | undefined][] = [];
  return {
    asked,
    exchange: async ({ body, case: position }, signal) => {
      asked.push([body, position]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      signal.throwIfAborted();
      return {
        status: 200,
        contentType: "application/json",
        body: (async function* () {
          yield `"${body}`;
          yield ` ${asked.length}"`;
        })(),
      };
    },
    close: async () => ({ exchanges: [], models: {}, refused: 0 }),
  };
}

/** Sends a result whose outputs are the answers, once there are two. What is left of the job comes before them. */
const ECHO = `
  let heard = "";
  process.stdin.setEncoding("latin1").on("data", (chunk) => {
    heard += chunk;
    const answers = [...heard.matchAll(/"type":"answer","id":[0-9]+,"status":([0-9]+)}(".*?")/g)].map(([, status, text]) => [Number(status), text]);
    if (answers.length === 2) frame(result, JSON.stringify(answers.map((value) => ({ value }))));
  });`;

test("questions to models are carried to the gateway and back", async () => {
  const gateway = listening();
  const asks = `frame({ type: "ask", id: 7, case: 1 }, "one"); frame({ type: "ask", id: 9, case: 0 }, "two");`;
  const { execution } = (await answerWith(`${ECHO} ${asks}`, undefined, gateway))!;
  expect(gateway.asked).toEqual([
    ["one", 1],
    ["two", 0],
  ]);
  expect(execution).toMatchObject({ outputs: [{ value: [200, '"one 2"'] }, { value: [200, '"two 2"'] }] });
});

test.each([
  ["a question without a number", `frame({ type: "ask", case: 0 }, "{}")`],
  ["a question for no case", `frame({ type: "ask", id: 1, case: -1 }, "{}")`],
  ["a question with more to it", `frame({ type: "ask", id: 1, case: 0, path: "/v1/files" }, "{}")`],
  ["an answer of its own", `frame({ type: "answer", id: 1, status: 200 }, "{}")`],
])("%s is a violation", async (_, code) => {
  const gateway = listening();
  expect((await answerWith(code, undefined, gateway))!.execution).toMatchObject({ outcome: "violation" });
  expect(gateway.asked).toEqual([]);
});

test.each([
  ["in one question", `frame({ type: "ask", id: 1, case: 0 }, "x".repeat(1_025))`, 0],
  ["in many", `for (let id = 0; id < 100; id++) frame({ type: "ask", id, case: 0 }, "x".repeat(300))`, 3],
  [
    "in empty ones without end",
    `const more = () => { frame({ type: "ask", id: 1, case: 0 }); setImmediate(more); }; more();`,
    4,
  ],
])("more asked than may be sent, %s, is cut off", async (_, code, most) => {
  const gateway = listening();
  expect((await answerWith(code, undefined, gateway))!.execution).toMatchObject({ outcome: "output-limit" });
  expect(gateway.asked.length).toBeLessThanOrEqual(most);
});

test("what is asked and what is answered count together", async () => {
  const asks = `frame({ type: "ask", id: 1, case: 0 }, "x".repeat(600));`;
  const outputs = JSON.stringify([{ value: "y".repeat(300) }, { value: 1 }]);
  const { execution } = (await answerWith(`${asks} frame(result, '${outputs}')`, undefined, listening()))!;
  expect(execution.outcome).toBe("ok");
  const more = JSON.stringify([{ value: "y".repeat(500) }, { value: 1 }]);
  const over = (await answerWith(`${asks} frame(result, '${more}')`, undefined, listening()))!;
  expect(over.execution.outcome).toBe("output-limit");
});
