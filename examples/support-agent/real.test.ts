import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { modelGateway } from "@pawl/gateway-model";
import { type Json, limitsSchema, type Purse } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { expect, it } from "vitest";
import { drawCases } from "./cases.ts";
import { judgeCase } from "./judge.ts";
import { STAND_INS, TASK } from "./models.ts";
import { LADDER, ladder } from "./test/variants.ts";

const { env } = process;
const WHERE = "PAWL_TASK_URL and PAWL_TASK_MODEL, OPENAI_API_KEY or ANTHROPIC_API_KEY";
const GUARD = 580_000;
const MAILS = 6;

/** A provider that is really there, if the environment names one. */
function realModel() {
  const named = { model: env["PAWL_TASK_MODEL"], maxOutputTokens: TASK.maxOutputTokens };
  if (!STAND_INS) return TASK;
  if (env["OPENAI_API_KEY"]) return { ...named, provider: "openai" as const, model: named.model ?? "gpt-4.1-mini" };
  if (env["ANTHROPIC_API_KEY"]) {
    return { ...named, provider: "anthropic" as const, model: named.model ?? "claude-haiku-4-5" };
  }
  return undefined;
}

const endpoint = realModel();
if (endpoint === undefined) console.warn(`SKIPPED: no real model was asked. Set ${WHERE}.`);

it.skipIf(endpoint === undefined)(
  `answers mails with a real model (skipped without ${WHERE})`,
  { timeout: GUARD },
  async () => {
    const signal = AbortSignal.timeout(GUARD - 20_000);
    const limits = limitsSchema.parse({ network: "gateway", wallMs: GUARD - 40_000, memoryMb: 64 });
    const [box, door] = [isolate(), modelGateway({ models: [endpoint!] })];
    const executor = await box.create(box.schema.parse(box.options) as never, { root: import.meta.dirname });
    const gateway = await door.create(door.schema.parse(door.options) as never, { root: import.meta.dirname });
    const purse: Purse = {
      limited: false,
      left: Number.POSITIVE_INFINITY,
      reserve: () => ({ settle: () => undefined }),
    };
    const session = gateway.open({ job: "real", account: "real", seed: 1, purse });
    try {
      await executor.prepare?.({ limits, concurrency: 1, run: "real" }, signal);
      const { inputs, truths } = drawCases("train", 1)!;
      const items = inputs.slice(0, MAILS) as unknown as Json[];
      const execution = await executor.execute(
        {
          id: "real",
          files: {
            "harness.ts": ladder(LADDER),
            "office.ts": await readFile(join(import.meta.dirname, "office.ts"), "utf8"),
          },
          entry: { kind: "call", file: "harness.ts" },
          inputs: { digest: createHash("sha256").update(JSON.stringify(items)).digest("hex"), items },
          seed: 1,
          limits,
        },
        signal,
        session,
      );
      const report = await session.close();
      expect(report.trouble).toBeUndefined();
      expect(report.exchanges.length).toBeGreaterThanOrEqual(MAILS);
      expect(execution.outcome, JSON.stringify(execution)).toBe("ok");
      const outputs = execution.outcome === "ok" ? execution.outputs : [];
      const model = { calls: 1, inputTokens: 0, outputTokens: 0 };
      const judged = outputs.map((output, i) => judgeCase({ ...output, model }, inputs[i]!, truths[i]!));
      console.log(judged);
      expect(judged.filter(({ cause }) => cause === "no answer")).toEqual([]);
      expect(judged.filter(({ resolved }) => resolved).length).toBeGreaterThanOrEqual(1);
    } finally {
      await executor.close?.();
      await gateway.close?.();
    }
  },
);
