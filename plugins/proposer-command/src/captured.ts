const HEAD_BYTES = 16_384;
const TAIL_BYTES = 131_072;

/** The first and the last bytes of a stream; what is between them is counted and let go. */
export class Captured {
  readonly #head: Buffer[] = [];
  #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const room = HEAD_BYTES - this.#headBytes;
    const first = chunk.subarray(0, Math.max(0, room));
    if (first.length > 0) {
      this.#head.push(Buffer.from(first));
      this.#headBytes += first.length;
    }
    const rest = chunk.subarray(first.length);
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    // Trimmed in large steps, so that a step costs nothing on average.
    if (this.#tailBytes > 4 * TAIL_BYTES) this.#trim();
  }

  /** How many bytes there were. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What was kept. Bytes that are no UTF-8 are replaced. */
  text(): string {
    this.#trim();
    const left = this.#bytes - this.#headBytes - this.#tailBytes;
    const tail = Buffer.concat(this.#tail);
    if (left === 0) return Buffer.concat([...this.#head, tail]).toString("utf8");
    return `${Buffer.concat(this.#head).toString("utf8")}\n[… ${left} bytes left out …]\n${tail.toString("utf8")}`;
  }

  #trim(): void {
    if (this.#tailBytes <= TAIL_BYTES) return;
    const tail = Buffer.from(Buffer.concat(this.#tail).subarray(-TAIL_BYTES));
    this.#tail = [tail];
    this.#tailBytes = tail.length;
  }
}
