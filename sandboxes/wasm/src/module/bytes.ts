/** Reads the WebAssembly binary format: little-endian numbers, LEB128 integers, and vectors. */

/** The module is not what it should be, with the place. Becomes an outcome of the candidate. */
export class ModuleError extends Error {
  readonly kind: "malformed" | "refused" | "too-large";

  constructor(kind: ModuleError["kind"], message: string) {
    super(message);
    this.name = "ModuleError";
    this.kind = kind;
  }
}

export class Reader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get done(): boolean {
    return this.offset >= this.end;
  }

  byte(): number {
    if (this.offset >= this.end) throw new ModuleError("malformed", "the module ends in the middle of something");
    return this.bytes[this.offset++]!;
  }

  skip(count: number): void {
    if (count > this.end - this.offset) {
      throw new ModuleError("malformed", "the module ends in the middle of something");
    }
    this.offset += count;
  }

  /** An unsigned integer of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) !== 0) continue;
      if (value > 0xffff_ffff) break;
      return value;
    }
    throw new ModuleError("malformed", "a number is larger than 32 bits");
  }

  /** Steps over an integer of up to 64 bits, whatever its sign. */
  skipInteger(): void {
    for (let i = 0; i < 10; i++) if ((this.byte() & 0x80) === 0) return;
    throw new ModuleError("malformed", "a number is larger than 64 bits");
  }

  /** A part of the bytes, as long as the number in front of it says. */
  part(): Reader {
    const length = this.u32();
    const start = this.offset;
    this.skip(length);
    return new Reader(this.bytes, start, this.offset);
  }

  name(): string {
    const { offset, end } = this.part();
    return new TextDecoder().decode(this.bytes.subarray(offset, end));
  }

  /** What has not been read yet. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.offset, this.end);
  }
}

/** An unsigned integer as LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return bytes;
}

/** A vector's or a section's bytes after their length. */
export function sized(chunks: readonly Uint8Array[]): Uint8Array[] {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  return [Uint8Array.from(leb(length)), ...chunks];
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
