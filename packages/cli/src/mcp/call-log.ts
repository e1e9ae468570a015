import { type Json, cleanText } from "@pawl/core";

/** Calls that are kept between two proposals, and characters of each. */
const MOST_CALLS = 100;
const CHARACTERS = 2_000;

/** What the client did on the way to its next proposal: kept with that as its trace. */
export class CallLog {
  #calls: { readonly tool: string; readonly input: string }[] = [];
  #left = 0;

  add(tool: string, input: unknown): void {
    // What a proposal says is kept as the proposal.
    if (tool === "propose") return;
    if (this.#calls.length === MOST_CALLS) {
      this.#calls.shift();
      this.#left += 1;
    }
    const plain = cleanText(JSON.stringify(input ?? {}), { maxCharacters: CHARACTERS });
    this.#calls.push({ tool, input: plain });
  }

  /** Everything since it was taken last. */
  take(): Json {
    const taken = { calls: this.#calls, ...(this.#left === 0 ? {} : { leftOut: this.#left }) };
    this.#calls = [];
    this.#left = 0;
    return taken;
  }
}
