import { leb } from "../module/bytes.ts";

/** Writes modules by hand, in the binary format: what no compiler would write, a hostile author can. */

export const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
export const vector = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
export const name = (text: string): number[] => vector(bytesOf(text).map((byte) => [byte]));
export const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];
export const module = (...sections: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
export const memory = (...limits: readonly number[]): number[] => section(5, vector([limits]));

export const I32 = 0x7f;
export const I64 = 0x7e;

/** A signed integer as LEB128, as constants in code are written. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ;) {
    const low = left & 0x7f;
    left >>= 7;
    const last = (left === 0 && (low & 0x40) === 0) || (left === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

export const constant = (value: number): number[] => [0x41, ...signed(value)];
export const DROP = 0x1a;
/** Code that is done again and again. */
export const forever = (...body: readonly number[]): number[] => [0x03, 0x40, ...body, 0x0c, 0, 0x0b];

/** A function that the program imports from WASI. */
export interface Import {
  readonly name: string;
  readonly params: readonly number[];
  readonly results?: readonly number[];
}

export interface CommandParts {
  /** Called by their place in this list. */
  readonly imports?: readonly Import[];
  /** Body of `_start`, without its end. Its own index is that behind the imports. */
  readonly body?: readonly number[];
  /** The memory's limits. Default: one page, and as many as there may be. */
  readonly limits?: readonly number[];
  readonly locals?: readonly (readonly number[])[];
  /** Sections between memory and code, and behind it. */
  readonly before?: readonly (readonly number[])[];
  readonly after?: readonly (readonly number[])[];
  /** Exports beside the memory and `_start`. */
  readonly exported?: readonly (readonly number[])[];
  readonly tables?: readonly (readonly number[])[];
}

/** A WASI command of one function. */
export function command({
  imports = [],
  body = [],
  limits = [0, 1],
  locals = [],
  before = [],
  after = [],
  exported = [],
  tables,
}: CommandParts): Uint8Array {
  const types = [
    [0x60, 0, 0],
    ...imports.map(({ params, results = [I32] }) => [
      0x60,
      ...vector(params.map((type) => [type])),
      ...vector(results.map((type) => [type])),
    ]),
  ];
  const imported = imports.map((each, i) => [...name("wasi_snapshot_preview1"), ...name(each.name), 0, ...leb(i + 1)]);
  const code = [...vector(locals), ...body, 0x0b];
  const own = imports.length;
  return module(
    section(1, vector(types)),
    section(2, vector(imported)),
    section(3, vector([[0]])),
    ...(tables === undefined ? [] : [section(4, vector(tables))]),
    memory(...limits),
    section(7, vector([[...name("memory"), 2, 0], [...name("_start"), 0, ...leb(own)], ...exported])),
    ...before,
    section(10, vector([[...leb(code.length), ...code]])),
    ...after,
  );
}
