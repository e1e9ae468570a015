import type { TokenUse } from "@pawl/model";
import { Bell } from "./bell.ts";
import type { Caps } from "./options.ts";

/** What a call may use at most. */
export interface Wish {
  readonly inputTokens: number;
  /** Tokens that the answer may have, unless the caps leave less. */
  readonly outputTokens: number;
  /** Price of the input, and of a token of the answer, in US dollars: the highest that they can be. */
  readonly inputUsd: number;
  readonly usdPerOutputToken: number;
}

/** Room for one call. */
export interface Admission {
  /** Tokens that the answer may have. */
  readonly outputTokens: number;
  /** Says what was used, and gives the rest back. Once; later calls change nothing. */
  settle(use: TokenUse & { readonly usd: number }): void;
}

/** Calls that may wait for their turn. */
const WAITING = 256;

/** The caps of one experiment, and what it has used of them. Calls are let in one after the other, in their order. */
export class Account {
  readonly #caps: Caps;
  readonly #used = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 };
  /** What calls under way may use. */
  readonly #open = new Set<{ inputTokens: number; outputTokens: number; usd: number }>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #settled = new Bell();

  constructor(caps: Caps) {
    this.#caps = caps;
  }

  /**
   * Waits until a call may be made. A text says which cap is in its way. What is under way may give room back, so nothing
   * is refused for it before it has ended: what is refused does not hang on who was faster.
   */
  async admit(wish: Wish, signal: AbortSignal): Promise<Admission | string> {
    if (this.#waiting >= WAITING) return `${WAITING} calls are waiting already`;
    this.#waiting += 1;
    const before = this.#turn;
    const turn = before.then(() => this.#enter(wish, signal));
    this.#turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #enter(wish: Wish, signal: AbortSignal): Promise<Admission | string> {
    const { calls, concurrency } = this.#caps;
    for (;;) {
      signal.throwIfAborted();
      if (this.#used.calls >= calls) return `no more than ${calls} calls`;
      const room = this.#room(wish);
      const crowded = this.#open.size >= concurrency;
      if (!crowded && room === wish.outputTokens) return this.#begin(wish, room);
      if (this.#open.size === 0) return typeof room === "string" ? room : this.#begin(wish, room);
      await this.#settled.heard(signal);
    }
  }

  /** Tokens that the answer may have, or the cap that leaves none. */
  #room({ inputTokens, outputTokens, inputUsd, usdPerOutputToken }: Wish): number | string {
    const caps = this.#caps;
    const left = { ...this.#used };
    for (const each of this.#open) {
      left.inputTokens += each.inputTokens;
      left.outputTokens += each.outputTokens;
      left.usd += each.usd;
    }
    if (left.inputTokens + inputTokens > caps.inputTokens) return `no more than ${caps.inputTokens} input tokens`;
    const usdLeft = caps.usd === undefined ? Number.POSITIVE_INFINITY : caps.usd - left.usd - inputUsd;
    const affordable = usdPerOutputToken === 0 ? Number.POSITIVE_INFINITY : Math.floor(usdLeft / usdPerOutputToken);
    if (usdLeft < 0 || affordable < 1) return `no more than ${caps.usd} USD`;
    const room = Math.min(outputTokens, caps.outputTokens - left.outputTokens, affordable);
    return room < 1 ? `no more than ${caps.outputTokens} output tokens` : room;
  }

  #begin({ inputTokens, inputUsd, usdPerOutputToken }: Wish, outputTokens: number): Admission {
    const entry = { inputTokens, outputTokens, usd: inputUsd + outputTokens * usdPerOutputToken };
    this.#open.add(entry);
    this.#used.calls += 1;
    return {
      outputTokens,
      settle: (use) => {
        if (!this.#open.delete(entry)) return;
        this.#used.inputTokens += use.inputTokens;
        this.#used.outputTokens += use.outputTokens;
        this.#used.usd += use.usd;
        this.#settled.ring();
      },
    };
  }
}
