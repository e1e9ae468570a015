import { type AddressInfo, createServer } from "node:net";
import type { Notice } from "@pawl/plugin";
import { afterEach, describe, expect, test, vi } from "vitest";
import { GOOD } from "./test/answers.ts";
import { startAnthropicServer } from "./test/anthropic.ts";
import { contextOf } from "./test/context.ts";
import { ideaIn, openFor, patient, serve, SIGNAL } from "./test/open.ts";
import { serveRaw } from "./test/raw.ts";

afterEach(() => vi.unstubAllEnvs());

describe("on the wire of", () => {
  test("OpenAI: with the key as a bearer, and a strict schema", async () => {
    vi.stubEnv("OPENAI_API_KEY", "key-for-openai");
    const server = await serve(() => ({ content: GOOD, usage: { inputTokens: 800, outputTokens: 40 } }));
    const proposer = await openFor(server, { model: { provider: "openai" } });
    const proposal = ideaIn(await proposer.propose(contextOf(), SIGNAL));
    expect(proposal).toMatchObject({ change: { kind: "edits" }, cost: { inputTokens: 800, outputTokens: 40 } });
    const { headers, body } = server.requests[0]!;
    expect(headers["authorization"]).toBe("Bearer key-for-openai");
    expect(body).toMatchObject({ response_format: { json_schema: { strict: true } } });
    expect(proposer.models).toEqual([{ name: "scripted-model", provider: "openai", role: "meta" }]);
    expect(JSON.stringify(proposal)).not.toContain("key-for-openai");
  });

  test("Anthropic: with its own header, reasoning kept, cached input counted, and a second turn", async () => {
    vi.stubEnv("SOME_KEY", "key-for-anthropic");
    const server = await startAnthropicServer((asked, n) => {
      const thinking = { type: "thinking", thinking: `thought ${n}`, signature: "s" };
      const text = n === 0 ? "nothing yet" : GOOD;
      const tools = asked.body["tools"] as readonly { readonly name: string }[] | undefined;
      if (tools === undefined) return [thinking, { type: "text", text }];
      if (n === 0) return [{ type: "text", text }];
      return [thinking, { type: "tool_use", id: "t", name: tools[0]?.name, input: JSON.parse(GOOD) as object }];
    });
    try {
      const price = { inputUsdPerMillion: 3, outputUsdPerMillion: 15, cachedInputUsdPerMillion: 0.3 };
      const proposer = await openFor(server, {
        model: { provider: "anthropic", model: "scripted-claude", keyEnv: "SOME_KEY", price },
      });
      const proposal = ideaIn(await proposer.propose(contextOf(), SIGNAL));
      expect(proposal.change).toMatchObject({ kind: "edits", edits: [{ replace: "x * 0.75" }] });
      expect(JSON.stringify(proposal.trace)).toContain("thought 1");
      expect(proposal.cost?.inputTokens).toBe(2 * 1_000);
      expect(proposal.cost?.usd).toBeCloseTo((2 * (700 * 3 + 300 * 0.3 + 60 * 15)) / 1e6, 12);
      expect(server.requests.map(({ headers }) => headers["x-api-key"])).toEqual(
        Array.from({ length: 2 }, () => "key-for-anthropic"),
      );
      expect(server.requests[1]?.body.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
      expect(proposer.models).toMatchObject([{ provider: "anthropic", family: "claude", role: "meta" }]);
    } finally {
      await server.close();
    }
  });

  test("a model without a key in the environment cannot be asked, and the config is fine all the same", async () => {
    vi.stubEnv("ANTHROPIC_API_KEY", undefined);
    const proposer = await openFor({ url: "http://127.0.0.1:9/v1" }, { model: { provider: "anthropic" } });
    await expect(proposer.propose(contextOf(), SIGNAL)).rejects.toMatchObject({
      code: "PAWL_MODEL_KEY_MISSING",
      path: "ANTHROPIC_API_KEY",
    });
  });
});

describe("a provider that stumbles is asked again:", () => {
  test.each([
    ["429 with a time to come back", { fault: "status", status: 429, retryAfter: 0.01 }],
    ["500", { fault: "status", status: 500 }],
    ["503", { fault: "status", status: 503 }],
    ["529", { fault: "status", status: 529 }],
    ["malformed JSON", { fault: "malformed" }],
    ["a truncated answer", { fault: "truncated" }],
    ["a dropped connection", { fault: "drop" }],
    ["silence", { fault: "hang" }],
  ] as const)("%s", async (_, fault) => {
    const server = await serve((_request, n) => (n < 2 ? fault : GOOD));
    const notices: Notice[] = [];
    const proposer = await openFor(server, { model: { timeoutMs: 300 } }, { notices });
    const proposal = ideaIn(await proposer.propose(contextOf(), SIGNAL));
    expect(proposal.change.kind).toBe("edits");
    expect(proposal.exchanges).toMatchObject([{ status: 200, retries: 2 }]);
    expect(server.requests).toHaveLength(3);
  });
});

test("an answer in no known format is no answer: it goes back once, and then counts as failed", async () => {
  const raw = await serveRaw({ hello: "world" });
  try {
    const failed = ideaIn(await (await openFor(raw)).propose(contextOf(), SIGNAL));
    expect(failed.change).toEqual({ kind: "unusable", reason: "the answer is empty" });
    expect(raw.count).toBe(2);
  } finally {
    await raw.close();
  }
});

describe("a provider that is dead", () => {
  test("makes the proposer stand still when patience is over, having told so, and is found again when it is back", async () => {
    let dead = true;
    const server = await serve(() => (dead ? { fault: "status", status: 503 } : GOOD));
    const notices: Notice[] = [];
    const proposer = await openFor(server, patient(500), { notices });
    const answer = await proposer.propose(contextOf(), SIGNAL);
    expect(answer).toMatchObject({ standstill: "unavailable", reason: expect.stringContaining("503") as string });
    expect(notices.map(({ kind }) => kind)).toEqual(["waiting"]);
    dead = false;
    expect(ideaIn(await proposer.propose(contextOf(), SIGNAL)).change.kind).toBe("edits");
    expect(notices.map(({ kind }) => kind)).toEqual(["waiting", "resumed"]);
  });

  test("or not there at all", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    await new Promise((resolve) => taken.close(resolve));
    const proposer = await openFor({ url: `http://127.0.0.1:${port}/v1` }, patient(20));
    expect(await proposer.propose(contextOf(), SIGNAL)).toMatchObject({ standstill: "unavailable" });
  });

  test.each([
    [401, "does not accept the key"],
    [402, "wants to be paid"],
    [403, "refuses the request (403)"],
    [404, "refuses the request (404)"],
    [400, "refuses the request (400)"],
  ])("or refuses with %i: that is told, and burns nothing", async (status, words) => {
    const server = await serve(() => ({ fault: "status", status, message: "not you" }));
    const answer = await (await openFor(server)).propose(contextOf(), SIGNAL);
    expect(answer).toMatchObject({ standstill: "unavailable", reason: expect.stringContaining(words) as string });
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  test("is left at once when the run ends", async () => {
    const server = await serve(() => ({ fault: "hang" }));
    const stop = new AbortController();
    const asked = (await openFor(server)).propose(contextOf(), stop.signal);
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow(/enough|abort/);
  });
});
