import type { GatewaySession, Json } from "@pawl/plugin";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeDocker, nothingLeft } from "../test/daemon.ts";
import { gatewayOf, parrot } from "../test/gateway.ts";
import { openSandbox, type Sandbox, valueOf } from "../test/sandbox.ts";

/** Programs that fight the gateway's end. Each must leave the host well, and a sandbox that serves the next job. */
const LIMITS = { network: "gateway", wallMs: 8_000, memoryMb: 128, outputBytes: 262_144 } as const;

const NODE = `
  const net = require("node:net"), http = require("node:http"), fs = require("node:fs");
  const path = process.env.PAWL_MODEL_SOCKET;
  const answer = (value) => fs.writeSync(1, JSON.stringify(value) + "\\n");
  const connect = () => { const socket = net.connect(path); socket.on("error", () => {}); return socket; };
  const ended = (socket) => new Promise((resolve) => { let text = ""; socket.setEncoding("utf8").on("data", (piece) => text += piece).on("close", () => resolve(text)); });
  const ask = (body, headers = {}) => new Promise((resolve) => {
    const request = http.request({ socketPath: path, path: "/v1/chat/completions", method: "POST", headers }, (response) => { response.resume().on("end", () => resolve(response.statusCode)).on("error", () => resolve("cut")); });
    request.on("error", (error) => resolve(error.code)); request.end(body); });
  const BODY = JSON.stringify({ messages: [{ role: "user", content: "?" }] });`;

nothingLeft("model-hostile");
describeDocker("a program that is hostile to the gateway", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox("model-hostile", { warm: 1 }, LIMITS);
  });
  afterAll(async () => sandbox?.[Symbol.asyncDispose]());

  const run = (code: string, gateway: GatewaySession, limits = {}) =>
    sandbox.exec({ argv: ["node", "main.cjs"] }, { "main.cjs": `${NODE}\n(async () => { ${code} })();` }, [1], {
      gateway,
      limits,
    });
  /** The host is as quick as before, and the next candidate is served. */
  const isWell = async (): Promise<void> => {
    const { session } = parrot();
    expect(valueOf(await run(`answer(await ask(BODY));`, session))).toBe(200);
  };
  /** The longest that the host's own work was held up meanwhile, in milliseconds. */
  const heldUp = async <T>(work: Promise<T>): Promise<[T, number]> => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    try {
      return [await work, longest];
    } finally {
      clearInterval(timer);
    }
  };

  test("connections without end are cut off, and end the job", async () => {
    const { session, seen } = parrot();
    const code = `for (;;) { for (let i = 0; i < 50; i++) connect().on("connect", function () { this.destroy(); }); await new Promise(setImmediate); }`;
    const [execution, longest] = await heldUp(run(code, session));
    expect(execution).toMatchObject({
      outcome: "output-limit",
      reason: "more than 262144 bytes were sent to the model gateway",
    });
    expect(seen).toEqual([]);
    expect(longest).toBeLessThan(5_000);
    await isWell();
  });

  test("connections that are kept open shut nobody out but itself", async () => {
    const { session } = parrot();
    const code = `for (let i = 0; i < 200; i++) connect(); await new Promise((resolve) => setTimeout(resolve, 300)); setTimeout(() => { answer("nobody"); process.exit(); }, 1000); answer(await ask(BODY)); process.exit();`;
    expect(valueOf(await run(code, session))).not.toBe(200);
    await isWell();
  });

  test("half a request is none", async () => {
    const { session, seen } = parrot();
    const code = `for (let i = 0; i < 40; i++) connect().write(["POST /v1/chat", "POST /v1/chat/completions HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 100\\r\\n\\r\\n{", ""][i % 3]);
      answer(await ask(BODY)); process.exit();`;
    expect(valueOf(await run(code, session))).toBe(200);
    expect(seen).toHaveLength(1);
    await isWell();
  });

  test.each<[string, string, Json]>([
    [
      "no HTTP",
      `const s = connect(); s.write("\\u0000\\u0001 hello\\r\\n\\r\\n"); answer((await ended(s)).slice(0, 12));`,
      "",
    ],
    [
      "a head without end",
      `const s = connect(); s.write("GET / HTTP/1.1\\r\\n"); for (let i = 0; i < 2000; i++) s.write("a: " + "b".repeat(60) + "\\r\\n"); answer((await ended(s)).length < 200);`,
      true,
    ],
    [
      "a tunnel",
      `const s = connect(); s.write("CONNECT example.org:80 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"); answer(await ended(s));`,
      "",
    ],
    [
      "two lengths",
      `const s = connect(); s.write("POST /v1/chat/completions HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n{}"); answer(await ended(s));`,
      "",
    ],
  ])("%s is turned away", async (_, code, value) => {
    const { session, seen } = parrot();
    expect(valueOf(await run(code, session))).toEqual(value);
    expect(seen).toEqual([]);
    await isWell();
  });

  test("a body that is larger than all that may be sent ends the job; one that is too large is refused", async () => {
    const { session, seen } = parrot();
    const endless = `const s = connect(); s.write("POST /v1/chat/completions HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n");
      const chunk = "10000\\r\\n" + "x".repeat(65536) + "\\r\\n"; const more = () => s.write(chunk, more); more();`;
    expect(await run(endless, session)).toMatchObject({ outcome: "output-limit" });
    const large = `answer(await ask("x".repeat(9e6)));`;
    const refused = valueOf(await run(large, session, { outputBytes: 67_108_864 }));
    expect([413, "EPIPE", "ECONNRESET"]).toContain(refused);
    expect(seen).toEqual([]);
    await isWell();
  });

  test("requests without end are answered in turn, and end where the bytes end", async () => {
    const { session, state, seen } = gatewayOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { status: 429, body: "{}" };
    });
    const code = `const agent = new http.Agent({ keepAlive: true }); http.globalAgent = agent; const loop = async () => { for (;;) await ask(BODY); }; for (let i = 0; i < 100; i++) loop();`;
    const [execution, longest] = await heldUp(run(code, session));
    expect(execution.outcome).toBe("output-limit");
    expect(state.mostAtOnce).toBeLessThanOrEqual(64);
    expect(seen.length).toBeLessThanOrEqual(262_144 / 256);
    expect(longest).toBeLessThan(5_000);
    await isWell();
  });

  test("a reader that does not read holds up nobody", async () => {
    let pieces = 0;
    const { session, state } = gatewayOf(() => ({
      body: (async function* () {
        for (; pieces < 10_000; pieces += 1) yield "x".repeat(65_536);
      })(),
    }));
    const code = `const s = connect(); s.pause(); s.write("POST /v1/chat/completions HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\n\\r\\n{}"); setTimeout(() => { answer(1); process.exit(); }, 700);`;
    expect(valueOf(await run(code, session))).toBe(1);
    expect(pieces).toBeLessThan(200);
    expect(state.aborted).toBe(1);
    await isWell();
  });

  test("a process that outlives the job finds nobody, and its calls are cut off", async () => {
    const { session, seen, state } = gatewayOf((_request, n) =>
      n === 0 ? { body: "{}" } : new Promise(() => undefined),
    );
    const code = `const { spawn } = require("node:child_process");
      await ask(BODY);
      spawn("node", ["-e", ${JSON.stringify(`
        const http = require("node:http"); const go = () => { const request = http.request({ socketPath: process.env.PAWL_MODEL_SOCKET, path: "/v1/chat/completions", method: "POST" }); request.on("error", () => setTimeout(go, 5)); request.end("{}"); }; go();`)}], { detached: true, stdio: "ignore" }).unref();
      await new Promise((resolve) => setTimeout(resolve, 1000)); answer(1); process.exit();`;
    const execution = await run(code, session, { pids: 64, memoryMb: 256 });
    expect(valueOf(execution)).toBe(1);
    const asked = seen.length;
    expect(state.aborted).toBe(asked);
    await isWell();
    expect(seen).toHaveLength(asked);
  });
});
