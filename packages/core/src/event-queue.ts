/**
 * Turns pushed events into an async iteration. Nothing is kept before somebody iterates, so that an engine whose
 * events nobody reads does not hold a night of them in memory.
 */
export class EventQueue<T> {
  #waiting: T[] | undefined;
  #wake: (() => void) | undefined;
  #end: { readonly error?: unknown } | undefined;

  push(item: T): void {
    this.#waiting?.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#end = {};
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#end = { error };
    this.#wake?.();
  }

  /** `abandon` is called when the reader leaves before the end. */
  iterate(abandon: () => void): AsyncIterator<T> {
    this.#waiting = [];
    return this.#read(abandon);
  }

  async *#read(abandon: () => void): AsyncGenerator<T, undefined> {
    let complete = false;
    try {
      for (;;) {
        const items = this.#waiting?.splice(0) ?? [];
        yield* items;
        if (items.length > 0) continue;
        if (this.#end !== undefined) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      complete = true;
      if ("error" in this.#end) throw this.#end.error;
    } finally {
      if (!complete) abandon();
      this.#waiting = undefined;
    }
    return undefined;
  }
}
