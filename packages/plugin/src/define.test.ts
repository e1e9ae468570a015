import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  type ConfiguredPlugin,
  type Execution,
  type Proposal,
  defineConfig,
  defineExecutor,
  defineGate,
  defineProposer,
  defineScorer,
  pass,
} from "./index.ts";

const nudge = defineProposer({
  name: "nudge",
  version: "1.2.3",
  options: z.object({ step: z.number().default(0.1), label: z.string() }),
  create: ({ step, label }) => {
    expectTypeOf(step).toEqualTypeOf<number>();
    expectTypeOf(label).toEqualTypeOf<string>();
    return { propose: async () => null };
  },
});

const greeting = defineScorer({
  name: "greeting",
  create: () => ({
    metric: { name: "politeness", direction: "maximize" },
    load: async (split, seed) => ({ split, seed, inputs: ["Ada"], reference: { Ada: "Hello Ada" } }),
    score: async (outputs, evaluation) => {
      // The reference keeps the type that load gives it.
      expectTypeOf(evaluation.reference).toEqualTypeOf<{ Ada: string }>();
      return { value: outputs.length };
    },
  }),
});

const anything = defineGate({ name: "anything", create: () => ({ judge: async () => pass("ANYTHING", "why not") }) });
const nowhere = defineExecutor({
  name: "nowhere",
  create: () => ({
    execute: async () => ({ outcome: "crashed", reason: "", usage: { wallMs: 0 }, limits: [], stdout: "", stderr: "" }),
  }),
});

describe("inference", () => {
  test("options with defaults may be left out, others may not", () => {
    expectTypeOf(nudge).parameters.toEqualTypeOf<[options: { label: string; step?: number | undefined }]>();
    expectTypeOf(greeting).parameters.toEqualTypeOf<[options?: Record<string, never>]>();
    // @ts-expect-error label is required
    nudge();
    // @ts-expect-error step is a number
    nudge({ label: "x", step: "0.1" });
    // @ts-expect-error there is no option stepp
    nudge({ label: "x", stepp: 1 });
    expect(nudge({ label: "x" })).toMatchObject({ pawl: "proposer", name: "nudge", version: "1.2.3" });
  });

  test("a config takes each kind in its own place", () => {
    const config = defineConfig({
      surface: "a.ts",
      proposer: nudge({ label: "x" }),
      executor: nowhere(),
      scorer: greeting(),
      gates: [anything(), { use: "improvement", options: { confidence: 0.9 } }],
      limits: { wallMs: 100 },
    });
    expect(config.gates).toHaveLength(2);
    // @ts-expect-error a gate is no proposer
    defineConfig({ ...config, proposer: anything() });
    // @ts-expect-error a plugin must be called
    defineConfig({ ...config, scorer: greeting });
    // @ts-expect-error milliseconds are a number
    defineConfig({ ...config, limits: { wallMs: "100" } });
    // @ts-expect-error there is no such limit
    defineConfig({ ...config, limits: { wallMS: 100 } });
    expectTypeOf<ConfiguredPlugin<"gate">>().not.toEqualTypeOf<ConfiguredPlugin<"proposer">>();
  });

  test("a plugin that breaks its contract does not compile", () => {
    defineProposer({
      name: "wrong",
      // @ts-expect-error a proposal needs a hypothesis
      create: () => ({ propose: async () => ({ change: { kind: "files", files: {} } }) }),
    });
    const withoutDirection = { name: "x" };
    defineScorer({
      name: "wrong",
      create: () => ({
        // @ts-expect-error a metric has a direction
        metric: withoutDirection,
        load: async () => null,
        score: async () => ({ value: 0 }),
      }),
    });
    expectTypeOf<Proposal["change"]["kind"]>().toEqualTypeOf<"files" | "edits" | "diff" | "unusable">();
    // Outputs exist only where the outcome is known to be ok.
    type Failed = Exclude<Execution, { outcome: "ok" }>;
    expectTypeOf<Failed>().toHaveProperty("reason");
    expectTypeOf<Failed>().not.toHaveProperty("outputs");
  });
});

test("options are checked strictly, also by a schema that was written loosely", () => {
  expect(nudge.schema.safeParse({ label: "x", other: 1 }).success).toBe(false);
  expect(nudge.schema.safeParse({ label: "x" })).toMatchObject({ success: true, data: { step: 0.1 } });
});
