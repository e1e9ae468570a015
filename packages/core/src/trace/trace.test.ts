import { join } from "node:path";
import {
  type Execution,
  type Gate,
  type Limits,
  type ModelExchange,
  type PawlConfig,
  defineExecutor,
  defineGate,
  defineGateway,
  defineProposer,
  defineScorer,
  pass,
  reject,
} from "@pawl/plugin";
import { afterEach, describe, expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import { openSqliteLedger } from "../ledger/sqlite.ts";
import { verifyLedger } from "../ledger/verify.ts";
import { scratchRepo } from "../test/toy.ts";
import { traceForProposer } from "./for-proposer.ts";
import { readTrace } from "./read-trace.ts";

const SECRET = "tr4ce-Secret-Value-0815";
const HOSTILE = "\u001b[2J\u001b]0;owned\u0007\u202e\ud800\u0000evil";

const exchange = (said: string, at = 0): ModelExchange => ({
  model: "scripted-1",
  provider: "scripted",
  request: { messages: [{ role: "user", content: said }] },
  response: { choices: [{ message: { content: `${HOSTILE} ${SECRET}` }, finish_reason: "stop" }] },
  status: 200,
  at: "2026-01-02T03:04:05.000Z",
  wallMs: 1,
  inputTokens: 10,
  outputTokens: 2,
  usd: 0.5,
  case: at,
});

/** What a surface says is what it does: prints, fails, answers. */
const executor = defineExecutor({
  name: "toy-says",
  create: () => ({
    async execute({ files, inputs, limits }): Promise<Execution> {
      const say = files["say.txt"] ?? "";
      const attested = Object.entries(limits).flatMap(([limit, value]) =>
        value === undefined ? [] : [{ limit: limit as keyof Limits, value: String(value), by: "test" }],
      );
      const base = {
        usage: { wallMs: 1 },
        limits: attested,
        stdout: `${HOSTILE} ${SECRET} ${"x".repeat(200_000)}`,
        stderr: "",
      };
      if (say.startsWith("crash"))
        return { ...base, outcome: "crashed", reason: `TypeError: ${JSON.stringify(inputs.items[0])} ${HOSTILE}` };
      const outputs = inputs.items.map((input, index) =>
        index === 1
          ? { error: `RangeError: ${HOSTILE} ${JSON.stringify(input)}` }
          : { value: `${say} ${HOSTILE} ${SECRET}` },
      );
      return { ...base, outcome: "ok", outputs };
    },
  }),
});
const scorer = defineScorer({
  name: "toy-length",
  create: () => ({
    metric: { name: "length", direction: "maximize" },
    load: async (split, seed) => ({
      split,
      seed,
      inputs: [0, 1, 2].map((each) => `${split.toUpperCase()}-CASE-${each}`),
      reference: null,
    }),
    score: async (outputs) => {
      const samples = outputs.map((output) => ("value" in output ? String(output.value).length : 0));
      return {
        value: samples.reduce((sum, each) => sum + each, 0),
        samples,
        feedback: [{ case: 1, cause: `failed ${HOSTILE}`, detail: `because ${SECRET} ${"y".repeat(9_000)}` }],
      };
    },
  }),
});
const gateway = defineGateway({
  name: "toy-gateway",
  create: () => ({
    models: [],
    open: ({ job }) => ({
      exchange: () => Promise.reject(new Error("nobody asks")),
      close: async () => ({
        exchanges: [exchange(job.endsWith("/train") ? "TRAIN-PROMPT" : "VALIDATION-PROMPT")],
        models: { "scripted-1": { calls: 1, inputTokens: 10, outputTokens: 2, usd: 0.5 } },
        refused: 0,
      }),
    }),
  }),
});
const gate = defineGate({
  name: "toy-longer",
  create: (): Gate => ({
    async judge({ experiment, rerun, candidate, champion }) {
      if (experiment === 3) {
        await rerun({ split: "holdout" });
        return reject("TOY_SEALED", "the sealed score is 42.4242", { sealed: 42.4242 });
      }
      const evidence = { worst: "VALIDATION-CASE-2" };
      return candidate.score.value > champion.score.value
        ? pass("TOY_LONGER", "longer", evidence)
        : reject("TOY_SHORTER", "no", evidence);
    },
  }),
});
const proposer = defineProposer({
  name: "toy-speaker",
  create: () => ({
    async propose({ experiment, train }) {
      const failures = await train.failures();
      if (/VALIDATION|\\u001b|\\ud800/.test(JSON.stringify(failures))) throw new Error("a proposer saw too much");
      const text = ["longer", "crash", "longest of all", `with ${SECRET}`, "x"][experiment - 1];
      if (text === undefined) return null;
      return {
        change: { kind: "files", files: { "say.txt": text } },
        hypothesis: `say ${HOSTILE} ${SECRET}`,
        rationale: SECRET,
        memo: { key: SECRET },
        trace: { [SECRET]: HOSTILE },
        exchanges: [exchange("PROPOSAL-PROMPT")],
        cost: { usd: 0.25 },
      };
    },
  }),
});
const config: PawlConfig = {
  surface: "say.txt",
  entry: { kind: "call", file: "say.txt" },
  proposer: proposer(),
  executor: executor(),
  scorer: scorer(),
  gates: [gate()],
  gateway: gateway(),
  limits: { network: "gateway" },
  budget: { experiments: 5 },
};

afterEach(() => {
  delete process.env["TOY_API_KEY"];
});

/** Runs the five experiments and hands the ledger over. */
async function played<T>(use: (ledger: Awaited<ReturnType<typeof openSqliteLedger>>) => Promise<T>): Promise<T> {
  process.env["TOY_API_KEY"] = SECRET;
  await using repo = await scratchRepo({ "say.txt": "say" });
  await repo.lock(config);
  await createEngine(config, { root: repo.root }).run().result;
  const ledger = await openSqliteLedger(join(repo.root, ".pawl", "ledger.sqlite"), { readOnly: true });
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}

describe("the trace of an experiment", () => {
  test("is whole: proposal, train split case by case, validation in numbers, gates, cost", () =>
    played(async (ledger) => {
      const trace = await readTrace(ledger, "run-1", 1);
      expect(trace).toMatchObject({
        run: "run-1",
        experiment: 1,
        usd: expect.any(Number),
        proposal: {
          parent: 0,
          exchanges: [{ model: "scripted-1", request: { messages: [{ content: "PROPOSAL-PROMPT" }] } }],
          cost: { usd: 0.25 },
        },
        validation: {
          answers: { string: 2, RangeError: 1 },
          effect: { pairs: 3 },
          executions: expect.arrayContaining([expect.objectContaining({ job: "1/validation" })]),
        },
        train: { outcome: "ok", models: { "scripted-1": { calls: 1 } } },
        verdicts: [{ code: "TOY_LONGER" }],
        outcome: { status: "kept", champion: 0, commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
      });
      // The proposal, and half a dollar for each execution: on validation, on the train split, and wherever gates and the exam asked.
      const executions = (trace.validation?.executions.length ?? 0) + 1;
      expect(trace.usd).toBe(0.25 + 0.5 * executions);
      expect(trace.proposal.diff).toContain("+longer");
      expect(trace.train?.cases.map((each) => each.case)).toEqual([0, 1, 2]);
      expect(trace.train?.cases[0]).toMatchObject({
        input: "TRAIN-CASE-0",
        output: "longer \ufffdevil [redacted]",
        feedback: [],
        exchanges: [{ case: 0 }],
      });
      expect(trace.train?.cases[1]).toMatchObject({
        input: "TRAIN-CASE-1",
        error: 'RangeError: \ufffdevil "TRAIN-CASE-1"',
        feedback: [{ cause: "failed \ufffdevil" }],
      });
      const { verdicts: _, ...rest } = trace;
      expect(JSON.stringify(rest)).not.toMatch(/VALIDATION-/);
    }));

  test("proposers see neither validation nor sealed evidence in it", () =>
    played(async (ledger) => {
      const traces = await Promise.all([0, 1, 2, 3, 4, 5].map((each) => readTrace(ledger, "run-1", each)));
      const shown = traces.map(traceForProposer);
      expect(JSON.stringify(traces)).toMatch(/VALIDATION-CASE[^]*42\.4242/);
      expect(JSON.stringify(shown)).not.toMatch(/VALIDATION|HOLDOUT|VAULT|42\.4242/);
      expect(shown[1]?.train?.cases[0]?.input).toBe("TRAIN-CASE-0");
      expect(shown[2]?.outcome).toMatchObject({
        status: "failed",
        failure: "crashed",
        reason: "it crashed with TypeError",
      });
      expect(shown[3]?.outcome?.reason).toBe("the sealed cases do not confirm it");
      expect(Object.keys(shown[1]?.validation ?? {}).toSorted()).toEqual(["effect", "score"]);
    }));

  test("is refused for what does not exist", () =>
    played(async (ledger) => {
      await expect(readTrace(ledger, "run-1", 99)).rejects.toMatchObject({ code: "PAWL_EXPERIMENT_NOT_FOUND" });
      await expect(readTrace(ledger, "run-9", 1)).rejects.toMatchObject({ code: "PAWL_RUN_NOT_FOUND" });
    }));
});

test("no secret, no escape sequence and no giant gets into the ledger, and its chain is whole", () =>
  played(async (ledger) => {
    const { zstdDecompressSync } = await import("node:zlib");
    const digests = new Set<string>();
    for await (const event of ledger.events()) {
      const text = JSON.stringify(event.data);
      expect(text).not.toContain(SECRET);
      if (event.type !== "lock.written") expect(text).not.toMatch(/\\u001b|\\u0000|\\ud800|\u202e/);
      for (const [digest] of text.matchAll(/(?<![0-9a-f:])[0-9a-f]{64}(?![0-9a-f])/g)) digests.add(digest);
    }
    let found = 0;
    for (const digest of digests) {
      const bytes = await ledger.blob(digest).catch(() => undefined);
      if (bytes === undefined) continue;
      found += 1;
      const isPacked = bytes[0] === 0x28 && bytes[1] === 0xb5;
      const text = isPacked ? zstdDecompressSync(bytes).toString() : Buffer.from(bytes).toString();
      expect(text).not.toContain(SECRET);
      expect(text).not.toMatch(/\u001b|\\u001b|\\ud800/);
      expect(text.length).toBeLessThan(140_000);
    }
    expect(found).toBeGreaterThan(10);
    await verifyLedger(ledger, () => []);
    const fourth = await readTrace(ledger, "run-1", 4);
    expect(fourth.outcome).toMatchObject({
      status: "failed",
      failure: "invalid-proposal",
      reason: expect.stringContaining("secret of this environment"),
    });
  }));
