import type { Relay } from "./relay.ts";

/** Characters of answers that are remembered; the longest unused are forgotten first. */
const CHARACTERS = 268_435_456;

interface Remembered {
  /** `undefined`: there was none that could be used by anyone else. */
  readonly relay: Promise<Relay | undefined>;
  characters: number;
}

/**
 * Answers of this run. Whoever asks the same again, with the same seed and as often as before, gets the same answer: what
 * gates run again costs nothing, and candidates are compared under the same luck.
 */
export class Memory {
  readonly #known = new Map<string, Remembered>();
  #characters = 0;

  /**
   * The answer to `key`, from memory or by asking.
   * @param ask is called where nobody else is asking; whatever it throws is thrown
   */
  async recall(
    key: string,
    ask: () => Promise<Relay>,
    signal: AbortSignal,
  ): Promise<{ readonly relay: Relay; readonly remembered: boolean }> {
    for (;;) {
      const known = this.#known.get(key);
      if (known === undefined) return { relay: await this.#learn(key, ask), remembered: false };
      this.#known.delete(key);
      this.#known.set(key, known);
      const relay = await unlessAborted(known.relay, signal);
      if (relay !== undefined) return { relay, remembered: true };
    }
  }

  async #learn(key: string, ask: () => Promise<Relay>): Promise<Relay> {
    const asked = ask();
    // Others wait for the whole answer: one that its asker leaves is theirs to ask for again.
    const whole = asked.then(
      async (relay) => {
        const { broken, text, status } = await relay.ended;
        if (broken !== undefined || status >= 500) return undefined;
        entry.characters = text.length;
        this.#characters += text.length;
        this.#forget();
        return relay;
      },
      () => undefined,
    );
    const entry: Remembered = { relay: whole, characters: 0 };
    this.#known.set(key, entry);
    void whole.then((relay) => {
      if (relay === undefined && this.#known.get(key) === entry) this.#known.delete(key);
    });
    return asked;
  }

  #forget(): void {
    for (const [key, { characters }] of this.#known) {
      if (this.#characters <= CHARACTERS) return;
      if (characters === 0) continue;
      this.#known.delete(key);
      this.#characters -= characters;
    }
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
