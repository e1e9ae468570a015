/** What a program writes, in one buffer: many small writes cost no more than a large one. */
export class Sink {
  #buffer = Buffer.alloc(4_096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written, valid until more is. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#buffer.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }
}
