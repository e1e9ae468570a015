import {
  type Answered,
  type Endpoint,
  type Fetch,
  type Line,
  type Transport,
  mostThatItCosts,
  mostTokens,
  priceOf,
  toExchange,
} from "@pawl/model";
import { type ModelExchange, PawlError, type Purse, type Redactor, type Reservation } from "@pawl/plugin";

/** The run's money does not suffice for a call, so it was not made. */
export class Unaffordable extends Error {
  override readonly name = "Unaffordable";
}

/** Characters that are kept of each text: a prompt of ordinary length as a whole. */
const KEPT_CHARACTERS = 262_144;

/** Calls of a model that are paid for, one at a time: money is set aside before each, and every exchange is kept. */
export class PaidLine {
  readonly exchanges: ModelExchange[] = [];
  readonly #endpoint: Endpoint;
  readonly #purse: Purse;
  readonly #redactor: Redactor;
  readonly #line: Line;
  #underWay: { readonly request: string; readonly most: number; readonly reservation: Reservation } | undefined;
  /** What kept the last call from being answered, as it was thrown. */
  failure: unknown;

  constructor(
    transport: Transport,
    scope: string,
    { endpoint, purse, redactor }: { endpoint: Endpoint; purse: Purse; redactor: Redactor },
  ) {
    this.#endpoint = endpoint;
    this.#purse = purse;
    this.#redactor = redactor;
    this.#line = transport.open(scope, (answered) => this.#settle(answered));
  }

  /** @throws Unaffordable, PawlError `PAWL_MODEL_PRICE_UNKNOWN` and what a transport throws */
  readonly fetch: Fetch = async (url, init = {}) => {
    this.failure = undefined;
    try {
      const request = String(init.body);
      const most = this.#mostFor(request);
      const reservation = this.#purse.reserve(most);
      if (reservation === null) throw new Unaffordable(this.#tooLittle(most));
      this.#underWay = { request, most, reservation };
      return await this.#line.fetch(url, init);
    } catch (error) {
      this.failure = error;
      // Whoever refused or did not answer charges nothing; one that was left may do so.
      this.#underWay?.reservation.settle(error instanceof PawlError ? 0 : this.#underWay.most);
      this.#underWay = undefined;
      throw error;
    }
  };

  #settle(answered: Answered): void {
    if (this.#underWay === undefined) return;
    const { request, most, reservation } = this.#underWay;
    this.#underWay = undefined;
    const endpoint = this.#endpoint;
    const refused = answered.status >= 400;
    const usage = answered.usage ?? (refused ? undefined : mostTokens(request, this.#outputOf(request)));
    const redactor = this.#redactor;
    const maxCharacters = KEPT_CHARACTERS;
    this.exchanges.push(
      toExchange({ endpoint, request, answered, redactor, maxCharacters, ...(usage === undefined ? {} : { usage }) }),
    );
    reservation.settle(usage === undefined ? 0 : (priceOf(endpoint, usage) ?? most));
  }

  #mostFor(request: string): number {
    const most = mostThatItCosts(this.#endpoint, request, this.#outputOf(request));
    if (most !== undefined || !this.#purse.limited) return most ?? 0;
    const { model } = this.#endpoint;
    throw new PawlError("PAWL_MODEL_PRICE_UNKNOWN", `the run has a USD budget, and there is no price for ${model}`, {
      path: "proposer.options.model.price",
      remedy: "Give the model its price in US dollars per million tokens; 0 for one that costs nothing.",
    });
  }

  /** Tokens that a request allows for its answer: thinking comes on top of what was asked for with some providers. */
  #outputOf(request: string): number {
    const body = JSON.parse(request) as { readonly max_tokens?: unknown; readonly max_completion_tokens?: unknown };
    const limits = [body.max_tokens, body.max_completion_tokens].filter((limit) => typeof limit === "number");
    return Math.max(this.#endpoint.maxOutputTokens, ...limits);
  }

  #tooLittle(most: number): string {
    const { left } = this.#purse;
    return `a call of ${this.#endpoint.model} may cost ${most.toFixed(4)} US dollars, and ${left.toFixed(4)} are left`;
  }
}
