import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type HttpBindings, serve } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { Script, ScriptedAnswer, ScriptedBody, ScriptedFault, ScriptedRequest } from "./script.ts";
import { chunks, completion } from "./wire.ts";

/** How a scripted server behaves. */
export interface ModelServerOptions {
  readonly answer: Script;
  /** Names of its models; each begins with `scripted-`, so that nobody takes a script for a model. */
  readonly models?: readonly string[];
  /** What must stand in the header `Authorization` after `Bearer`. Default: whatever. */
  readonly key?: string;
  /** Milliseconds before the first byte of every answer. Default 0. */
  readonly latencyMs?: number;
  /** Default: a free one. */
  readonly port?: number;
}

/** A scripted server under way. */
export interface ModelServer {
  /** The root of its API, such as `http://127.0.0.1:40001/v1`. */
  readonly url: string;
  readonly port: number;
  /** Requests for completions, in the order in which they came: those that failed too. */
  readonly requests: readonly ScriptedRequest[];
  /** Most requests that were under way at once. */
  readonly mostAtOnce: number;
  /** Requests that were left by who asked, before they were answered. */
  readonly abandoned: number;
  /** Ends it; whatever is under way is cut off. */
  close(): Promise<void>;
}

/** Says in every answer that nobody thought. */
const HEADER = "x-scripted-model";
const DEFAULT_MODELS = ["scripted-model"];

type Env = { Bindings: HttpBindings };

/**
 * Starts a server on the loopback interface that speaks OpenAI's chat-completions format, streamed or not, and answers by
 * a script: the real wire, with all that goes wrong on it, and no model behind it. It says so in every answer.
 *
 * @example
 * const server = await startModelServer({ answer: ({ body }) => `You said: ${body.messages.at(-1)?.content}` });
 * // … { provider: "openai-compatible", url: server.url, model: "scripted-model" } …
 * await server.close();
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const { models = DEFAULT_MODELS, key } = options;
  for (const name of models) {
    if (!name.startsWith("scripted-"))
      throw new TypeError(`"${name}" does not say that it is scripted: scripted-${name}`);
  }
  const state = { requests: [] as ScriptedRequest[], underWay: 0, mostAtOnce: 0, abandoned: 0 };
  const app = new Hono<Env>();
  app.use(async (context, next) => {
    context.header(HEADER, "true");
    if (key !== undefined && context.req.header("authorization") !== `Bearer ${key}`) {
      return context.json(problem("Incorrect API key provided.", "invalid_api_key"), 401);
    }
    return next();
  });
  app.get("/v1/models", (context) =>
    context.json({
      object: "list",
      data: models.map((id) => ({ id, object: "model", created: 0, owned_by: "scripted" })),
    }),
  );
  app.post("/v1/chat/completions", async (context) => {
    const n = state.requests.length;
    const body = await readBody(context);
    state.requests.push({ method: "POST", path: context.req.path, headers: context.req.header(), body });
    state.underWay += 1;
    state.mostAtOnce = Math.max(state.mostAtOnce, state.underWay);
    const { outgoing } = context.env;
    outgoing.once("close", () => {
      state.underWay -= 1;
      if (!outgoing.writableFinished) state.abandoned += 1;
    });
    if (!models.includes(body.model)) {
      return context.json(problem(`The model "${body.model}" does not exist.`, "model_not_found"), 404);
    }
    const said = await options.answer(state.requests[n]!, n);
    const answer = typeof said === "string" ? { content: said } : said;
    const latency = ("latencyMs" in answer ? answer.latencyMs : undefined) ?? options.latencyMs ?? 0;
    if (latency > 0) await sleep(latency);
    await ("fault" in answer ? fail(context, body, answer, n) : reply(context, body, answer, n));
    return RESPONSE_ALREADY_SENT;
  });
  app.notFound((context) => context.json(problem("There is no such address.", "not_found"), 404));

  const server = await new Promise<Server>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: options.port ?? 0 }, () =>
      resolve(starting as Server),
    );
    starting.once("error", reject);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests: state.requests,
    get mostAtOnce() {
      return state.mostAtOnce;
    },
    get abandoned() {
      return state.abandoned;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function readBody(context: Context<Env>): Promise<ScriptedBody> {
  const body = (await context.req.json().catch(() => undefined)) as ScriptedBody | undefined;
  return body ?? { model: "", messages: [] };
}

/** Written by hand, and not by the framework: pieces leave one by one, and faults need the bare connection. */
async function reply(context: Context<Env>, body: ScriptedBody, answer: ScriptedAnswer, n: number): Promise<void> {
  const { outgoing } = context.env;
  if (body.stream !== true) {
    outgoing.writeHead(200, { "content-type": "application/json", [HEADER]: "true" });
    outgoing.end(JSON.stringify(completion(body, answer, n)));
    return;
  }
  await stream(context, [...chunks(body, answer, n), "data: [DONE]\n\n"], answer.pieceMs ?? 0);
  outgoing.end();
}

async function stream({ env: { outgoing } }: Context<Env>, pieces: readonly string[], pieceMs: number): Promise<void> {
  outgoing.writeHead(200, { "content-type": "text/event-stream", [HEADER]: "true" });
  for (const piece of pieces) {
    if (outgoing.destroyed) return;
    outgoing.write(piece);
    if (pieceMs > 0) await sleep(pieceMs);
  }
}

async function fail(context: Context<Env>, body: ScriptedBody, fault: ScriptedFault, n: number): Promise<void> {
  const { outgoing } = context.env;
  const answer = fault.answer ?? { content: "This answer does not come to its end." };
  const text = JSON.stringify(completion(body, answer, n));
  const half = text.slice(0, Math.floor(text.length / 2));
  if (fault.fault === "status") {
    const status = fault.status ?? 500;
    const retry = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    outgoing.writeHead(status, { "content-type": "application/json", [HEADER]: "true", ...retry });
    outgoing.end(JSON.stringify(problem(fault.message ?? `scripted ${status}`, "scripted")));
  } else if (fault.fault === "malformed" && body.stream === true) {
    await stream(context, [`data: ${half}\n\n`, "data: [DONE]\n\n"], 0);
    outgoing.end();
  } else if (fault.fault === "malformed") {
    outgoing.writeHead(200, { "content-type": "application/json", [HEADER]: "true" });
    outgoing.end(half);
  } else if (fault.fault === "truncated" && body.stream === true) {
    const pieces = chunks(body, answer, n);
    await stream(context, pieces.slice(0, Math.ceil(pieces.length / 2)), answer.pieceMs ?? 0);
    outgoing.end();
  } else if (fault.fault === "truncated") {
    outgoing.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      [HEADER]: "true",
    });
    outgoing.write(half, () => outgoing.destroy());
  } else if (fault.fault === "drop") outgoing.destroy();
  else await new Promise((resolve) => outgoing.once("close", resolve));
}

function problem(message: string, code: string) {
  return { error: { message, type: "invalid_request_error", param: null, code } };
}
