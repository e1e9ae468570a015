import { type Endpoint, endpointSchema } from "@pawl/model";
import { UNLIMITED_PURSE } from "@pawl/testkit";
import { afterAll, describe, expect, test } from "vitest";
import { ModelGateway } from "./gateway.ts";
import { optionsSchema } from "./options.ts";
import { contentOf, Execution, textOf } from "./test/setting.ts";

/** Real providers, where the environment has a key for one: a few tokens each. `PAWL_TEST_MODEL` names another model. */
const PROVIDERS = [
  { provider: "anthropic", model: process.env["PAWL_TEST_MODEL"] ?? "claude-haiku-4-5", key: "ANTHROPIC_API_KEY" },
  { provider: "openai", model: process.env["PAWL_TEST_MODEL"] ?? "gpt-4.1-nano", key: "OPENAI_API_KEY" },
] as const;

for (const { provider, model, key } of PROVIDERS) {
  const there = (process.env[key] ?? "") !== "";
  describe.skipIf(!there)(`${provider}, where there is ${key}`, () => {
    const endpoint: Endpoint = endpointSchema.parse({ provider, model, maxOutputTokens: 200, timeoutMs: 60_000 });
    const gateway = new ModelGateway(optionsSchema.parse({ models: [endpoint] }), { root: "/" });
    afterAll(() => gateway.close());

    test("answers, streams, calls a tool, and tells what it used", async () => {
      const execution = new Execution(gateway, { purse: UNLIMITED_PURSE });
      const messages = [{ role: "user", content: "Answer with the one word: pawl" }];
      expect(await contentOf(await execution.ask("", { model, messages }))).toMatch(/pawl/i);
      const stream = await textOf(await execution.ask("", { model, messages, stream: true }));
      expect(stream).toMatch(/^data: /);
      const tools = [{ type: "function", function: { name: "add", parameters: { type: "object", properties: {} } } }];
      const asked = [{ role: "user", content: "Call the tool add now." }];
      expect(await textOf(await execution.ask("", { model, messages: asked, tools }))).toContain(`"add"`);
      const { exchanges, models, trouble } = await execution.close();
      expect(trouble).toBeUndefined();
      expect(models[model]).toMatchObject({ calls: 3 });
      for (const { inputTokens, outputTokens } of exchanges) {
        expect(inputTokens).toBeGreaterThan(0);
        expect(outputTokens).toBeGreaterThan(0);
        expect(outputTokens).toBeLessThanOrEqual(200);
      }
    });
  });
}
