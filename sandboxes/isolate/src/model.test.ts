import type { GatewayRequest, GatewaySession, Json } from "@pawl/plugin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSandbox, outputsOf, type Sandbox, until } from "./test/sandbox.ts";

/** The gateway of the plugin has tests of its own; here is the way to it. */
type Answer = { status?: number; body: string } | Promise<{ status?: number; body: string }>;

function gatewayOf(answer: (request: GatewayRequest, n: number, signal: AbortSignal) => Answer) {
  const seen: GatewayRequest[] = [];
  const state = { underWay: 0, mostAtOnce: 0, aborted: 0 };
  const session: GatewaySession = {
    exchange: async (request, signal) => {
      const n = seen.push(request) - 1;
      state.mostAtOnce = Math.max(state.mostAtOnce, (state.underWay += 1));
      signal.addEventListener("abort", () => (state.aborted += 1));
      try {
        const { status = 200, body } = await answer(request, n, signal);
        return { status, contentType: "application/json", body: inTwo(body) };
      } finally {
        state.underWay -= 1;
      }
    },
    close: async () => ({ exchanges: [], models: {}, refused: 0 }),
  };
  return { session, seen, state };
}

async function* inTwo(text: string): AsyncGenerator<string> {
  yield text.slice(0, 3);
  yield text.slice(3);
}

/** Says back what it was asked, after a moment that differs from call to call. */
const parrot = () =>
  gatewayOf(async ({ body }, n) => {
    await new Promise((resolve) => setTimeout(resolve, (n % 3) * 5));
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    return { body: JSON.stringify({ choices: [{ message: { content: `${messages[0]!.content}!` } }] }) };
  });

const ASK = `const ask = async (content) => (await model({ messages: [{ role: "user", content }] })).choices[0].message.content;`;
const AT_GATEWAY = { network: "gateway", wallMs: 10_000 } as const;

describe("a candidate in an isolate", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox({ jobsPerChild: 50 }, AT_GATEWAY);
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  const run = (code: string, gateway: GatewaySession, inputs: readonly Json[] = [1], limits = {}) =>
    sandbox.run(code, inputs, { gateway, limits });

  test("asks a model, once and again, and the gateway hears which case it is for", async () => {
    const { session, seen } = parrot();
    const code = `${ASK} export default async (input) => [await ask("a" + input), await ask("b" + input)];`;
    const execution = await run(code, session, [1, 2, 3]);
    expect(outputsOf(execution)).toEqual([1, 2, 3].map((n) => ({ value: [`a${n}!`, `b${n}!`] })));
    expect(seen.map(({ method, path, case: at }) => [method, path, at])).toEqual(
      [0, 0, 1, 1, 2, 2].map((at) => ["POST", "/v1/chat/completions", at]),
    );
    expect(execution.limits.find(({ limit }) => limit === "network")).toMatchObject({
      value: "gateway",
      by: expect.stringMatching(/^host-function/),
    });
  });

  test("asks many at once, and each gets its own answer", async () => {
    const { session, state } = parrot();
    const code = `${ASK} export default () => Promise.all(Array.from({ length: 40 }, (_, n) => ask("q" + n)));`;
    const [output] = outputsOf(await run(code, session));
    expect(output).toEqual({ value: Array.from({ length: 40 }, (_, n) => `q${n}!`) });
    expect(state.mostAtOnce).toBeGreaterThan(10);
  });

  test("sends what JSON makes of its request, whatever it did to its world", async () => {
    const { session, seen } = gatewayOf(() => ({ body: `{"choices":[]}` }));
    const code = `Promise.prototype.then = null; Array.prototype.push = null; JSON.stringify = () => "no"; Error = null;
      export default async () => (await model({ model: undefined, messages: [{ role: "user", content: "\\u{1F44B}\\ud800" }] })).choices;`;
    // An await looks no method up, but the engine's own promises were made before.
    expect(outputsOf(await run(code, session))).toEqual([{ value: [] }]);
    expect(seen[0]!.body).toBe(String.raw`{"messages":[{"role":"user","content":"👋\ud800"}]}`);
  });

  test("gets a refusal as an error with status and reason, and goes on", async () => {
    const { session } = gatewayOf((_request, n) =>
      n === 0 ? { status: 429, body: `{"error":{"message":"no more than 5 calls"}}` } : { status: 500, body: "<html>" },
    );
    const code = `export default async () => { const errors = []; for (let i = 0; i < 2; i++)
      await model({}).catch((error) => errors.push(error instanceof Error, error.message)); return errors; };`;
    expect(outputsOf(await run(code, session))).toEqual([
      { value: [true, "429: no more than 5 calls", true, "500: the answer is no JSON"] },
    ]);
  });

  test.each([
    ["no object", `model("hello")`, "TypeError: a request is an object"],
    ["nothing", `model()`, "TypeError: a request is an object"],
    ["a circle", `(() => { const a = {}; a.a = a; return model(a); })()`, expect.stringContaining("circular")],
    ["a text of its own making", `model({ toJSON: () => undefined })`, "TypeError: a request is an object"],
    ["a stream", `model({ stream: true })`, "TypeError: model() does not stream: leave stream out"],
    ["too much", `model({ messages: "x".repeat(20_000) })`, "TypeError: more is asked than outputBytes, 16384, allows"],
  ])("asking %s is that input's error, and nobody is asked", async (_, expression, error) => {
    const { session, seen } = parrot();
    const code = `export default (input) => input === 1 ? ${expression} : input;`;
    expect(outputsOf(await run(code, session, [1, 2], { outputBytes: 16_384 }))).toEqual([{ error }, { value: 2 }]);
    expect(seen).toEqual([]);
  });

  test("cannot ask before it is called", async () => {
    const { session, seen } = parrot();
    const code = `await model({}); export default () => 1;`;
    expect(await run(code, session)).toMatchObject({
      outcome: "crashed",
      reason: expect.stringContaining("from inside of the default export"),
    });
    expect(seen).toEqual([]);
  });

  test("a promise that hangs on no model is told at once, and answers that nobody waits for do not hold the job up", async () => {
    const never = gatewayOf(() => new Promise(() => undefined));
    const stuck = await run(`export default () => new Promise(() => {});`, never.session);
    expect(stuck).toMatchObject({ outcome: "timeout", reason: "an answer is a promise that nothing can settle" });
    const left = await run(
      `export default (input) => { model({}).catch(() => {}); return input; };`,
      never.session,
      [5],
    );
    expect(outputsOf(left)).toEqual([{ value: 5 }]);
    expect(left.usage.wallMs).toBeLessThan(5_000);
  });

  test("waits no longer than wallMs, and what is under way is cut off; waiting is no CPU time", async () => {
    const { session, seen, state } = gatewayOf(() => new Promise(() => undefined));
    const code = `export default () => model({});`;
    const execution = await run(code, session, [1], { wallMs: 3_000 });
    expect(execution).toMatchObject({ outcome: "timeout", reason: "not done after 3000 ms" });
    expect([seen.length, state.aborted]).toEqual([1, 1]);
    const slow = gatewayOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return { body: "{}" };
    });
    const patient = await run(code, slow.session, [1], { cpuMs: 1_000 });
    expect(outputsOf(patient)).toEqual([{ value: {} }]);
  });

  test("an abort cuts everything off", async () => {
    const { session, seen, state } = gatewayOf(() => new Promise(() => undefined));
    const stop = new AbortController();
    const running = sandbox.run(`export default () => model({});`, [1], { gateway: session, signal: stop.signal });
    await until(() => seen.length === 1);
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await until(() => state.aborted === 1);
  });

  test("a flood of questions is refused beyond so many, and ends where the bytes end", async () => {
    // Long enough for all questions to be there before the first answer is, on a busy machine as well.
    const { session, state, seen } = gatewayOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return { body: "{}" };
    });
    const many = `export default async () => { let refused = 0;
      await Promise.all(Array.from({ length: 500 }, () => model({}).catch((error) => { if (/^429/.test(error.message)) refused++; }))); return refused; };`;
    const [output] = outputsOf(await run(many, session));
    expect((output as { value: number }).value).toBeGreaterThan(300);
    expect(state.mostAtOnce).toBe(64);
    const before = seen.length;
    const endless = `export default async () => { for (;;) await Promise.all(Array.from({ length: 1000 }, () => model({}).catch(() => {}))); };`;
    const execution = await run(endless, session, [1], { outputBytes: 262_144 });
    expect(execution.outcome).toBe("output-limit");
    expect(seen.length - before).toBeLessThanOrEqual(1_024);
    // The host was not starved meanwhile, and the next candidate finds a sandbox as before.
    expect(outputsOf(await run(`export default () => 1;`, session))).toEqual([{ value: 1 }]);
  });

  test("an answer that is too large, or that breaks off, is an error and not the end", async () => {
    const large = gatewayOf(() => ({ body: JSON.stringify("x".repeat(2_000_000)) }));
    const code = `export default () => model({}).catch((error) => error.message);`;
    expect(outputsOf(await run(code, large.session))).toEqual([
      { value: "502: the answer has more than 1048576 characters" },
    ]);
    const broken = gatewayOf(() => Promise.reject(new Error("the line is dead")));
    expect(outputsOf(await run(code, broken.session))).toEqual([{ value: "502: the line is dead" }]);
  });

  test("answers of one job never reach the next", async () => {
    const slow = gatewayOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { body: `"of the first job"` };
    });
    await run(`export default () => { model({}).catch(() => {}); return 1; };`, slow.session);
    const { session } = gatewayOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return { body: `"of the second"` };
    });
    expect(outputsOf(await run(`export default () => model({});`, session))).toEqual([{ value: "of the second" }]);
  });

  test("finds no other function of the host's, and the one that it finds leads nowhere else", async () => {
    const { session } = parrot();
    const code = `export default () => {
      const paths = [];
      for (const name of Object.getOwnPropertyNames(globalThis)) if (/model|pawl|ask|host|ivm/i.test(name)) paths.push(name);
      let made; try { made = model.constructor("return process")(); } catch (error) { made = error.message; }
      return [paths, made, Object.getOwnPropertyNames(model).sort()];
    };`;
    const [output] = outputsOf(await run(code, session));
    expect(output).toEqual({
      value: [
        ["model"],
        "code from strings is not available in the sandbox",
        ["arguments", "caller", "length", "name", "prototype"].filter(
          (name) => !["arguments", "caller"].includes(name),
        ),
      ],
    });
  });
});

test("without the gateway in the limits there is no such function, and a job without a way to it is a bug", async () => {
  await using sandbox = await openSandbox();
  const { session, seen } = parrot();
  const execution = await sandbox.run(`export default () => typeof model;`, [1], { gateway: session });
  expect(outputsOf(execution)).toEqual([{ value: "undefined" }]);
  expect(seen).toEqual([]);
  await expect(sandbox.run(`export default () => 1;`, [1], { limits: AT_GATEWAY })).rejects.toMatchObject({
    code: "PAWL_INTERNAL",
  });
});
