import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Execution,
  type Json,
  type Limits,
  type ModelExchange,
  type PawlConfig,
  createEngine,
  defineExecutor,
  defineGate,
  defineGateway,
  defineProposer,
  defineScorer,
  openProject,
  openSqliteLedger,
  pass,
  reject,
  writeLock,
} from "@pawl/core";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { contentWanted, exporterWanted, observe, startExporting } from "./index.ts";
import { attributesOf, startReceiver } from "./test/receiver.ts";

const AT = Date.parse("2026-01-02T03:04:05.000Z");
const exchange = (second: number, request: Json, message: Json, more: Partial<ModelExchange> = {}): ModelExchange => ({
  model: "scripted-1",
  provider: "scripted",
  request: { model: "scripted-1", temperature: 0.5, max_tokens: 100, ...(request as object) },
  response: { id: `r${second}`, model: "scripted-1-0101", choices: [{ message, finish_reason: "stop" }] },
  status: 200,
  at: new Date(AT + 1_000 * second).toISOString(),
  wallMs: 500,
  inputTokens: 90,
  outputTokens: 4,
  usd: 0.001,
  ...more,
});
const call = { role: "assistant", tool_calls: [{ id: "c1", function: { name: "look_up", arguments: '{"order":7}' } }] };
const dialogue = (topic: string): ModelExchange[] => [
  exchange(0, { messages: [{ role: "user", content: topic }] }, call),
  exchange(
    2,
    { messages: [{ role: "user", content: topic }, call, { role: "tool", tool_call_id: "c1", content: "shipped" }] },
    { role: "assistant", content: `done with ${topic}` },
  ),
  exchange(4, { messages: [] }, {}, { status: 503, response: "overloaded" }),
];

const proposer = defineProposer({
  name: "scripted-proposer",
  create: () => ({
    propose: async ({ experiment, train }) => {
      if (experiment > 2) return null;
      await train.failures();
      return {
        change: { kind: "files", files: { "a.txt": `${experiment}` } },
        hypothesis: `idea ${experiment}`,
        exchanges: dialogue("PROPOSAL"),
        cost: { usd: 0.003, inputTokens: 270, outputTokens: 12 },
      };
    },
  }),
});
const executor = defineExecutor({
  name: "echo",
  create: () => ({
    async execute({ files, inputs, limits }): Promise<Execution> {
      const attested = Object.entries(limits).flatMap(([limit, value]) =>
        value === undefined ? [] : [{ limit: limit as keyof Limits, value: String(value), by: "test" }],
      );
      const outputs = inputs.items.map(() => ({ value: Number(files["a.txt"]) }));
      return { outcome: "ok", outputs, usage: { wallMs: 1 }, limits: attested, stdout: "", stderr: "" };
    },
  }),
});
const scorer = defineScorer({
  name: "number",
  create: () => ({
    metric: { name: "number", direction: "maximize" },
    load: async (split, seed) =>
      split === "holdout" || split === "vault" ? null : { split, seed, inputs: [1, 2], reference: null },
    score: async (outputs) => {
      const samples = outputs.map((output) => ("value" in output ? Number(output.value) : 0));
      return { value: samples[0] ?? 0, samples };
    },
  }),
});
const gate = defineGate({
  name: "first-only",
  create: () => ({
    judge: async ({ experiment }) =>
      experiment === 1 ? pass("TEST_FIRST", "the first") : reject("TEST_LATER", "later"),
  }),
});
const gateway = defineGateway({
  name: "scripted-gateway",
  create: () => ({
    models: [],
    open: ({ job }) => ({
      exchange: () => Promise.reject(new Error("nobody asks")),
      close: async () => ({
        exchanges: dialogue(job.endsWith("/train") ? "TRAIN" : "VALIDATION"),
        models: { "scripted-1": { calls: 3, inputTokens: 270, outputTokens: 12, usd: 0.003 } },
        refused: 0,
      }),
    }),
  }),
});
const config: PawlConfig = {
  surface: "a.txt",
  entry: { kind: "call", file: "a.txt" },
  proposer: proposer(),
  executor: executor(),
  scorer: scorer(),
  gates: [gate()],
  gateway: gateway(),
  limits: { network: "gateway" },
};

async function runWith(env: Record<string, string>, content: boolean) {
  const root = await mkdtemp(join(tmpdir(), "pawl-telemetry-"));
  const saved = { ...process.env };
  try {
    await writeFile(join(root, "a.txt"), "0");
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    await writeLock(await openProject(config, { root }), { signal: new AbortController().signal });
    Object.assign(process.env, env);
    const exporting = startExporting(process.env);
    const engine = createEngine(config, { root });
    const errors: unknown[] = [];
    const openLedger = () => openSqliteLedger(join(root, ".pawl", "ledger.sqlite"), { readOnly: true });
    const observation = observe(engine, {
      provider: exporting.provider,
      openLedger,
      content,
      onError: (error) => errors.push(error),
    });
    const summary = await engine.run().result;
    await observation.close();
    const started = performance.now();
    await exporting.close();
    return { summary, errors, flushMs: performance.now() - started };
  } finally {
    process.env = saved;
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

describe("spans over the wire", () => {
  test("one trace for each experiment, with recorded times and the conventions' names, and nothing of what was said", async () => {
    await using receiver = await startReceiver();
    const { errors } = await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }, false);
    expect(errors).toEqual([]);
    expect([...receiver.services]).toEqual(["pawl"]);
    const { spans } = receiver;
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || parentSpanId === "");
    expect(roots.map(({ name }) => name).toSorted()).toEqual(["experiment 0", "experiment 1", "experiment 2"]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);

    const root = roots.find(({ name }) => name === "experiment 1")!;
    expect(attributesOf(root)).toMatchObject({
      "pawl.status": "kept",
      "pawl.hypothesis": "idea 1",
      "pawl.commit": expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(root.events?.map(({ name }) => name)).toEqual(["gen_ai.evaluation.result"]);
    const own = spans.filter(({ traceId }) => traceId === root.traceId);
    const names = Map.groupBy(own, ({ name }) => name);
    // The proposal, validation, and the train split, which was run when the experiment was over.
    expect(names.get("invoke_agent scripted-proposer")).toHaveLength(1);
    expect(names.get("invoke_agent surface")?.map((span) => attributesOf(span)["pawl.job"])).toEqual([
      "1/validation",
      "1/train",
    ]);
    expect(names.get("chat scripted-1")).toHaveLength(9);
    expect(names.get("execute_tool look_up")).toHaveLength(3);

    const agent = names.get("invoke_agent scripted-proposer")![0]!;
    expect(agent.parentSpanId).toBe(root.spanId);
    const [chat, , broken] = own.filter(
      ({ name, parentSpanId }) => name.startsWith("chat") && parentSpanId === agent.spanId,
    );
    expect(BigInt(chat!.startTimeUnixNano)).toBe(BigInt(AT) * 1_000_000n);
    expect(BigInt(chat!.endTimeUnixNano)).toBe(BigInt(AT + 500) * 1_000_000n);
    expect(chat!.kind).toBe(3);
    expect(attributesOf(chat!)).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "scripted",
      "gen_ai.request.model": "scripted-1",
      "gen_ai.request.max_tokens": 100,
      "gen_ai.request.temperature": 0.5,
      "gen_ai.response.id": "r0",
      "gen_ai.response.model": "scripted-1-0101",
      "gen_ai.response.finish_reasons": { values: [{ stringValue: "stop" }] },
      "gen_ai.usage.input_tokens": 90,
      "gen_ai.usage.output_tokens": 4,
      "pawl.usd": 0.001,
    });
    expect(broken!.status.code).toBe(2);
    expect(attributesOf(broken!)).toMatchObject({ "error.type": "503" });
    const tool = own.find(
      ({ name, parentSpanId }) => name === "execute_tool look_up" && parentSpanId === agent.spanId,
    )!;
    expect(attributesOf(tool)).toEqual({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "look_up",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.tool.type": "function",
    });
    expect(BigInt(tool.endTimeUnixNano) - BigInt(tool.startTimeUnixNano)).toBe(1_500_000_000n);
    expect(JSON.stringify(spans)).not.toMatch(/VALIDATION|TRAIN|PROPOSAL|shipped/);
  });

  test("what was said is told to those who opt in, but never a validation case", async () => {
    await using receiver = await startReceiver();
    await runWith(
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`, OTEL_SERVICE_NAME: "night" },
      true,
    );
    expect([...receiver.services]).toEqual(["night"]);
    const text = JSON.stringify(receiver.spans);
    expect(text).toContain("done with PROPOSAL");
    expect(text).toContain("done with TRAIN");
    expect(text).not.toContain("VALIDATION");
    const chat = receiver.spans
      .map(attributesOf)
      .find((each) => String(each["gen_ai.input.messages"]).includes("shipped"));
    expect(JSON.parse(String(chat?.["gen_ai.input.messages"]))).toMatchObject([
      { role: "user", parts: [{ type: "text" }] },
      { role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "look_up", arguments: { order: 7 } }] },
      { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "shipped" }] },
    ]);
    expect(JSON.parse(String(chat?.["gen_ai.output.messages"]))).toMatchObject([
      { role: "assistant", finish_reason: "stop" },
    ]);
  });

  test("a collector that is not there fails nothing, and is not waited for", async () => {
    const { summary, flushMs } = await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }, false);
    expect(summary).toMatchObject({ status: "finished", experiments: 2 });
    expect(flushMs).toBeLessThan(30_000);
  });
});

test("it is on only where the environment names a collector", () => {
  expect(exporterWanted({})).toBe(false);
  expect(exporterWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: "" })).toBe(false);
  expect(exporterWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" })).toBe(true);
  expect(exporterWanted({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" })).toBe(true);
  expect(exporterWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x", OTEL_SDK_DISABLED: "true" })).toBe(false);
  expect(exporterWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x", OTEL_TRACES_EXPORTER: "none" })).toBe(false);
  expect(contentWanted({})).toBe(false);
  expect(contentWanted({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true" })).toBe(true);
  expect(contentWanted({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "false" })).toBe(false);
});
