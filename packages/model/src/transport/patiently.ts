import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { UnavailableError } from "../unavailable.ts";
import { type Attempt, attempt } from "./attempt.ts";
import type { Outage } from "./outage.ts";

/** How long, and how often, a provider that does not answer is asked again. */
export const patienceSchema = z.strictObject({
  /** From a call's first failure until it is given up, in milliseconds. */
  patienceMs: z.int().nonnegative().default(600_000),
  /** The first wait, in milliseconds. Each further one is twice as long. */
  firstWaitMs: z.int().min(1).default(1_000),
  /** The longest wait, in milliseconds; what the provider asks for may be longer. */
  longestWaitMs: z.int().min(1).default(60_000),
});
export type Patience = z.output<typeof patienceSchema>;

/** An answer, how often it was asked for again, and how many answers had begun before it and could not be used. */
export type Answer = Extract<Attempt, { kind: "answer" }> & { readonly retries: number; readonly wasted: number };

/** How it goes. */
export interface Trying {
  /** Why the last attempt failed; `undefined` after an answer. */
  failure: string | undefined;
  /** Called before a question is asked again whose answer had begun and cannot be used: both will have to be paid. */
  readonly onWaste: () => void;
}

/**
 * Asks until there is an answer. Waits grow exponentially and are spread at random, so that calls which failed together do
 * not come back together.
 * @throws UnavailableError when patience is over
 */
export async function askPatiently(
  { url, init, signal, timeoutMs }: { url: string; init: RequestInit; signal: AbortSignal; timeoutMs: number },
  patience: Patience,
  outage: Outage,
  trying: Trying,
): Promise<Answer> {
  let givenUpAt: number | undefined;
  let wasted = 0;
  for (let retries = 0; ; retries += 1) {
    const tried = await attempt(url, init, signal, timeoutMs);
    if (tried.kind === "answer") {
      trying.failure = undefined;
      outage.isOver();
      return { ...tried, retries, wasted };
    }
    trying.failure = tried.reason;
    if (tried.kind === "refused") throw new UnavailableError(tried.reason);
    if (tried.begun) {
      wasted += 1;
      trying.onWaste();
      signal.throwIfAborted();
    }
    givenUpAt ??= performance.now() + patience.patienceMs;
    const backoff = Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** retries) * (0.5 + Math.random() / 2);
    const waitMs = Math.max(tried.retryAfterMs ?? 0, backoff);
    if (performance.now() + waitMs > givenUpAt) throw new UnavailableError(tried.reason);
    outage.waits(tried.reason, retries + 1, waitMs);
    await sleep(waitMs, undefined, { signal });
  }
}
