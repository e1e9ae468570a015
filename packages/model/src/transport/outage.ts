import type { Notice } from "@pawl/plugin";

/** Waiting that is not worth a word, in milliseconds. */
const SHORT_MS = 5_000;

/** Tells a person once that a provider does not answer, and once that it does again, however many calls wait. */
export class Outage {
  readonly #name: string;
  readonly #notify: ((notice: Notice) => void) | undefined;
  #since: number | undefined;
  #told = false;

  /** @param name of the model, or whatever is asked */
  constructor(name: string, notify: ((notice: Notice) => void) | undefined) {
    this.#name = name;
    this.#notify = notify;
  }

  /** A call has failed `failures` times in a row, and is made again in `waitMs`. */
  waits(reason: string, failures: number, waitMs: number): void {
    this.#since ??= Date.now();
    if (this.#told || (failures < 3 && waitMs < SHORT_MS)) return;
    this.#told = true;
    this.#notify?.({ kind: "waiting", message: `${this.#name} does not answer (${reason}); it is asked again` });
  }

  /** A call was answered. */
  isOver(): void {
    if (this.#told) {
      const seconds = Math.round((Date.now() - (this.#since ?? Date.now())) / 1_000);
      this.#notify?.({ kind: "resumed", message: `${this.#name} answers again after ${seconds} s` });
    }
    this.#told = false;
    this.#since = undefined;
  }
}
