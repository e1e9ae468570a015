import type { Answered } from "@pawl/model";
import { Bell } from "./bell.ts";

/**
 * An answer on its way: it is read from the provider as fast as it comes, and handed on to whoever wants it, at once or
 * later, any number of times.
 */
export class Relay {
  readonly status: number;
  readonly contentType: string;
  /** Settles when the last piece is there: what it was, whole or not. */
  readonly ended: Promise<Answered>;
  readonly #pieces: string[] = [];
  #over: Error | true | undefined;
  readonly #news = new Bell();

  /** @param ended tells of the answer when all of `response` has been read, or no more comes */
  constructor(response: Response, ended: Promise<Answered>) {
    this.status = response.status;
    this.contentType = response.headers.get("content-type") ?? "application/json";
    this.ended = ended;
    void this.#pump(response);
  }

  async #pump({ body }: Response): Promise<void> {
    const decoder = new TextDecoder();
    try {
      if (body !== null) {
        for await (const chunk of body) {
          this.#pieces.push(decoder.decode(chunk));
          this.#news.ring();
        }
      }
      this.#over = true;
    } catch (error) {
      this.#over = error instanceof Error ? error : new Error(String(error));
    }
    this.#news.ring();
  }

  /** The body from its beginning, as it comes. Ends early when `signal` aborts; rejects where the answer breaks off. */
  async *read(signal: AbortSignal): AsyncGenerator<string> {
    for (let at = 0; !signal.aborted; at += 1) {
      while (at >= this.#pieces.length) {
        if (this.#over === true || signal.aborted) return;
        if (this.#over !== undefined) throw this.#over;
        await this.#news.heard(signal);
      }
      yield this.#pieces[at]!;
    }
  }
}
