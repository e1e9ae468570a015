import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway, GatewayReport, GatewayResponse, GatewaySession, Json, Notice, Purse } from "@pawl/plugin";
import { UNLIMITED_PURSE } from "@pawl/testkit";
import { type ModelServer, type ModelServerOptions, type Script, startModelServer } from "@pawl/testkit/models";
import type { z } from "zod";
import { ModelGateway } from "../gateway.ts";
import { optionsSchema } from "../options.ts";

type Options = z.input<typeof optionsSchema>;

/** A scripted provider, a gateway before it, and the project's folder: all real, all taken away at the end. */
export class Setting {
  readonly notices: Notice[] = [];
  readonly root: string;
  readonly server: ModelServer;
  #gateways: Gateway[] = [];

  private constructor(root: string, server: ModelServer) {
    this.root = root;
    this.server = server;
  }

  static async open(answer: Script, options: Omit<ModelServerOptions, "answer"> = {}): Promise<Setting> {
    const root = await mkdtemp(join(tmpdir(), "pawl-gateway-"));
    return new Setting(root, await startModelServer({ answer, models: ["scripted-a", "scripted-b"], ...options }));
  }

  /** A gateway that allows `scripted-a`. */
  gateway(options: Partial<Options> = {}, endpoint: Partial<Options["models"][number]> = {}): Gateway {
    const models: Options["models"] = [
      {
        provider: "openai-compatible",
        model: "scripted-a",
        url: this.server.url,
        price: { inputUsdPerMillion: 1, outputUsdPerMillion: 10 },
        ...endpoint,
      },
    ];
    const patience = { patienceMs: 60_000, firstWaitMs: 1, longestWaitMs: 5 };
    const parsed = optionsSchema.parse({ models, patience, ...options });
    const gateway = new ModelGateway(parsed, { root: this.root, notify: (notice) => this.notices.push(notice) });
    this.#gateways.push(gateway);
    return gateway;
  }

  async close(): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway.close?.()));
    await this.server.close();
    await rm(this.root, { recursive: true });
  }
}

/** One execution's calls, as a sandbox makes them. */
export class Execution {
  readonly session: GatewaySession;
  readonly stop = new AbortController();

  constructor(gateway: Gateway, { account = "1", seed = 7, purse = UNLIMITED_PURSE } = {}) {
    this.session = gateway.open({ job: `${account}/validation`, account, seed, purse });
  }

  /** Asks with a body of this text, and the fields that are given beside it. */
  ask(content: string, fields: Record<string, unknown> = {}, signal = this.stop.signal): Promise<GatewayResponse> {
    const body = JSON.stringify({ model: "scripted-a", messages: [{ role: "user", content }], ...fields });
    return this.send(body, signal);
  }

  send(body: string, signal = this.stop.signal): Promise<GatewayResponse> {
    return this.session.exchange({ method: "POST", path: "/v1/chat/completions", body }, signal);
  }

  async answer(content: string, fields?: Record<string, unknown>): Promise<string> {
    return contentOf(await this.ask(content, fields));
  }

  close(): Promise<GatewayReport> {
    return this.session.close();
  }
}

export async function textOf({ body }: GatewayResponse): Promise<string> {
  let text = "";
  for await (const piece of body) text += piece;
  return text;
}

/** What the model said, or status and reason where it said nothing. */
export async function contentOf(response: GatewayResponse): Promise<string> {
  const body = JSON.parse(await textOf(response)) as {
    choices?: { message: { content: string } }[];
    error?: { message: string };
  };
  return body.choices?.[0]?.message.content ?? `${response.status}: ${body.error?.message}`;
}

/** A budget of so many US dollars. */
export function purseOf(usd: number): Purse & { readonly spent: number } {
  let spent = 0;
  let reserved = 0;
  return {
    limited: true,
    get spent() {
      return spent;
    },
    get left() {
      return usd - spent - reserved;
    },
    reserve: (amount) => {
      if (amount > usd - spent - reserved) return null;
      reserved += amount;
      let open = true;
      return {
        settle: (paid) => {
          if (!open) return;
          open = false;
          reserved -= amount;
          spent += paid;
        },
      };
    },
  };
}

/** Requests that the provider got, without what is the same in all of them. */
export function bodiesOf(server: ModelServer): Json[] {
  return server.requests.map(({ body }) => body as unknown as Json);
}
