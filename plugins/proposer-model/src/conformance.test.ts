import { createHash } from "node:crypto";
import { testProposer } from "@pawl/testkit";
import { startModelServer } from "@pawl/testkit/models";
import { afterAll, describe } from "vitest";
import { languageModel } from "./index.ts";
import { answering, editing } from "./test/answers.ts";
import { promptOf } from "./test/engineer.ts";
import { QUICK } from "./test/open.ts";

/** A model whose ideas follow from what it is told, all of it, and from nothing else. */
const server = await startModelServer({
  answer: ({ body }) => {
    const prompt = promptOf(body);
    const drawn = createHash("sha256").update(prompt).digest().readUInt32LE(0) / 2 ** 32;
    const [old] = /\* [\d.]+/.exec(prompt) ?? [];
    const rule = `* ${drawn.toFixed(9)}`;
    if (old !== undefined && drawn < 0.5) return editing(old, rule);
    return answering({ files: [{ path: "rules.ts", content: `export default (x: number): number => x ${rule};\n` }] });
  },
});
afterAll(() => server.close());

const model = { provider: "openai-compatible", model: "scripted-model", url: server.url } as const;

describe("a language model", () => {
  testProposer(languageModel({ model, ...QUICK }), {
    files: { "rules.ts": "export default (x: number): number => x * 0.5;\n" },
    inputs: [1, 2, 3],
    goal: "Give what is right.",
    experiments: 8,
    badOptions: [
      {},
      { model: { provider: "openai-compatible", model: "m" } },
      { model: { provider: "someone", model: "m" } },
      { model: { ...model, apiKey: "a key in a config" } },
      { model: { ...model, url: "http://user:password@host/v1" } },
      { model, similarity: 2 },
      { model, patience: { patienceMs: -1 } },
      { model, maxPromptCharacters: 10 },
      { model, maxPromptCharacters: 4_000, instructions: "x".repeat(3_000) },
      { model, recording: {} },
    ],
  });
});
