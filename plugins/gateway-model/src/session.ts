import {
  type Answered,
  type Endpoint,
  type Line,
  type TokenUse,
  UnavailableError,
  canonical,
  mostThatItCosts,
  mostTokens,
  toExchange,
} from "@pawl/model";
import {
  type GatewayAccount,
  type GatewayReport,
  type GatewayRequest,
  type GatewayResponse,
  type GatewaySession,
  PawlError,
} from "@pawl/plugin";
import type { Account, Admission } from "./account.ts";
import { type Upstream, askProvider, toUpstream, useOf, wishOf } from "./ask.ts";
import { bodyOf } from "./body.ts";
import type { House } from "./house.ts";
import type { Relay } from "./relay.ts";
import { Report } from "./report.ts";
import { type ChatRequest, readRequest } from "./request.ts";
import { type Refusal, listModels, refuse } from "./responses.ts";

const CHAT = "/v1/chat/completions";
const MODELS = "/v1/models";

/** The model calls of one execution. */
export class Session implements GatewaySession {
  readonly #house: House;
  readonly #who: GatewayAccount;
  readonly #account: Account;
  readonly #report = new Report();
  readonly #stop = new AbortController();
  /** Why the provider had not answered the last call yet when its asker left. */
  #failing: string | undefined;
  /** What must be over before the report is right. */
  readonly #open = new Set<Promise<unknown>>();
  /** How often the same was asked. */
  readonly #occurrences = new Map<string, number>();
  #requests = 0;
  #closed: Promise<GatewayReport> | undefined;

  constructor(house: House, who: GatewayAccount, account: Account) {
    this.#house = house;
    this.#who = who;
    this.#account = account;
  }

  async exchange(request: GatewayRequest, signal: AbortSignal): Promise<GatewayResponse> {
    signal.throwIfAborted();
    const { method, path, body } = request;
    if (path === MODELS) return method === "GET" ? listModels(this.#house.names) : this.#refuse(WRONG_METHOD);
    if (path !== CHAT) return this.#refuse(NO_ADDRESS);
    if (method !== "POST") return this.#refuse(WRONG_METHOD);
    const { requestBytes } = this.#house.options;
    if (Buffer.byteLength(body) > requestBytes) {
      return this.#refuse({ status: 413, code: "too_large", message: `a request has at most ${requestBytes} bytes` });
    }
    const chat = readRequest(body);
    if (typeof chat === "string") return this.#refuse({ status: 400, code: "invalid_request", message: chat });
    const endpoint = this.#house.find(chat.model);
    if (endpoint === undefined) {
      const message = `the model "${chat.model?.slice(0, 100)}" is not allowed; allowed: ${this.#house.names.join(", ")}`;
      return this.#refuse({ status: 404, code: "model_not_found", message });
    }
    const answering = this.#answer(endpoint, chat, request.case, signal);
    this.#track(answering);
    return answering;
  }

  close(): Promise<GatewayReport> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<GatewayReport> {
    this.#stop.abort(new Error("the execution has ended"));
    while (this.#open.size > 0) await Promise.allSettled(this.#open);
    // The candidate's time ran out while the provider was asked again and again: that is not the candidate's fault.
    if (this.#failing !== undefined) this.#report.meet({ kind: "unavailable", reason: this.#failing });
    return this.#report.close();
  }

  async #answer(
    endpoint: Endpoint,
    chat: ChatRequest,
    position: number | undefined,
    asker: AbortSignal,
  ): Promise<GatewayResponse> {
    const { trouble } = this.#report;
    if (trouble !== undefined || this.#stop.signal.aborted) return refuse(standsStill(trouble?.reason));
    const signal = AbortSignal.any([asker, this.#stop.signal]);
    // What the candidate asked, whatever the caps leave of it: names the answer in memory and in the recording.
    const asked = toUpstream(endpoint, chat, Math.min(chat.maxTokens, endpoint.maxOutputTokens));
    const name = canonical({ method: "POST", path: CHAT, body: asked.body });
    const scope = `${this.#who.seed}/${this.#occurrence(name)}`;
    const call: Call = { at: this.#requests++, position, upstream: asked, askedAt: new Date().toISOString() };
    let admission: Admission | string | undefined;
    try {
      admission = await this.#account.admit(wishOf(asked), signal);
      if (typeof admission === "string") {
        return this.#refuse({ status: 429, code: "cap_reached", message: `the experiment's caps: ${admission}` });
      }
      const { outputTokens } = admission;
      if (outputTokens < asked.outputTokens) call.upstream = toUpstream(endpoint, chat, outputTokens);
      const ask = (): Promise<Relay> => this.#ask(call, scope, signal);
      const { relay, remembered } = await this.#house.memory.recall(JSON.stringify([scope, name]), ask, signal);
      this.#track(this.#settle(relay, call, admission, remembered));
      return { status: relay.status, contentType: relay.contentType, body: bodyOf(relay, chat, signal) };
    } catch (error) {
      if (typeof admission === "object") admission.settle(call.lost ?? NOTHING);
      if (asker.aborted) throw asker.reason;
      return refuse(standsStill(this.#stop.signal.aborted ? undefined : this.#meet(error, call)));
    }
  }

  #occurrence(name: string): number {
    const occurrence = this.#occurrences.get(name) ?? 0;
    this.#occurrences.set(name, occurrence + 1);
    return occurrence;
  }

  /** Asks a provider, with money that was set aside for it. */
  async #ask(call: Call, scope: string, signal: AbortSignal): Promise<Relay> {
    const { upstream } = call;
    const { endpoint, body, outputTokens } = upstream;
    const most = mostThatItCosts(endpoint, body, outputTokens) ?? 0;
    const reservation = await this.#house.money.reserve(this.#who.purse, most, signal);
    if (reservation === null) {
      throw new Unaffordable(`a call of ${endpoint.model} may cost ${most.toFixed(6)} USD, and less is left`);
    }
    let line: Line | undefined;
    let wasted = 0;
    const broke = new AbortController();
    // An answer that cannot be used is paid like any other, and the next one needs money of its own.
    const onWaste = (): void => {
      const more = this.#who.purse.reserve(most);
      if (more === null) broke.abort(new Unaffordable(`another call of ${endpoint.model} may cost more than is left`));
      more?.settle(most);
      wasted += more === null ? 0 : most;
    };
    try {
      const relay = await askProvider(upstream, this.#house.transportTo(endpoint), this.#house.keyFor(endpoint), {
        scope,
        signal: AbortSignal.any([signal, broke.signal]),
        begun: (opened) => (line = opened),
        onWaste,
      });
      this.#failing = undefined;
      this.#track(relay.ended.then((answered) => reservation.settle(useOf(upstream, answered).usd - wasted)));
      return relay;
    } catch (error) {
      if (broke.signal.aborted) {
        // What was wasted last is paid from what was set aside for it.
        reservation.settle(most);
        throw broke.signal.reason;
      }
      const failing = line?.failing();
      if (signal.aborted) this.#failing = failing;
      if (signal.aborted && failing === undefined) {
        // The provider is at work on an answer that nobody waits for any more, and will want to be paid for it.
        call.lost = { ...mostTokens(body, outputTokens), usd: most };
        this.#keep(call, withoutAnswer(call, "its asker left before it came"), true);
      }
      reservation.settle(call.lost?.usd ?? 0);
      throw error;
    }
  }

  /** When the answer is whole: counts what it used, and keeps it. */
  async #settle(relay: Relay, call: Call, admission: Admission, remembered: boolean): Promise<void> {
    const answered = await relay.ended;
    const use = useOf(call.upstream, answered);
    admission.settle(use);
    const again = remembered ? { replayed: true as const, retries: 0 } : {};
    this.#keep(call, { ...answered, usage: use, ...again }, !remembered);
  }

  #keep({ upstream: { endpoint, body }, at, position }: Call, answered: Answered, paid: boolean): void {
    const { redactor } = this.#house;
    this.#report.add(at, toExchange({ endpoint, request: body, answered, redactor, case: position }), paid);
  }

  /** Tells what went wrong on the way to the provider; none of it is the candidate's fault. */
  #meet(error: unknown, call: Call): string {
    if (error instanceof Unaffordable) {
      this.#report.meet({ kind: "unaffordable", reason: error.message });
      return error.message;
    }
    const reason =
      error instanceof UnavailableError ? error.reason : error instanceof Error ? error.message : String(error);
    const missing = error instanceof PawlError && error.code === "PAWL_MODEL_NOT_RECORDED";
    const { model } = call.upstream.endpoint;
    this.#report.meet({ kind: missing ? "not-recorded" : "unavailable", reason: `${model}: ${reason}` });
    this.#keep(call, withoutAnswer(call, reason), false);
    return reason;
  }

  #refuse(refusal: Refusal): GatewayResponse {
    this.#report.refuse();
    return refuse(refusal);
  }

  #track(promise: Promise<unknown>): void {
    const tracked = promise.catch(() => undefined).finally(() => this.#open.delete(tracked));
    this.#open.add(tracked);
  }
}

/** One call, on its way. */
interface Call {
  /** Position among the calls of the execution. */
  readonly at: number;
  /** The case that it is made for. */
  readonly position: number | undefined;
  /** When it was made, in ISO 8601. */
  readonly askedAt: string;
  upstream: Upstream;
  /** What it may have used although no answer came. */
  lost?: TokenUse & { usd: number };
}

class Unaffordable extends Error {}

const NOTHING = { inputTokens: 0, outputTokens: 0, usd: 0 };
const NO_ADDRESS = { status: 404, code: "not_found", message: `there are ${CHAT} and ${MODELS}` } as const;
const WRONG_METHOD = { status: 405, code: "method_not_allowed", message: `POST ${CHAT}, or GET ${MODELS}` } as const;

function standsStill(reason = "the execution has ended"): Refusal {
  return { status: 503, code: "unavailable", message: reason };
}

/** What is kept of a call that nothing came of. */
function withoutAnswer({ askedAt: at, lost }: Call, reason: string): Answered {
  const usage = lost === undefined ? {} : { usage: lost };
  return { status: 0, contentType: "text/plain", text: reason, at, wallMs: 0, retries: 0, ...usage };
}
