import type { Check } from "./executor.ts";
import type { ModelDescription, ModelExchange, ModelUse } from "./model.ts";
import type { Purse } from "./purse.ts";

/** A request of a candidate, as it comes out of the sandbox. Hostile. */
export interface GatewayRequest {
  /** `POST` or `GET`. */
  readonly method: string;
  /** Path below the gateway's root: `/v1/chat/completions` or `/v1/models`. */
  readonly path: string;
  readonly body: string;
  /** Position of the case that the candidate is at, among its job's inputs, where the executor can tell. */
  readonly case?: number;
}

/** What goes back into the sandbox. */
export interface GatewayResponse {
  readonly status: number;
  /** Such as `application/json` or `text/event-stream`. */
  readonly contentType: string;
  /** The body in pieces, as they come. Ends early when the request's signal aborts. */
  readonly body: AsyncIterable<string>;
}

/** Whose calls are about to come. */
export interface GatewayAccount {
  /** The job's id. */
  readonly job: string;
  /** Executions of the same account share its caps: all blocks of one candidate do. */
  readonly account: string;
  /** The job's seed. The same request with the same seed is answered the same within a run. */
  readonly seed: number;
  readonly purse: Purse;
}

/** Why an execution proves nothing about its candidate. */
export interface GatewayTrouble {
  /**
   * `unavailable`: the provider does not answer. `unaffordable`: the run's USD budget has too little left for a call.
   * `not-recorded`: a recording is replayed, and it does not have this exchange.
   */
  readonly kind: "unavailable" | "unaffordable" | "not-recorded";
  readonly reason: string;
}

/** What one execution used of the gateway. */
export interface GatewayReport {
  readonly exchanges: readonly ModelExchange[];
  /** By name of the model. */
  readonly models: Readonly<Record<string, ModelUse>>;
  /** Calls that were refused: a model that is not allowed, a cap, a request that is none. */
  readonly refused: number;
  readonly trouble?: GatewayTrouble;
}

/** The host's end of the model calls of one execution. */
export interface GatewaySession {
  /** Answers one request. Never rejects but when `signal` aborts: whatever goes wrong is a response. */
  exchange(request: GatewayRequest, signal: AbortSignal): Promise<GatewayResponse>;
  /** Cuts off what is still under way, and tells what was used. */
  close(): Promise<GatewayReport>;
}

/**
 * Gives candidates a model without a network: a host-side end that speaks OpenAI's chat-completions format. It holds
 * the key, allows the models of the config alone, meters, caps and records.
 */
export interface Gateway {
  readonly models: readonly ModelDescription[];
  /** Whether it could answer. Throws nothing, spends nothing. */
  doctor?(): Promise<readonly Check[]>;
  open(account: GatewayAccount): GatewaySession;
  close?(): Promise<void>;
}
