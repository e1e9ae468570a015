/**
 * The wire between the engine and a child: eight bytes (length of the header, length of the body, big endian), the
 * header as JSON, then the body as raw bytes. Bulk text, such as inputs and outputs, travels as a body so that it is
 * neither escaped nor parsed twice.
 */
const PREFIX_BYTES = 8;

/** One message, not yet checked for meaning. */
export interface Frame {
  readonly header: unknown;
  readonly body: Buffer;
}

/** Why a stream of bytes was refused. */
export class FrameError extends Error {
  readonly kind: "malformed" | "header-too-large" | "body-too-large";

  constructor(kind: FrameError["kind"], message: string) {
    super(message);
    this.name = "FrameError";
    this.kind = kind;
  }
}

/** Caps of what a reader accepts, in bytes. They are read for each frame, so they may change between frames. */
export interface FrameCaps {
  headerBytes: number;
  bodyBytes: number;
}

const EMPTY = Buffer.alloc(0);

/** Encodes a frame as the chunks to be written, without copying the body. */
export function encodeFrame(header: unknown, body: Buffer = EMPTY): Buffer[] {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  return body.length === 0 ? [prefix, text] : [prefix, text, body];
}

/** Cuts a stream of bytes into frames. Refuses a frame as soon as its announced size is over a cap. */
export class FrameReader {
  readonly #caps: FrameCaps;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #lengths: { header: number; body: number } | undefined;

  constructor(caps: FrameCaps) {
    this.#caps = caps;
  }

  /**
   * Takes the next bytes and yields the frames that they complete.
   * @throws FrameError, after which the reader must not be used again.
   */
  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    for (;;) {
      if (this.#lengths === undefined) {
        if (this.#buffered < PREFIX_BYTES) return;
        const prefix = this.#take(PREFIX_BYTES);
        this.#lengths = { header: prefix.readUInt32BE(0), body: prefix.readUInt32BE(4) };
        this.#checkLengths(this.#lengths);
      }
      const { header, body } = this.#lengths;
      if (this.#buffered < header + body) return;
      this.#lengths = undefined;
      yield { header: parseHeader(this.#take(header)), body: this.#take(body) };
    }
  }

  #checkLengths({ header, body }: { header: number; body: number }): void {
    if (header > this.#caps.headerBytes) {
      throw new FrameError("header-too-large", `a header of ${header} bytes is over ${this.#caps.headerBytes}`);
    }
    if (body > this.#caps.bodyBytes) {
      throw new FrameError("body-too-large", `a body of ${body} bytes is over ${this.#caps.bodyBytes}`);
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
    throw new FrameError("malformed", "a header is not JSON");
  }
}
