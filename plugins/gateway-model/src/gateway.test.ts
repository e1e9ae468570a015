import { afterEach, describe, expect, test, vi } from "vitest";
import { Execution, Setting, bodiesOf, purseOf, textOf } from "./test/setting.ts";

let setting: Setting | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await setting?.close();
  setting = undefined;
});

async function open(...parameters: Parameters<typeof Setting.open>): Promise<Setting> {
  setting = await Setting.open(...parameters);
  return setting;
}

describe("a candidate's call", () => {
  test("is answered, metered and kept, with the key that only the host has", async () => {
    vi.stubEnv("SCRIPTED_KEY", "key-that-nobody-sees");
    const { server, ...rest } = await open(({ headers }) => `with ${headers["authorization"]}`, {
      key: "key-that-nobody-sees",
    });
    const execution = new Execution(setting!.gateway({}, { keyEnv: "SCRIPTED_KEY", maxOutputTokens: 100 }));
    expect(await execution.answer("hello", { temperature: 0 })).toBe("with Bearer [redacted]");
    expect(bodiesOf(server)).toEqual([
      { model: "scripted-a", temperature: 0, messages: [{ role: "user", content: "hello" }], max_tokens: 100 },
    ]);
    const report = await execution.close();
    expect(JSON.stringify(report)).not.toContain("nobody");
    const { inputTokens, outputTokens, usd } = report.exchanges[0]!;
    expect(usd).toBeCloseTo((inputTokens + 10 * outputTokens) / 1e6, 12);
    expect(report).toMatchObject({
      refused: 0,
      models: { "scripted-a": { calls: 1, inputTokens, outputTokens, usd } },
      exchanges: [
        { model: "scripted-a", status: 200, request: { max_tokens: 100 }, response: { object: "chat.completion" } },
      ],
    });
    expect(report.trouble).toBeUndefined();
    expect(rest.notices).toEqual([]);
  });

  test("may stream, and gets the usage only where it asked for it", async () => {
    await open(() => ({ content: "one two three", pieceLength: 4, pieceMs: 2 }));
    const execution = new Execution(setting!.gateway());
    const response = await execution.ask("?", { stream: true });
    expect(response.contentType).toBe("text/event-stream");
    const pieces: string[] = [];
    for await (const piece of response.body) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join("")).not.toContain('"usage"');
    expect(pieces.at(-1)).toBe("data: [DONE]\n\n");
    const told = await textOf(await execution.ask("?", { stream: true, stream_options: { include_usage: true } }));
    expect(told).toContain('"usage"');
    expect(bodiesOf(setting!.server)).toMatchObject([{ stream_options: { include_usage: true } }, {}]);
    const { exchanges } = await execution.close();
    expect(exchanges[0]).toMatchObject({
      outputTokens: 4,
      response: { choices: [{ message: { content: "one two three" }, finish_reason: "stop" }] },
    });
  });

  test("may hand tools in, call them, and send the provider's own message back", async () => {
    await open(({ body }) =>
      body.messages.length === 1
        ? { toolCalls: [{ name: "lookup", arguments: { order: 7 } }], reasoning: "I must look." }
        : { content: `it says ${body.messages.at(-1)?.content}` },
    );
    const execution = new Execution(setting!.gateway());
    const tools = [{ type: "function", function: { name: "lookup", parameters: { type: "object" } } }];
    const question = { role: "user", content: "Where is it?" };
    const first = JSON.parse(await textOf(await execution.ask("", { messages: [question], tools }))) as {
      choices: { message: { tool_calls: { id: string }[] } }[];
    };
    const { message } = first.choices[0]!;
    const result = { role: "tool", tool_call_id: message.tool_calls[0]!.id, content: "on its way" };
    const answer = await execution.answer("", { messages: [question, message, result], tools });
    expect(answer).toBe("it says on its way");
    const [, second] = bodiesOf(setting!.server) as unknown as { messages: object[] }[];
    expect(second!.messages[1]).not.toHaveProperty("reasoning_content");
  });

  test("sees the allowed models and no others", async () => {
    await open(() => "yes");
    const { session } = new Execution(setting!.gateway());
    const listed = await session.exchange(
      { method: "GET", path: "/v1/models", body: "" },
      new AbortController().signal,
    );
    expect(JSON.parse(await textOf(listed))).toMatchObject({ data: [{ id: "scripted-a" }] });
  });

  test("without the name of a model goes to the first", async () => {
    await open(() => "first");
    expect(await new Execution(setting!.gateway()).answer("?", { model: undefined })).toBe("first");
  });
});

describe("the same request with the same seed", () => {
  test("is answered the same within a run, costs nothing again, and differs where it is asked twice or under another seed", async () => {
    await open((_request, n) => `answer ${n}`);
    const gateway = setting!.gateway();
    const purse = purseOf(1);
    const first = new Execution(gateway, { account: "1", purse });
    expect([await first.answer("a"), await first.answer("a"), await first.answer("b")]).toEqual([
      "answer 0",
      "answer 1",
      "answer 2",
    ]);
    const report = await first.close();
    const { spent } = purse;

    const second = new Execution(gateway, { account: "2", purse });
    expect([await second.answer("b"), await second.answer("a"), await second.answer("a")]).toEqual([
      "answer 2",
      "answer 0",
      "answer 1",
    ]);
    const again = await second.close();
    expect(purse.spent).toBe(spent);
    expect(again.models).toEqual({});
    expect(again.exchanges.map(({ replayed, usd }) => [replayed, usd])).toEqual(
      [2, 0, 1].map((at) => [true, report.exchanges[at]!.usd]),
    );
    expect(await new Execution(gateway, { seed: 8 }).answer("a")).toBe("answer 3");
    expect(setting!.server.requests).toHaveLength(4);
  });

  test("is asked once where two executions want it at once, and again where the first leaves it", async () => {
    await open(async (_request, n) => ({ content: `answer ${n}`, latencyMs: 100 }));
    const gateway = setting!.gateway();
    const [one, two] = [new Execution(gateway, { account: "1" }), new Execution(gateway, { account: "2" })];
    expect(await Promise.all([one.answer("a"), two.answer("a")])).toEqual(["answer 0", "answer 0"]);
    const left = one.ask("b");
    const kept = two.answer("b");
    while (setting!.server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    one.stop.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect(await kept).toBe("answer 2");
  });
});

describe("a provider that is down", () => {
  test("is trouble that is told, and nothing is asked after it", async () => {
    await open(() => ({ fault: "status", status: 503 }));
    const gateway = setting!.gateway({ patience: { patienceMs: 1_500, firstWaitMs: 5, longestWaitMs: 20 } });
    const execution = new Execution(gateway);
    expect(await execution.answer("?")).toMatch(/^503: 503/);
    const asked = setting!.server.requests.length;
    expect(await execution.answer("!")).toMatch(/^503: /);
    expect(setting!.server.requests).toHaveLength(asked);
    const report = await execution.close();
    expect(report).toMatchObject({ trouble: { kind: "unavailable" }, models: {}, exchanges: [{ status: 0 }] });
    expect(setting!.notices).toMatchObject([{ kind: "waiting" }]);
  });

  test("is trouble too where the candidate's time ends first", async () => {
    await open(() => ({ fault: "status", status: 429, retryAfter: 30 }));
    const execution = new Execution(setting!.gateway());
    const asked = execution.ask("?");
    asked.catch(() => undefined);
    while (setting!.notices.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    execution.stop.abort(new Error("time is over"));
    await expect(asked).rejects.toThrow("time is over");
    expect(await execution.close()).toMatchObject({
      trouble: { kind: "unavailable", reason: expect.stringMatching(/^429/) },
    });
  });

  test("for a moment is none", async () => {
    await open((_request, n) => (n < 4 ? { fault: "drop" } : "back"));
    const execution = new Execution(setting!.gateway());
    expect(await execution.answer("?")).toBe("back");
    const report = await execution.close();
    expect(report.trouble).toBeUndefined();
    expect(report.exchanges).toMatchObject([{ retries: 4 }]);
    expect(setting!.notices.map(({ kind }) => kind)).toEqual(["waiting", "resumed"]);
  });
});

test("a stream that breaks off says so in its last event, and is paid as the most that it can have cost", async () => {
  await open(() => ({ fault: "truncated", answer: { content: "the answer that nobody hears the end of" } }));
  const purse = purseOf(1);
  const execution = new Execution(setting!.gateway({}, { maxOutputTokens: 50 }), { purse });
  const text = await textOf(await execution.ask("?", { stream: true }));
  expect(text.trimEnd().split("\n\n").at(-1)).toContain("broken_off");
  const { exchanges, models } = await execution.close();
  expect(exchanges).toMatchObject([{ outputTokens: 50, response: { broken: "the stream broke off" } }]);
  expect(purse.spent).toBe(models["scripted-a"]!.usd);
});

test("closing cuts off what is under way, counts what may have to be paid, and answers nothing more", async () => {
  await open(() => ({ fault: "hang" }));
  const purse = purseOf(1);
  const execution = new Execution(setting!.gateway({}, { maxOutputTokens: 50 }), { purse });
  const asked = execution.ask("?");
  while (setting!.server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const { exchanges, trouble } = await execution.close();
  expect((await asked).status).toBe(503);
  expect(trouble).toBeUndefined();
  expect(exchanges).toMatchObject([{ status: 0, outputTokens: 50 }]);
  expect(purse.spent).toBeCloseTo(exchanges[0]!.usd!, 12);
  expect((await execution.ask("?")).status).toBe(503);
  while (setting!.server.abandoned === 0) await new Promise((resolve) => setTimeout(resolve, 2));
});
