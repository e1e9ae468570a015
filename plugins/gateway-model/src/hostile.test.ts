import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Execution, Setting, contentOf, textOf } from "./test/setting.ts";

let setting: Setting;
let execution: Execution;
beforeEach(async () => {
  setting = await Setting.open(() => "yes");
  execution = new Execution(setting.gateway({ requestBytes: 4_096 }));
});
afterEach(() => setting.close());

const USER = [{ role: "user", content: "?" }];

test.each<[string, Record<string, unknown>, RegExp]>([
  [
    "a model that is not in the config",
    { model: "scripted-b" },
    /^404: .*"scripted-b" is not allowed; allowed: scripted-a$/,
  ],
  ["several answers", { n: 2 }, /^400: n: only one answer at a time/],
  ["a search of the web", { web_search_options: {} }, /^400: not allowed here: web_search_options/],
  ["a hosted tool", { tools: [{ type: "web_search" }] }, /only tools of type function/],
  ["a tool server", { tools: [{ type: "mcp", server_url: "https://a.test" }] }, /only tools of type function/],
  ["a dearer tier", { service_tier: "priority" }, /^400: not allowed here: service_tier/],
  ["stored answers", { store: true, metadata: { a: "b" } }, /^400: not allowed here: store, metadata/],
  ["sound", { modalities: ["text", "audio"], audio: { voice: "x" } }, /^400: not allowed here: modalities, audio/],
  ["bets on the answer", { prediction: { type: "content", content: "x" } }, /^400: not allowed here: prediction/],
  [
    "fields of one provider",
    { extra_body: {}, provider: { order: [] }, plugins: [{ id: "web" }] },
    /^400: not allowed/,
  ],
  [
    "a picture by its address",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://a.test/?secret" } }] }] },
    /^400: messages/,
  ],
  ["a file", { messages: [{ role: "user", content: [{ type: "file", file: { file_id: "f" } }] }] }, /^400: messages/],
  ["a role of its own", { messages: [{ role: "root", content: "x" }] }, /^400: messages/],
  ["a cache that costs", { messages: [{ role: "user", content: "x", cache_control: {} }] }, /cache_control/],
  ["no messages", { messages: [] }, /^400: messages/],
  ["messages that are none", { messages: "hello" }, /^400: messages/],
  ["a negative limit", { max_tokens: -1 }, /^400: max_tokens/],
  ["too much", { messages: [{ role: "user", content: "x".repeat(5_000) }] }, /^413: a request has at most 4096 bytes/],
])("%s is refused, and nobody is asked", async (_name, fields, message) => {
  expect(await contentOf(await execution.ask("?", fields))).toMatch(message);
  expect(setting.server.requests).toEqual([]);
  expect((await execution.close()).refused).toBe(1);
});

test.each([
  ["nothing", ""],
  ["half of it", '{"messages":[{"role":"user"'],
  ["no object", "[]"],
  ["a number", "1e999"],
  ["a prototype", '{"__proto__":{"model":"scripted-b"},"messages":[]}'],
  ["depth", "[".repeat(4_000)],
  ["depth in a tool", `{"messages":[{"role":"user","content":"?"}],"tools":${'{"a":'.repeat(100)}1${"}".repeat(100)}}`],
  ["lone halves of characters", '{"messages":[{"role":"\\ud800","content":"?"}]}'],
])("a body of %s is refused", async (_name, body) => {
  expect((await execution.send(body)).status).toBe(400);
  expect(setting.server.requests).toEqual([]);
});

test.each([
  ["GET", "/v1/chat/completions", 405],
  ["POST", "/v1/models", 405],
  ["POST", "/v1/completions", 404],
  ["POST", "/v1/embeddings", 404],
  ["POST", "/v1/files", 404],
  ["POST", "/v1/responses", 404],
  ["GET", "/v1/models/scripted-a", 404],
  ["POST", "/v1/chat/completions?model=scripted-b", 404],
  ["POST", "/v1/../v1/chat/completions", 404],
  ["POST", "http://a.test/v1/chat/completions", 404],
  ["DELETE", "", 404],
])("%s %s is refused with %i", async (method, path, status) => {
  const body = JSON.stringify({ model: "scripted-a", messages: USER });
  const response = await execution.session.exchange({ method, path, body }, execution.stop.signal);
  expect(response.status).toBe(status);
  expect(setting.server.requests).toEqual([]);
});

test("a client that goes away in the middle of a stream stops the provider, and pays the most that it can be", async () => {
  await setting.close();
  setting = await Setting.open(() => ({ content: "x".repeat(5_000), pieceLength: 1, pieceMs: 2 }));
  execution = new Execution(setting.gateway({}, { maxOutputTokens: 30 }));
  const response = await execution.ask("?", { stream: true });
  let pieces = 0;
  for await (const _piece of response.body) if (++pieces === 3) execution.stop.abort(new Error("gone"));
  expect(pieces).toBeLessThan(5_000);
  while (setting.server.abandoned === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const report = await execution.close();
  expect(report).toMatchObject({ exchanges: [{ outputTokens: 30 }], models: { "scripted-a": { calls: 1 } } });
  expect(report.trouble).toBeUndefined();
});

test("what is kept of a call is clean: no escapes, no secrets, no endless text", async () => {
  await setting.close();
  process.env["SCRIPTED_SECRET_TOKEN"] = "a-value-that-is-secret";
  setting = await Setting.open(() => ({ content: `\u001b[2Ja-value-that-is-secret\u202e ${"y".repeat(200_000)}` }));
  execution = new Execution(setting.gateway());
  await textOf(await execution.ask("\u001b]0;title\u0007 sk-ant-0123456789abcdefghij"));
  const kept = JSON.stringify((await execution.close()).exchanges);
  delete process.env["SCRIPTED_SECRET_TOKEN"];
  expect(kept).not.toMatch(/a-value-that|0123456789abcdefghij|\\u001b|\u202e|title/);
  expect(kept.length).toBeLessThan(100_000);
});

test("no body whatever makes an exchange throw, or reach a provider without messages", async () => {
  const fields = fc.dictionary(
    fc.constantFrom("model", "messages", "tools", "n", "stream", "max_tokens", "stop", "tool_choice", "__proto__"),
    fc.oneof(fc.jsonValue(), fc.constant(USER), fc.constant("scripted-a")),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.json(),
        fields.map((value) => JSON.stringify(value)),
      ),
      async (body) => {
        const response = await execution.send(body);
        const text = await textOf(response);
        expect([200, 400, 404]).toContain(response.status);
        expect(text).not.toBe("");
      },
    ),
    { numRuns: 300 },
  );
  for (const { body } of setting.server.requests) expect(body.messages.length).toBeGreaterThan(0);
});
