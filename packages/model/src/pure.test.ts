import { createRedactor } from "@pawl/plugin";
import { expect, test } from "vitest";
import {
  baseUrl,
  describeModel,
  endpointSchema,
  familyOf,
  modeOf,
  mostThatItCosts,
  priceOf,
  readKey,
  readUsage,
  toExchange,
} from "./index.ts";

const local = endpointSchema.parse({
  provider: "openai-compatible",
  model: "qwen3:8b",
  url: "http://127.0.0.1:11434/v1/",
  price: { inputUsdPerMillion: 2, outputUsdPerMillion: 10, cachedInputUsdPerMillion: 0.5 },
});

test("an endpoint knows where it is asked, and who answers", () => {
  expect(baseUrl(local)).toBe("http://127.0.0.1:11434/v1");
  expect(describeModel(local, "task")).toEqual({
    name: "qwen3:8b",
    provider: "127.0.0.1:11434",
    family: "qwen",
    role: "task",
  });
  const claude = endpointSchema.parse({ provider: "anthropic", model: "claude-opus-4-5" });
  expect(baseUrl(claude)).toBe("https://api.anthropic.com/v1");
  expect(describeModel(claude, "meta")).toMatchObject({ provider: "anthropic", family: "claude" });
});

test.each([
  [{ provider: "openai-compatible", model: "m" }, "url"],
  [{ provider: "openai-compatible", model: "m", url: "ftp://a.test/v1" }, "url"],
  [{ provider: "openai-compatible", model: "m", url: "http://me:pass@a.test/v1" }, "url"],
  [{ provider: "openai", model: "m", apiKey: "sk-1" }, ""],
  [{ provider: "openai", model: "m", maxOutputTokens: 0 }, "maxOutputTokens"],
])("%j is refused", (endpoint, path) => {
  const parsed = endpointSchema.safeParse(endpoint);
  expect(parsed.error?.issues[0]?.path.join(".")).toBe(path);
});

test.each([
  ["claude-sonnet-4-5", "claude"],
  ["us.anthropic.claude-haiku", "claude"],
  ["gpt-5-mini", "gpt"],
  ["openai/gpt-oss-20b", "gpt"],
  ["o3-mini", "gpt"],
  ["gemini-2.5-flash", "gemini"],
  ["gemma3:4b", "gemma"],
  ["deepseek-r1-distill-llama-70b", "deepseek"],
  ["meta-llama/Llama-3.3-70B-Instruct", "llama"],
  ["Mixtral-8x7B", "mistral"],
  ["phi-4", "phi"],
  ["dolphin-x", undefined],
  ["scripted-model", undefined],
])("the family of %s is %s", (name, family) => expect(familyOf(name)).toBe(family));

test("keys come from the environment, under the provider's name or the one that is given", () => {
  const openai = endpointSchema.parse({ provider: "openai", model: "gpt-5" });
  expect(readKey(openai, { OPENAI_API_KEY: "sk-1\n" })).toBe("sk-1");
  expect(readKey({ ...openai, keyEnv: "MINE" }, { MINE: "k" })).toBe("k");
  expect(readKey(local, {})).toBeUndefined();
  expect(() => readKey(openai, { OPENAI_API_KEY: "" })).toThrow(
    expect.objectContaining({ code: "PAWL_MODEL_KEY_MISSING", path: "OPENAI_API_KEY" }),
  );
});

test("a price counts what was cached apart; the most that a call may cost is never less", () => {
  expect(priceOf(local, { inputTokens: 1_000_000, outputTokens: 100_000 })).toBe(3);
  expect(priceOf(local, { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 1_000_000 })).toBe(0.5);
  const text = "ä".repeat(1_000);
  const most = mostThatItCosts(local, text)!;
  expect(most).toBeGreaterThanOrEqual(priceOf(local, { inputTokens: 2_000, outputTokens: local.maxOutputTokens })!);
  expect(mostThatItCosts(local, text, 1)).toBeLessThan(most);
  const { price: _, ...free } = local;
  expect([priceOf(free, { inputTokens: 1, outputTokens: 1 }), mostThatItCosts(free, "")]).toEqual([
    undefined,
    undefined,
  ]);
});

test("usage is read in the formats of OpenAI and Anthropic, streamed and not", () => {
  const json = "application/json";
  const stream = "text/event-stream; charset=utf-8";
  expect(readUsage(json, '{"usage":{"prompt_tokens":7,"completion_tokens":2}}')).toEqual({
    inputTokens: 7,
    outputTokens: 2,
  });
  expect(readUsage(json, '{"usage":{"input_tokens":7,"output_tokens":2,"cache_read_input_tokens":3}}')).toEqual({
    inputTokens: 10,
    outputTokens: 2,
    cachedInputTokens: 3,
  });
  const openai = 'data: {"choices":[],"usage":null}\n\ndata: {"usage":{"prompt_tokens":1,"completion_tokens":4}}\n\n';
  expect(readUsage(stream, `${openai}data: [DONE]\n\n`)).toEqual({ inputTokens: 1, outputTokens: 4 });
  const anthropic =
    'event: message_start\ndata: {"message":{"usage":{"input_tokens":25,"output_tokens":1}}}\n\n' +
    'event: message_delta\ndata: {"usage":{"output_tokens":15}}\n\n';
  expect(readUsage(stream, anthropic)).toEqual({ inputTokens: 25, outputTokens: 15 });
  for (const text of ["", "{}", "[]", '{"usage":{"prompt_tokens":-1}}', '{"usage":"much"}']) {
    expect(readUsage(json, text)).toBeUndefined();
  }
});

test("the environment goes before the config, and does not ask for a recording that there is none of", () => {
  expect(modeOf(undefined, {})).toBe("live");
  expect(modeOf({ file: "a", mode: "replay" }, {})).toBe("replay");
  expect(modeOf({ file: "a", mode: "replay" }, { PAWL_MODELS: "record" })).toBe("record");
  expect(modeOf(undefined, { PAWL_MODELS: "live" })).toBe("live");
  const invalid = expect.objectContaining({ code: "PAWL_CONFIG_INVALID", path: "PAWL_MODELS" });
  expect(() => modeOf(undefined, { PAWL_MODELS: "replay" })).toThrow(invalid);
  expect(() => modeOf({ file: "a", mode: "live" }, { PAWL_MODELS: "recrod" })).toThrow(invalid);
});

test("an exchange is kept without secrets, escapes and endless texts, and a stream as one answer", () => {
  const call = (args: string): object => ({
    tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: args } }],
  });
  const chunk = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: "x", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const text = `${chunk({ role: "assistant", content: "\u001b[31mred" })}${chunk({ content: " key-12345678" })}${chunk(
    call('{"a"'),
  )}${chunk(call(":1}"))}${chunk({}, "tool_calls")}data: [DONE]\n\n`;
  const exchange = toExchange({
    endpoint: local,
    request: JSON.stringify({ model: "m", messages: [{ role: "user", content: "x".repeat(1_000_000) }] }),
    answered: {
      status: 200,
      contentType: "text/event-stream",
      text,
      at: "2026-01-01T00:00:00.000Z",
      wallMs: 3,
      retries: 0,
    },
    usage: { inputTokens: 5, outputTokens: 1 },
    redactor: createRedactor({}, ["key-12345678"]),
    case: 4,
  });
  expect(JSON.stringify(exchange.request).length).toBeLessThan(40_000);
  expect(exchange).toMatchObject({ case: 4, inputTokens: 5, usd: 0.00002, provider: "127.0.0.1:11434" });
  expect(exchange.response).toEqual({
    id: "x",
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: "red [redacted]",
          tool_calls: [{ id: "c", function: { name: "f", arguments: '{"a":1}' } }],
        },
        finish_reason: "tool_calls",
      },
    ],
  });
});
