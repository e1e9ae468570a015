import type { GatewayReport, GatewayTrouble, Json, ModelExchange, ModelUse } from "@pawl/plugin";

/** Characters of requests and answers that are kept of one execution. */
const KEPT = 67_108_864;

/** Collects what one execution used. */
export class Report {
  readonly #exchanges: { readonly at: number; readonly exchange: ModelExchange }[] = [];
  readonly #models: Record<string, ModelUse> = {};
  #kept = 0;
  #refused = 0;
  #trouble: GatewayTrouble | undefined;

  get trouble(): GatewayTrouble | undefined {
    return this.#trouble;
  }

  /** What stands in the way of everything; the first counts. */
  meet(trouble: GatewayTrouble): void {
    this.#trouble ??= trouble;
  }

  refuse(): void {
    this.#refused += 1;
  }

  /**
   * @param at position of the request among all of the execution
   * @param paid whether a provider was asked, now or when the recording was made
   */
  add(at: number, exchange: ModelExchange, paid: boolean): void {
    this.#exchanges.push({ at, exchange: this.#fit(exchange) });
    if (!paid) return;
    const known = this.#models[exchange.model] ?? { calls: 0, inputTokens: 0, outputTokens: 0 };
    const usd = exchange.usd === undefined ? {} : { usd: (known.usd ?? 0) + exchange.usd };
    this.#models[exchange.model] = {
      calls: known.calls + 1,
      inputTokens: known.inputTokens + exchange.inputTokens,
      outputTokens: known.outputTokens + exchange.outputTokens,
      ...usd,
    };
  }

  /** In the order in which the candidate asked. */
  close(): GatewayReport {
    return {
      exchanges: this.#exchanges.toSorted((a, b) => a.at - b.at).map(({ exchange }) => exchange),
      models: this.#models,
      refused: this.#refused,
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
    };
  }

  #fit(exchange: ModelExchange): ModelExchange {
    const size = JSON.stringify([exchange.request, exchange.response]).length;
    if (this.#kept + size <= KEPT) {
      this.#kept += size;
      return exchange;
    }
    const leftOut: Json = "(left out: this execution said too much)";
    return { ...exchange, request: leftOut, response: leftOut };
  }
}
