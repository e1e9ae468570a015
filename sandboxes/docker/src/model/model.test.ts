import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "@pawl/plugin";
import { modelGateway } from "@pawl/gateway-model";
import { isolate } from "@pawl/sandbox-isolate";
import { UNLIMITED_PURSE } from "@pawl/testkit";
import { startModelServer } from "@pawl/testkit/models";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownOwner } from "../owner.ts";
import { assertGateway } from "../requirements.ts";
import { containersOf, describeDocker, describePython, nothingLeft, PYTHON } from "../test/daemon.ts";
import { gatewayOf, parrot } from "../test/gateway.ts";
import { batchOf, limitsOf, never, openSandbox, outputsOf, type Sandbox, valueOf } from "../test/sandbox.ts";
import { SocketFolders } from "./folders.ts";

const LIMITS = { network: "gateway", wallMs: 20_000, diskMb: 1 } as const;

/** What an honest program in Node asks with. */
const NODE = `
  const http = require("node:http"), fs = require("node:fs");
  const inputs = fs.readFileSync(0, "utf8").split("\\n").filter(Boolean).map((line) => JSON.parse(line));
  const send = (path, body, headers = {}) => new Promise((resolve, reject) => {
    const request = http.request({ socketPath: process.env.PAWL_MODEL_SOCKET, path, method: body ? "POST" : "GET", headers }, (response) => {
      const pieces = []; response.setEncoding("utf8").on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve([response.statusCode, pieces])); response.on("error", reject);
    }); request.on("error", reject); request.end(body);
  });
  const chat = (content, more = {}, headers) => send("/v1/chat/completions", JSON.stringify({ messages: [{ role: "user", content }], ...more }), headers);
  const answer = (value) => fs.writeSync(1, JSON.stringify(value) + "\\n");`;
const program = (code: string) => ({ "main.cjs": `${NODE}\n(async () => { ${code} })();` });
const RUN = { argv: ["node", "main.cjs"] };

/** The folders of sockets, and those of this process alone. */
const folders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("pawl-models-")).map((name) => join(tmpdir(), name));
const ownFolders = async (): Promise<string[]> => {
  const owners = (await folders()).map(async (folder) => ({
    folder,
    owner: await readFile(join(folder, "owner"), "utf8").catch(() => ""),
  }));
  return (await Promise.all(owners)).flatMap(({ folder, owner }) => (owner === ownOwner() ? [folder] : []));
};

nothingLeft("model", "model-python", "model-warm", "model-none");
describeDocker("a candidate in a container", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox("model", { warm: 1 }, LIMITS);
  });
  afterAll(async () => sandbox?.[Symbol.asyncDispose]());
  const exec = (code: string, gateway = parrot().session, inputs: readonly Json[] = [1], limits = {}) =>
    sandbox.exec(RUN, program(code), inputs, { gateway, limits });

  test("asks over the socket, lists the models, and may say at which case it is", async () => {
    const { session, seen } = parrot();
    const code = `for (const [at, input] of inputs.entries()) {
      const [status, [text]] = await chat("q" + input, {}, { "x-pawl-case": at });
      answer([status, JSON.parse(text).choices[0].message.content, (await send("/v1/models"))[1].join("")]); }`;
    const execution = await exec(code, session, [1, 2]);
    const models = `{"data":[{"id":"parrot"}]}`;
    expect(outputsOf(execution)).toEqual([{ value: [200, "q1!", models] }, { value: [200, "q2!", models] }]);
    expect(seen.map(({ method, path, case: at }) => [method, path, at])).toEqual([
      ["POST", "/v1/chat/completions", 0],
      ["GET", "/v1/models", undefined],
      ["POST", "/v1/chat/completions", 1],
      ["GET", "/v1/models", undefined],
    ]);
    expect(execution.limits).toContainEqual({
      limit: "network",
      value: "gateway",
      by: "network-namespace and one unix socket",
    });
  });

  test("gets a stream piece by piece", async () => {
    let release: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (release = resolve));
    const { session } = gatewayOf(({ path }) => {
      if (path === "/v1/models") release();
      return {
        contentType: "text/event-stream",
        // The second piece leaves when the candidate says that it has the first.
        body: (async function* () {
          yield "data: 1\n\n";
          if (path !== "/v1/models") await asked;
          yield "data: [DONE]\n\n";
        })(),
      };
    });
    const code = `http.request({ socketPath: process.env.PAWL_MODEL_SOCKET, path: "/v1/chat/completions", method: "POST" }, (response) => {
      const pieces = []; response.setEncoding("utf8").on("data", (piece) => { if (pieces.push(piece) === 1) send("/v1/models"); });
      response.on("end", () => answer([response.headers["content-type"], pieces])); }).end("{}");`;
    expect(valueOf(await exec(code, session))).toEqual(["text/event-stream", ["data: 1\n\n", "data: [DONE]\n\n"]]);
  });

  test("that leaves in the middle of a stream is heard to have left", async () => {
    const { session, state } = gatewayOf((_request, _n, signal) => ({
      body: (async function* () {
        while (!signal.aborted) {
          yield "x".repeat(100);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })(),
    }));
    const code = `const request = http.request({ socketPath: process.env.PAWL_MODEL_SOCKET, path: "/v1/chat/completions", method: "POST" },
      (response) => response.once("data", () => { request.destroy(); setTimeout(() => answer(1), 300); })); request.on("error", () => {}).end("{}");`;
    expect(valueOf(await exec(code, session))).toBe(1);
    expect(state.aborted).toBe(1);
  });

  test("as a function has model(), and meets the same as in an isolate", async () => {
    const code = `const ask = async (content) => (await model({ messages: [{ role: "user", content }] })).choices[0].message.content;
      export default async (input) => input < 3 ? [await ask("a" + input), ...(await Promise.all([ask("b"), ask("c")]))]
        : model(input === 3 ? "text" : { stream: true });`;
    const inputs = [1, 2, 3, 4];
    const { session, seen } = parrot();
    const here = outputsOf(await sandbox.call(code, inputs, { gateway: session, limits: { diskMb: 0 } }));
    expect(here.slice(0, 2)).toEqual([{ value: ["a1!", "b!", "c!"] }, { value: ["a2!", "b!", "c!"] }]);
    expect(here[2]).toEqual({ error: "TypeError: a request is an object" });
    expect(seen.map(({ case: at }) => at)).toEqual([0, 0, 0, 1, 1, 1]);
    const configured = isolate();
    const other = await configured.create(configured.schema.parse({}) as never, { root: "/" });
    const limits = limitsOf({ ...LIMITS, diskMb: 0 });
    await other.prepare?.({ limits, concurrency: 1, run: "model" }, never);
    const job = {
      id: "1",
      files: { "main.ts": code },
      entry: { kind: "call", file: "main.ts" },
      seed: 1,
      limits,
    } as const;
    const there = await other.execute({ ...job, inputs: batchOf(inputs) }, never, parrot().session);
    await other.close?.();
    expect(here).toEqual(outputsOf(there));
  });

  test("as a function that waits for no model is told at once; one whose model is slow has until wallMs", async () => {
    const { session } = gatewayOf(() => new Promise(() => undefined));
    const stuck = await sandbox.call(`export default () => new Promise(() => {})`, [1], {
      gateway: session,
      limits: { diskMb: 0 },
    });
    expect(stuck).toMatchObject({ outcome: "timeout", reason: "an answer is a promise that nothing can settle" });
    const slow = await sandbox.call(`export default () => model({})`, [1], {
      gateway: session,
      limits: { wallMs: 1_500, diskMb: 0 },
    });
    expect(slow).toMatchObject({ outcome: "timeout", reason: "not done after 1500 ms" });
  });

  test("still has no network, and of the host's one folder with one socket that it can do nothing to", async () => {
    const code = `
      const os = require("node:os"), net = require("node:net"), dns = require("node:dns");
      const attempt = (work) => { try { return String(work()); } catch (error) { return error.code; } };
      const connect = (options) => new Promise((resolve) => { const socket = net.connect(options, () => resolve("connected")); socket.on("error", (error) => resolve(error.code)); socket.setTimeout(3000, () => resolve("silence")); });
      const socket = process.env.PAWL_MODEL_SOCKET, folder = require("node:path").dirname(socket);
      answer({
        interfaces: Object.keys(os.networkInterfaces()).filter((name) => name !== "lo"),
        away: await connect({ host: "192.0.2.1", port: 80 }),
        host: await connect({ host: "127.0.0.1", port: 22 }),
        docker: await connect({ path: "/var/run/docker.sock" }),
        name: await new Promise((resolve) => dns.lookup("example.org", (error) => resolve(error && "none"))),
        lies: fs.readdirSync(folder), user: process.getuid(),
        writes: attempt(() => fs.writeFileSync(folder + "/x", "")), removes: attempt(() => fs.unlinkSync(socket)),
        renames: attempt(() => fs.renameSync(socket, folder + "/y")), changes: attempt(() => fs.chmodSync(socket, 0o777)),
        leaves: attempt(() => fs.readdirSync(folder + "/../..").includes("pawl-models")),
        mounts: fs.readFileSync("/proc/self/mountinfo", "utf8").split("\\n").filter((line) => /pawl-models/.test(line)).length,
      });
      await chat("still there"); `;
    const { session, seen } = parrot();
    expect(valueOf(await exec(code, session))).toEqual({
      interfaces: [],
      away: "ENETUNREACH",
      host: "ECONNREFUSED",
      docker: "ENOENT",
      name: "none",
      lies: ["model.sock"],
      user: 65_534,
      writes: "EROFS",
      removes: "EROFS",
      renames: "EROFS",
      changes: "EROFS",
      leaves: "false",
      mounts: 1,
    });
    expect(seen).toHaveLength(1);
  });

  test("reaches a model on the real wire through the real gateway: streams, tools, other models, caps", async () => {
    const server = await startModelServer({
      answer: ({ body }) =>
        body.tools === undefined ? "one two three" : { toolCalls: [{ name: "look", arguments: { order: 7 } }] },
    });
    const configured = modelGateway({ models: [] });
    const models = [{ provider: "openai-compatible", model: "scripted-model", url: server.url }];
    const options = configured.schema.parse({ models, caps: { calls: 2 } });
    const gateway = await configured.create(options as never, { root: "/" });
    const session = gateway.open({ job: "1/test", account: "1", seed: 1, purse: UNLIMITED_PURSE });
    const code = `
      const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
      const [, pieces] = await chat("?", { stream: true });
      const [, [called]] = await chat("?", { tools });
      const [other] = await chat("?", { model: "gpt-5" });
      const [capped] = await chat("once more");
      answer([pieces.join("").includes("[DONE]"), JSON.parse(called).choices[0].message.tool_calls[0].function, other, capped]);`;
    expect(valueOf(await exec(code, session))).toEqual([true, { name: "look", arguments: `{"order":7}` }, 404, 429]);
    const { refused, models: used } = await session.close();
    expect([refused, used["scripted-model"]?.calls, server.requests.length]).toEqual([2, 2, 2]);
    await gateway.close?.();
    await server.close();
  });

  test("an evaluator has no way to models", async () => {
    const { session, seen } = parrot();
    const execution = await sandbox.exec(
      {
        ...RUN,
        artifacts: ["left.txt"],
        evaluator: {
          argv: ["node", "evaluate.cjs"],
          bundle: {
            digest: "e",
            files: {
              "evaluate.cjs": Buffer.from(
                `console.log(JSON.stringify([process.env.PAWL_MODEL_SOCKET ?? null, require("node:fs").existsSync("/run/pawl")]))`,
              ),
            },
          },
        },
      },
      program(`await chat("hello"); fs.writeFileSync("left.txt", "x");`),
      [1],
      { gateway: session },
    );
    expect(valueOf(execution)).toEqual([null, false]);
    expect(seen).toHaveLength(1);
  });
});

describeDocker("containers that were started ahead", () => {
  test("each have a folder of their own, which goes with them", async () => {
    const sandbox = await openSandbox("model-warm", { warm: 3 }, LIMITS, 2);
    const [parent] = await ownFolders();
    expect((await stat(parent!)).mode & 0o777).toBe(0o700);
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const { session } = gatewayOf(() => ({ body: JSON.stringify(`for ${n}`) }));
        const code = `answer(JSON.parse((await chat("?"))[1].join("")));`;
        return valueOf(await sandbox.exec(RUN, program(code), [1], { gateway: session }));
      }),
    );
    expect(answers).toEqual(Array.from({ length: 8 }, (_, n) => `for ${n}`));
    await sandbox[Symbol.asyncDispose]();
    expect(await ownFolders()).toEqual([]);
    expect(await containersOf("model-warm")).toEqual([]);
  });
});

describeDocker("without the gateway in the limits", () => {
  test("there is neither socket nor variable nor function; a job without a way to it is a bug", async () => {
    await using sandbox = await openSandbox("model-none");
    const seen = await sandbox.sh(`test -e /run/pawl && echo 1 || echo "\\"\${PAWL_MODEL_SOCKET-unset}\\""`);
    expect(valueOf(seen)).toBe("unset");
    expect(valueOf(await sandbox.call(`export default () => typeof model`))).toBe("undefined");
    const { session } = parrot();
    for (const gateway of [undefined, session]) {
      const asking = sandbox.call(`export default () => 1`, [1], {
        limits: LIMITS,
        ...(gateway === undefined ? {} : { gateway }),
      });
      await expect(asking).rejects.toMatchObject({ code: "PAWL_INTERNAL" });
    }
  });
});

describePython("a program in Python", () => {
  test("asks with nothing but its standard library", async () => {
    await using sandbox = await openSandbox("model-python", { image: PYTHON }, { ...LIMITS, memoryMb: 256 });
    const { session, seen } = parrot();
    const code = `
import http.client, json, os, socket, sys
class Model(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ["PAWL_MODEL_SOCKET"])
model = Model("model")
for line in sys.stdin:
    model.request("POST", "/v1/chat/completions", json.dumps({"messages": [{"role": "user", "content": line.strip()}]}))
    print(json.dumps(json.load(model.getresponse())["choices"][0]["message"]["content"]))
`;
    const execution = await sandbox.exec({ argv: ["python3", "main.py"] }, { "main.py": code }, [1, 2], {
      gateway: session,
    });
    expect(outputsOf(execution)).toEqual([{ value: "1!" }, { value: "2!" }]);
    expect(seen).toHaveLength(2);
  });
});

test("what a dead engine has left is removed by the next, and nobody else's", async () => {
  const make = async (owner: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "pawl-models-"));
    await mkdir(join(folder, "1"));
    await writeFile(join(folder, "owner"), owner);
    return folder;
  };
  const [machine, , namespace] = ownOwner().split(" ") as [string, string, string];
  const dead = await make([machine, "another-boot", namespace, "1", "1"].join(" "));
  const alive = await make(ownOwner());
  const strange = await make("something else");
  const opened = await SocketFolders.open();
  const left = await folders();
  expect(left).not.toContain(dead);
  expect(left).toEqual(expect.arrayContaining([alive, strange]));
  await opened.close();
  await Promise.all([alive, strange].map((folder) => rm(folder, { recursive: true })));
});

test.each([
  ["a daemon that may be elsewhere", { local: false, name: "tcp://127.0.0.1:2375" }, "runc", /another machine/],
  ["gVisor", { local: true, name: "unix:///run/docker.sock" }, "runsc", /"runsc" have a kernel of their own/],
  ["Kata", { local: true, name: "unix:///run/docker.sock" }, "kata", /kernel of their own/],
])("%s is refused", (_, endpoint, runtime, message) => {
  const refusal = expect.objectContaining({ code: "PAWL_SANDBOX_UNENFORCEABLE", path: "limits.network" });
  expect(() => assertGateway({ network: "gateway" }, endpoint, runtime)).toThrow(refusal);
  expect(() => assertGateway({ network: "gateway" }, endpoint, runtime)).toThrow(message);
  assertGateway({ network: "none" }, endpoint, runtime);
});
