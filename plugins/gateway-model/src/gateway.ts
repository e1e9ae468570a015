import { checkModels, describeModel } from "@pawl/model";
import {
  type Check,
  type Gateway,
  type GatewayAccount,
  type GatewaySession,
  type ModelDescription,
  PawlError,
  type PluginContext,
} from "@pawl/plugin";
import { Account } from "./account.ts";
import { House } from "./house.ts";
import type { GatewayOptions } from "./options.ts";
import { Session } from "./session.ts";

/** Gives candidates models of the config, through the host. */
export class ModelGateway implements Gateway {
  readonly models: readonly ModelDescription[];
  readonly #house: House;
  readonly #accounts = new Map<string, Account>();
  readonly #sessions = new Set<Session>();

  constructor(options: GatewayOptions, context: PluginContext) {
    if (options.caps.usd !== undefined) assertPrices(options, "it caps what an experiment may cost");
    this.models = options.models.map((endpoint) => describeModel(endpoint, "task"));
    this.#house = new House(options, context);
  }

  doctor(): Promise<readonly Check[]> {
    const { options, mode, file } = this.#house;
    return checkModels({ endpoints: options.models, mode, file, env: process.env });
  }

  /** @throws PawlError `PAWL_MODEL_KEY_MISSING`, `PAWL_MODEL_PRICE_UNKNOWN`, `PAWL_MODEL_NOT_RECORDED` */
  open(who: GatewayAccount): GatewaySession {
    const { options } = this.#house;
    if (who.purse.limited) assertPrices(options, "the run has a USD budget");
    this.#house.open();
    const account = this.#accounts.get(who.account) ?? new Account(options.caps);
    this.#accounts.set(who.account, account);
    const session = new Session(this.#house, who, account);
    this.#sessions.add(session);
    return {
      exchange: (request, signal) => session.exchange(request, signal),
      close: () => session.close().finally(() => this.#sessions.delete(session)),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    this.#house.close();
  }
}

function assertPrices({ models }: GatewayOptions, why: string): void {
  const unknown = models.flatMap(({ model, price }) => (price === undefined ? [model] : []));
  if (unknown.length === 0) return;
  throw new PawlError("PAWL_MODEL_PRICE_UNKNOWN", `${why}, and there is no price for ${unknown.join(", ")}`, {
    path: "gateway.options.models",
    remedy: "Give every model its price in US dollars per million tokens; 0 for one that costs nothing.",
  });
}
