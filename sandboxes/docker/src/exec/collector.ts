/** How a program ended, as the script in the container tells it. */
export interface Ended {
  readonly code: number;
  /** Everything that the program wrote to stdout. */
  readonly stdout: Buffer;
}

/** Digits of an exit code, and some. */
const CODE_BYTES = 8;

/** Gathers stdout up to the mark that the start script writes behind it. */
export class Collector {
  readonly #mark: Buffer;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #tail = Buffer.alloc(0);

  constructor(mark: string) {
    this.#mark = Buffer.from(`\n${mark} `);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the next bytes; tells the end once the mark and the code are complete. */
  push(chunk: Buffer): Ended | undefined {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // Only the end of what came before can hold the start of the mark.
    const window = Buffer.concat([this.#tail, chunk]);
    const at = window.indexOf(this.#mark);
    if (at >= 0) {
      const code = /^(\d{1,4})\n/.exec(
        window.toString("latin1", at + this.#mark.length, at + this.#mark.length + CODE_BYTES),
      );
      if (code !== null) {
        const end = this.#bytes - window.length + at;
        return { code: Number(code[1]), stdout: Buffer.concat(this.#chunks).subarray(0, end) };
      }
    }
    this.#tail = window.subarray(Math.max(0, window.length - this.#mark.length - CODE_BYTES));
    return undefined;
  }

  /** The beginning, as text, for those who want to see what was printed. */
  text(characters: number): string {
    return printedText(this.#chunks, characters);
  }
}

/** The first characters of some bytes. */
export function printedText(chunks: readonly Buffer[], characters: number): string {
  // A character is at most four bytes.
  const bytes = Buffer.concat(chunks).subarray(0, 4 * characters);
  return bytes.toString("utf8").slice(0, characters);
}
