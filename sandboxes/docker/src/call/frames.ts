/**
 * The wire between the engine and the runner in a container: eight bytes (length of the header, length of the body, big
 * endian), the header as JSON, then the body as raw bytes. Bulk text travels as a body, so that it is neither escaped nor
 * parsed twice.
 */
const PREFIX_BYTES = 8;

/** One message, not yet checked for meaning. */
export interface Frame {
  readonly header: unknown;
  readonly body: Buffer;
}

/** Why a stream of bytes was refused. */
export class FrameError extends Error {
  readonly kind: "malformed" | "too-large";

  constructor(kind: FrameError["kind"], message: string) {
    super(message);
    this.name = "FrameError";
    this.kind = kind;
  }
}

/** Encodes a frame as the chunks to be written, without copying the body. */
export function encodeFrame(header: unknown, body: Buffer): Buffer[] {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  return [prefix, text, body];
}

/** Cuts a stream of bytes into frames. Refuses a frame as soon as its announced size is over a cap. */
export class FrameReader {
  readonly #headerBytes: number;
  readonly #bodyBytes: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #lengths: { header: number; body: number } | undefined;

  constructor(caps: { headerBytes: number; bodyBytes: number }) {
    this.#headerBytes = caps.headerBytes;
    this.#bodyBytes = caps.bodyBytes;
  }

  /**
   * Takes the next bytes and returns the frames that they complete.
   * @throws FrameError, after which the reader must not be used again.
   */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.#lengths === undefined) {
        if (this.#buffered < PREFIX_BYTES) return frames;
        const prefix = this.#take(PREFIX_BYTES);
        const lengths = { header: prefix.readUInt32BE(0), body: prefix.readUInt32BE(4) };
        if (lengths.header > this.#headerBytes)
          throw new FrameError("malformed", `a header of ${lengths.header} bytes`);
        if (lengths.body > this.#bodyBytes) throw new FrameError("too-large", `a body of ${lengths.body} bytes`);
        this.#lengths = lengths;
      }
      const { header, body } = this.#lengths;
      if (this.#buffered < header + body) return frames;
      frames.push({ header: parseHeader(this.#take(header)), body: this.#take(body) });
      this.#lengths = undefined;
    }
  }

  #take(length: number): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#buffered);
    const rest = all.subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered -= length;
    return all.subarray(0, length);
  }
}

function parseHeader(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new FrameError("malformed", "a header that is not JSON");
  }
}
