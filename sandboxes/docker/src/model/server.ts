import { chmod } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { GatewaySession } from "@pawl/plugin";
import type { Container } from "../container/container.ts";
import type { Session, Supervision } from "../supervise.ts";
import { SOCKET } from "./folders.ts";

/** Connections of one container at once. */
const CONNECTIONS = 64;
/** The largest body that is read, in bytes; the gateway has a limit of its own. */
const LARGEST_BODY = 8_388_608;
/** What a connection and a request count for at least, in bytes. */
const LEAST_BYTES = 256;
/** How long the head of a request, and the whole of it, may take to come, in milliseconds. */
const HEAD_MS = 10_000;
const WHOLE_MS = 60_000;
/** The header in which a program may say at which input it is. A hint: nothing but the price of a case hangs on it. */
const CASE_HEADER = "x-pawl-case";

/** What a container's end of the gateway needs. */
export interface ModelServerOptions {
  /** The folder that is mounted into the container. */
  readonly folder: string;
  readonly gateway: GatewaySession;
  /** Bytes that may be sent to it, for as long as it is there. */
  readonly bytes: number;
}

/** Opens a container's way to models for one job, where it has one. */
export async function openModels(
  { modelFolder: folder }: Pick<Container, "modelFolder">,
  { gateway, limits }: Pick<Supervision, "gateway" | "limits">,
): Promise<ModelServer | undefined> {
  if (gateway === undefined || folder === undefined) return undefined;
  return ModelServer.open({ folder, gateway, bytes: limits.outputBytes });
}

/**
 * The gateway's end in a container: HTTP on a socket, for as long as one job runs. What comes is hostile: connections,
 * requests and bytes are counted, and a flood is an end of the job and no work for the host.
 */
export class ModelServer {
  readonly #server: Server;
  readonly #gateway: GatewaySession;
  readonly #ended = new AbortController();
  readonly #bytes: number;
  #left: number;
  #onFlood: () => void = () => undefined;

  private constructor({ gateway, bytes }: ModelServerOptions) {
    this.#gateway = gateway;
    this.#bytes = bytes;
    this.#left = bytes;
    this.#server = createServer(
      { headersTimeout: HEAD_MS, requestTimeout: WHOLE_MS, connectionsCheckingInterval: HEAD_MS / 2 },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = CONNECTIONS;
    this.#server.on("connection", () => this.#spend(LEAST_BYTES));
    this.#server.on("drop", () => this.#spend(LEAST_BYTES));
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  static async open(options: ModelServerOptions): Promise<ModelServer> {
    const opened = new ModelServer(options);
    const path = join(options.folder, SOCKET);
    await new Promise<void>((resolve, reject) => {
      opened.#server.once("error", reject);
      opened.#server.listen(path, resolve);
    });
    // The candidate is nobody. Nobody else can enter the folder above.
    await chmod(path, 0o666);
    return opened;
  }

  /** Ends a job that sends more than it may. */
  endOnFlood({ stop }: Pick<Session<never>, "stop">): void {
    this.#onFlood = () => stop("output-limit", `more than ${this.#bytes} bytes were sent to the model gateway`);
    if (this.#left < 0) this.#onFlood();
  }

  /** Cuts everything off; nobody can connect any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new Error("the job has ended"));
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #spend(bytes: number): void {
    const before = this.#left;
    this.#left -= bytes;
    if (this.#left >= 0) return;
    if (before >= 0) this.#onFlood();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort(new Error("the client has gone"));
    });
    response.on("error", () => undefined);
    const signal = AbortSignal.any([gone.signal, this.#ended.signal]);
    try {
      this.#spend(LEAST_BYTES);
      const body = await this.#read(request);
      if (body === undefined) {
        response.writeHead(413, { "content-type": "application/json", connection: "close" });
        const message = `a request has at most ${LARGEST_BODY} bytes`;
        response.end(JSON.stringify({ error: { message, type: "sandbox" } }), () => request.destroy());
        return;
      }
      const { method = "", url = "" } = request;
      const position = positionOf(request);
      const answer = await this.#gateway.exchange(
        { method, path: url, body, ...(position === undefined ? {} : { case: position }) },
        signal,
      );
      response.writeHead(answer.status, { "content-type": answer.contentType });
      for await (const piece of answer.body) {
        if (!response.write(piece)) await drained(response, signal);
      }
      response.end();
    } catch {
      response.destroy();
    }
  }

  /** The body; `undefined` where it is too large. */
  async #read(request: IncomingMessage): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      this.#spend(chunk.length);
      if (bytes > LARGEST_BODY) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }
}

function positionOf({ headers }: IncomingMessage): number | undefined {
  const value = headers[CASE_HEADER];
  return typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** A client that does not read holds up nobody but itself. */
function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    response.once("drain", () => {
      signal.removeEventListener("abort", leave);
      resolve();
    });
    if (signal.aborted) leave();
  });
}
