/**
 * Takes apart what the daemon sends of an attached container: eight bytes (stream, three zeros, length, big endian), then
 * so many bytes of that stream. See the Engine API, `POST /containers/{id}/attach`. Nothing is held back or gathered.
 */
export class Demux {
  readonly #onData: (stream: "stdout" | "stderr", chunk: Buffer) => void;
  #header = Buffer.alloc(0);
  #left = 0;
  #stream: "stdout" | "stderr" = "stdout";

  constructor(onData: (stream: "stdout" | "stderr", chunk: Buffer) => void) {
    this.#onData = onData;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) {
        const missing = 8 - this.#header.length;
        this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#header.length < 8) return;
        this.#stream = this.#header[0] === 2 ? "stderr" : "stdout";
        this.#left = this.#header.readUInt32BE(4);
        this.#header = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, this.#left);
      rest = rest.subarray(part.length);
      this.#left -= part.length;
      this.#onData(this.#stream, part);
    }
  }
}
