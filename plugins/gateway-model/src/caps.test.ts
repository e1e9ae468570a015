import { afterEach, describe, expect, test } from "vitest";
import { Execution, Setting, bodiesOf, contentOf, purseOf } from "./test/setting.ts";

let setting: Setting | undefined;
afterEach(async () => {
  await setting?.close();
  setting = undefined;
});

async function open(...parameters: Parameters<typeof Setting.open>): Promise<Setting> {
  setting = await Setting.open(...parameters);
  return setting;
}

const TEN_EACH = { content: "ten", usage: { inputTokens: 10, outputTokens: 10 } };

describe("the caps of an experiment", () => {
  test("hold for all of its executions together, and for no other's", async () => {
    await open(() => "yes");
    const gateway = setting!.gateway({ caps: { calls: 2 } });
    const [one, two, other] = ["1", "1", "2"].map((account, seed) => new Execution(gateway, { account, seed }));
    expect(await one!.answer("a")).toBe("yes");
    expect(await two!.answer("b")).toBe("yes");
    expect(await one!.answer("c")).toBe("429: the experiment's caps: no more than 2 calls");
    expect(await other!.answer("d")).toBe("yes");
    expect((await one!.close()).refused).toBe(1);
    expect(setting!.server.requests).toHaveLength(3);
  });

  test("let no call in that may exceed the input tokens", async () => {
    await open(() => TEN_EACH);
    const execution = new Execution(setting!.gateway({ caps: { inputTokens: 3_000 } }));
    expect(await execution.answer("x".repeat(1_500))).toBe("ten");
    expect(await execution.answer("x".repeat(3_500))).toMatch(/^429: .*no more than 3000 input tokens/);
  });

  test("shorten an answer to what is left of the output tokens, and of the price", async () => {
    await open(() => TEN_EACH);
    const gateway = setting!.gateway({ caps: { outputTokens: 25, usd: 0.005 } });
    const tokens = new Execution(gateway, { account: "tokens" });
    const said = [
      await tokens.answer("a"),
      await tokens.answer("b"),
      await tokens.answer("c"),
      await tokens.answer("d"),
    ];
    expect(said.slice(0, 3)).toEqual(["ten", "ten", "ten"]);
    expect(said[3]).toMatch(/no more than 25 output tokens/);
    expect(bodiesOf(setting!.server)).toMatchObject([{ max_tokens: 25 }, { max_tokens: 15 }, { max_tokens: 5 }]);

    const dear = setting!.gateway({ caps: { usd: 0.002 } });
    const price = new Execution(dear, { account: "price" });
    expect(await price.answer("e")).toBe("ten");
    const [last] = bodiesOf(setting!.server).slice(-1) as unknown as { max_tokens: number }[];
    expect(last!.max_tokens).toBeLessThan(100);
    expect(await price.answer("x".repeat(2_500))).toMatch(/no more than 0.002 USD/);
  });

  test("absurd wishes are cut to what the endpoint allows", async () => {
    await open(() => "yes");
    const execution = new Execution(setting!.gateway({}, { maxOutputTokens: 64 }));
    for (const fields of [
      { max_tokens: 1e300 },
      { max_completion_tokens: 9e15 },
      { max_tokens: 32, max_completion_tokens: 1e9 },
    ]) {
      expect(await execution.answer("a", fields)).toBe("yes");
    }
    expect(bodiesOf(setting!.server)).toMatchObject([{ max_tokens: 64 }, { max_tokens: 64 }, { max_tokens: 32 }]);
    for (const body of bodiesOf(setting!.server)) expect(body).not.toHaveProperty("max_completion_tokens");
  });

  test("keep so many calls under way and no more; too many that wait are turned away", async () => {
    await open(() => ({ content: "yes", latencyMs: 5 }));
    const execution = new Execution(setting!.gateway({ caps: { concurrency: 3 } }));
    const all = await Promise.all(
      Array.from({ length: 300 }, async (_, at) => contentOf(await execution.ask(`question ${at}`))),
    );
    expect(setting!.server.mostAtOnce).toBe(3);
    expect(all.filter((answer) => answer === "yes")).toHaveLength(256);
    expect(all.at(-1)).toMatch(/^429: .*256 calls are waiting already/);
  });

  test("a call that is given up while it waits does not hold up the next", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await open(async () => {
      await gate;
      return "yes";
    });
    const execution = new Execution(setting!.gateway({ caps: { concurrency: 1 } }));
    const first = execution.answer("a");
    const leave = new AbortController();
    const second = execution.ask("b", {}, leave.signal);
    const third = execution.answer("c");
    leave.abort(new Error("left"));
    release();
    await expect(second).rejects.toThrow("left");
    expect(await Promise.all([first, third])).toEqual(["yes", "yes"]);
  });
});

describe("the run's budget", () => {
  test("is never exceeded: the call that might is not made, and that is told", async () => {
    await open(() => ({ content: "x", usage: { inputTokens: 100, outputTokens: 100 } }));
    const purse = purseOf(0.01);
    const execution = new Execution(setting!.gateway({ caps: { concurrency: 8 } }, { maxOutputTokens: 100 }), {
      purse,
    });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => execution.answer(`${at}`)));
    // A call costs 0.0011 and may cost a little more than 0.0021: seven fit, and then the next might not.
    expect(answers.filter((answer) => answer === "x")).toHaveLength(setting!.server.requests.length);
    expect(setting!.server.requests.length).toBeGreaterThanOrEqual(7);
    expect(purse.spent).toBeLessThanOrEqual(0.01);
    expect(purse.left).toBeLessThan(0.0023);
    expect(await execution.close()).toMatchObject({ trouble: { kind: "unaffordable" } });
  });

  test("counts answers that cannot be used, and does not ask again for what it cannot pay", async () => {
    await open((_request, n) =>
      n === 0 ? { fault: "malformed" } : { content: "x", usage: { inputTokens: 100, outputTokens: 100 } },
    );
    const purse = purseOf(0.01);
    const execution = new Execution(setting!.gateway({}, { maxOutputTokens: 100 }), { purse });
    expect(await execution.answer("?")).toBe("x");
    const { exchanges, models } = await execution.close();
    // The second cost 0.0011, and the first may have cost a token for each of its bytes, what is added to it, and 100 more.
    expect(exchanges).toMatchObject([{ retries: 1, outputTokens: 200 }]);
    expect(purse.spent).toBeGreaterThan(0.0011 + 0.002);
    expect(purse.spent).toBeCloseTo(models["scripted-a"]!.usd!, 12);
    expect(purse.left).toBeCloseTo(0.01 - purse.spent, 12);

    await setting!.close();
    await open(() => ({ fault: "malformed" }));
    const small = purseOf(0.005);
    const poor = new Execution(setting!.gateway({}, { maxOutputTokens: 100 }), { purse: small });
    expect(await poor.answer("?")).toMatch(/^503: .*more than is left/);
    expect(setting!.server.requests).toHaveLength(2);
    expect(small.spent).toBeLessThanOrEqual(0.005);
    expect(await poor.close()).toMatchObject({ trouble: { kind: "unaffordable" } });
  });

  test("lets nobody ask a model whose price is not known", async () => {
    await open(() => "yes");
    const gateway = setting!.gateway({}, { price: undefined });
    const unknown = expect.objectContaining({ code: "PAWL_MODEL_PRICE_UNKNOWN" });
    expect(() => new Execution(gateway, { purse: purseOf(1) })).toThrow(unknown);
    expect(await new Execution(gateway).answer("?")).toBe("yes");
    expect(() => setting!.gateway({ caps: { usd: 1 } }, { price: undefined })).toThrow(unknown);
  });
});
