import { describe, expect, test } from "vitest";
import { GOOD } from "./test/answers.ts";
import { contextOf, purseOf } from "./test/context.ts";
import { ideaIn, openFor, patient, serve, SIGNAL } from "./test/open.ts";
import { serveRaw } from "./test/raw.ts";

/** A dollar for a thousand tokens: every byte counts. */
const price = { inputUsdPerMillion: 1_000, outputUsdPerMillion: 1_000 };
const model = { price, maxOutputTokens: 1_000 };

describe("a USD budget", () => {
  test("ends the run before the call that might exceed it: not one request too many", async () => {
    const server = await serve(() => ({ content: GOOD, usage: { inputTokens: 1_200, outputTokens: 300 } }));
    const purse = purseOf(20);
    const proposer = await openFor(server, { model });
    let calls = 0;
    for (let experiment = 1; ; experiment += 1) {
      const left = purse.left;
      const answer = await proposer.propose(contextOf({ experiment, purse }), SIGNAL);
      if (answer !== null && "standstill" in answer) {
        expect(answer.standstill).toBe("unaffordable");
        expect(purse.left).toBe(left);
        break;
      }
      calls += 1;
      expect(ideaIn(answer).cost?.usd).toBeCloseTo(1.5, 9);
    }
    expect(calls).toBeGreaterThan(3);
    expect(server.requests).toHaveLength(calls);
    expect(purse.spent).toBeCloseTo(1.5 * calls, 9);
    // What was sent last could have cost the rest, and no more than that.
    const bytes = Buffer.byteLength(JSON.stringify(server.requests[0]?.body));
    expect(purse.left).toBeLessThan((bytes + 1_024 + 1_000) / 1_000 + 0.1);
  });

  test("is never exceeded, even where every answer is as long as it may be", async () => {
    const server = await serve(({ body }) => ({
      content: GOOD,
      usage: { inputTokens: Buffer.byteLength(JSON.stringify(body)), outputTokens: Number(body["max_tokens"]) },
    }));
    const purse = purseOf(30);
    const proposer = await openFor(server, { model });
    for (let experiment = 1; experiment < 50; experiment += 1) {
      const answer = await proposer.propose(contextOf({ experiment, purse }), SIGNAL);
      if (answer !== null && "standstill" in answer) break;
    }
    expect(purse.left).toBeGreaterThanOrEqual(0);
    expect(purse.spent).toBeGreaterThan(10);
  });

  test("that has no room to ask again keeps what was paid, with the reason", async () => {
    const server = await serve(() => ({ content: "nonsense", usage: { inputTokens: 5_000, outputTokens: 1_000 } }));
    const purse = purseOf(10);
    const proposer = await openFor(server, { model });
    const failed = ideaIn(await proposer.propose(contextOf({ purse }), SIGNAL));
    expect(failed.change).toEqual({
      kind: "unusable",
      reason: expect.stringContaining("no money to ask again") as string,
    });
    expect(failed.cost?.usd).toBeCloseTo(6, 9);
    expect(server.requests).toHaveLength(1);
    expect(await proposer.propose(contextOf({ experiment: 2, purse }), SIGNAL)).toMatchObject({
      standstill: "unaffordable",
    });
  });

  test("needs a price, and says so before anything is asked", async () => {
    const server = await serve(() => GOOD);
    const proposer = await openFor(server);
    await expect(proposer.propose(contextOf({ purse: purseOf(1) }), SIGNAL)).rejects.toMatchObject({
      code: "PAWL_MODEL_PRICE_UNKNOWN",
      path: "proposer.options.model.price",
    });
    expect(server.requests).toHaveLength(0);
    // Without a budget nobody needs to know; and then nothing is said of dollars.
    const proposal = ideaIn(await proposer.propose(contextOf(), SIGNAL));
    expect(proposal.cost).not.toHaveProperty("usd");
  });

  test("pays nothing for a provider that does not answer", async () => {
    const server = await serve(() => ({ fault: "status", status: 503 }));
    const purse = purseOf(20);
    const proposer = await openFor(server, { model, ...patient(10) });
    expect(await proposer.propose(contextOf({ purse }), SIGNAL)).toMatchObject({ standstill: "unavailable" });
    expect(purse.spent).toBe(0);
  });

  test("pays the most for an answer that does not say what it used", async () => {
    const message = { role: "assistant", content: GOOD };
    const raw = await serveRaw({ choices: [{ index: 0, message, finish_reason: "stop" }] });
    try {
      const purse = purseOf(20);
      const proposal = ideaIn(await (await openFor(raw, { model })).propose(contextOf({ purse }), SIGNAL));
      expect(proposal.change.kind).toBe("edits");
      expect(proposal.cost?.usd).toBeCloseTo(purse.spent, 9);
      expect(purse.spent).toBeGreaterThan(3);
    } finally {
      await raw.close();
    }
  });
});
