import { afterEach, describe, expect, test } from "vitest";
import { type ModelServer, type ModelServerOptions, startModelServer } from "./index.ts";

let server: ModelServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: ModelServerOptions): Promise<ModelServer> {
  server = await startModelServer(options);
  return server;
}

const MESSAGES = [{ role: "user", content: "How are you?" }];

function ask(body: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server!.url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "scripted-model", messages: MESSAGES, ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe("a scripted server", () => {
  test("answers by its script, says that it is one, and keeps what it was asked", async () => {
    await start({ answer: ({ body }, n) => `${n}: ${body.messages.at(-1)?.content}` });
    const response = await ask({ temperature: 0 });
    expect(response.headers.get("x-scripted-model")).toBe("true");
    const body = (await response.json()) as { choices: { message: object; finish_reason: string }[]; usage: object };
    expect(body).toMatchObject({ model: "scripted-model", system_fingerprint: "scripted" });
    expect(body.choices).toEqual([
      { index: 0, message: { role: "assistant", content: "0: How are you?" }, finish_reason: "stop" },
    ]);
    expect(body.usage).toEqual({
      prompt_tokens: Math.ceil(JSON.stringify([MESSAGES, []]).length / 4),
      completion_tokens: 4,
      total_tokens: Math.ceil(JSON.stringify([MESSAGES, []]).length / 4) + 4,
      prompt_tokens_details: { cached_tokens: 0 },
    });
    expect(server!.requests.map(({ body: { temperature } }) => temperature)).toEqual([0]);
    expect(await (await fetch(`${server!.url}/models`)).json()).toMatchObject({ data: [{ id: "scripted-model" }] });
  });

  test("streams text, reasoning and tool calls in pieces that give the whole again", async () => {
    await start({
      answer: () => ({
        content: "Grüße, 世界 👋🏽!",
        reasoning: "They greet; so do I.",
        toolCalls: [{ name: "refund", arguments: { order: 7, why: "broken" } }],
        pieceLength: 3,
        usage: { inputTokens: 11, outputTokens: 7, cachedInputTokens: 2 },
      }),
    });
    const response = await ask({ stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = (await response.text()).split("\n\n").filter((event) => event !== "");
    expect(events.at(-1)).toBe("data: [DONE]");
    type Delta = { content?: string; reasoning_content?: string; tool_calls?: { function: { arguments: string } }[] };
    type Chunk = { choices: { delta: Delta; finish_reason: string | null }[]; usage?: object };
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)) as Chunk);
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    expect(deltas.map(({ content = "" }) => content).join("")).toBe("Grüße, 世界 👋🏽!");
    expect(deltas.map((delta) => delta.reasoning_content ?? "").join("")).toBe("They greet; so do I.");
    const args = deltas.map(({ tool_calls: calls }) => calls?.[0]?.function.arguments ?? "").join("");
    expect(JSON.parse(args)).toEqual({ order: 7, why: "broken" });
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  test("refuses a wrong key, another model, and a name that does not say that it is scripted", async () => {
    await start({ answer: () => "yes", key: "secret-1" });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ model: "gpt-5" }, { authorization: "Bearer secret-1" })).status).toBe(404);
    expect((await ask({}, { authorization: "Bearer secret-1" })).status).toBe(200);
    expect(server!.requests).toHaveLength(2);
    await expect(startModelServer({ answer: () => "", models: ["gpt-5"] })).rejects.toThrow("scripted-gpt-5");
  });

  test("a status can be anything, with a word on when to come back", async () => {
    await start({ answer: () => ({ fault: "status", status: 429, retryAfter: 7 }) });
    const response = await ask({});
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  test("a malformed answer is whole on the wire and no JSON", async () => {
    await start({ answer: () => ({ fault: "malformed" }) });
    const text = await (await ask({})).text();
    expect(text).toMatch(/^\{"id":"chatcmpl-scripted-0"/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test("a truncated stream ends without its last events; a truncated answer breaks the connection", async () => {
    await start({ answer: () => ({ fault: "truncated", answer: { content: "one two three four five six" } }) });
    const text = await (await ask({ stream: true })).text();
    expect(text).toContain("data: {");
    expect(text).not.toContain("[DONE]");
    await expect(ask({}).then((response) => response.text())).rejects.toThrow(TypeError);
  });

  test("a dropped connection gives no answer; a hanging one waits for whoever asked to leave", async () => {
    await start({ answer: (_request, n) => ({ fault: n === 0 ? "drop" : "hang" }) });
    await expect(ask({})).rejects.toThrow("fetch failed");
    const leave = new AbortController();
    const hanging = ask({}, {}, leave.signal);
    while (server!.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    leave.abort();
    await expect(hanging).rejects.toThrow();
    while (server!.abandoned < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test("counts what is under way at once", async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await start({
      answer: async (_request, n) => {
        if (n === 2) open();
        await gate;
        return "done";
      },
    });
    await Promise.all([ask({}), ask({}), ask({})]);
    expect(server!.mostAtOnce).toBe(3);
  });
});
