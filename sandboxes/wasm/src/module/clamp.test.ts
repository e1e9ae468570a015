import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, memory, module, name, section, vector } from "../test/binary.ts";
import { leb, ModuleError, Reader } from "./bytes.ts";
import { BEGIN, clampModule, REFUSED } from "./clamp.ts";

const CAPS = { pages: 16, tableEntries: 100 };
/** A module with one function `grow(i32): i32` of this body, and one that calls nothing. */
const growing = (limits: readonly number[], body: readonly number[]): Uint8Array =>
  module(
    section(1, vector([[0x60, 1, 0x7f, 1, 0x7f]])),
    section(3, vector([[0]])),
    memory(...limits),
    section(
      7,
      vector([
        [...name("memory"), 2, 0],
        [...name("grow"), 0, 0],
      ]),
    ),
    section(10, vector([[...leb(body.length + 2), 0, ...body, 0x0b]])),
  );
const GROW = [0x20, 0, 0x40, 0];

function open(
  bytes: Uint8Array,
  caps = CAPS,
): { memory: WebAssembly.Memory; grow: (pages: number) => number; refused: () => number } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(clampModule(bytes, caps)));
  const found = exports as unknown as { memory: WebAssembly.Memory; grow: (pages: number) => number };
  return { ...found, refused: () => (exports[REFUSED] as WebAssembly.Global).value as number };
}

describe("memory", () => {
  test.each([
    ["without a maximum", [0, 1]],
    ["with a large maximum", [1, 1, ...leb(65_536)]],
  ])("%s is capped, for the module and for the host", (_, limits) => {
    const { memory: own, grow, refused } = open(growing(limits, GROW));
    expect([grow(15), refused()]).toEqual([1, 0]);
    expect(own.buffer.byteLength).toBe(16 * 65_536);
    expect([grow(1), refused()]).toEqual([-1, 1]);
    expect(() => own.grow(1)).toThrow(RangeError);
  });

  test("with a smaller maximum keeps it", () => {
    const { grow } = open(growing([1, 1, 4], GROW));
    expect([grow(3), grow(1)]).toEqual([1, -1]);
  });

  test("a module that goes on asking is trapped", () => {
    const { grow } = open(growing([0, 1], GROW));
    for (let i = 0; i < 128; i++) expect(grow(100)).toBe(-1);
    expect(() => grow(100)).toThrow(WebAssembly.RuntimeError);
  });

  test("bytes that only look like a grow are left alone", () => {
    // i32.const 8256, whose bytes are those of the instruction; drop; then a real one.
    const { grow } = open(growing([0, 1], [0x41, 0xc0, 0x80, 0x01, 0x1a, 0x41, 0xc0, 0x00, 0x1a, ...GROW]));
    expect(grow(2)).toBe(1);
  });

  const refusals: [string, readonly number[], ModuleError["kind"], RegExp][] = [
    ["shared", memory(3, 1, 2), "refused", /shared/],
    ["64-bit", memory(4, 1), "refused", /memory64/],
    ["of unknown kind", memory(8, 1), "refused", /flags/],
    [
      "twice",
      section(
        5,
        vector([
          [0, 1],
          [0, 1],
        ]),
      ),
      "refused",
      /2 memories/,
    ],
    [
      "imported",
      section(2, vector([[...name("env"), ...name("memory"), 2, 0, 1]])),
      "refused",
      /imports its memory \(env\.memory\)/,
    ],
    ["larger than allowed", memory(0, 17), "too-large", /17 pages/],
  ];
  test.each(refusals)("%s is refused", (_, part, kind, message) => {
    expect(() => clampModule(module(part), CAPS)).toThrow(
      expect.objectContaining({ kind, message: expect.stringMatching(message) }),
    );
  });
});

describe("tables", () => {
  const table = (...limits: readonly number[]): number[] => [0x70, ...limits];
  const tables = (...all: readonly number[][]): Uint8Array =>
    module(section(4, vector(all)), section(7, vector(all.map((__, i) => [...name(`t${i}`), 1, i]))));

  test("are capped together", () => {
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(clampModule(tables(table(0, 10), table(1, 20, ...leb(1e6))), CAPS)),
    );
    const [first, second] = [exports["t0"], exports["t1"]] as unknown as WebAssembly.Table[];
    expect(() => first!.grow(71)).toThrow(RangeError);
    expect(first!.grow(70)).toBe(10);
    expect(() => second!.grow(1)).toThrow(RangeError);
  });

  test.each([
    ["imported", module(section(2, vector([[...name("env"), ...name("t"), 1, 0x70, 0, 1]]))), "refused"],
    ["too large at the start", tables(table(0, 60), table(0, 41)), "too-large"],
    ["64-bit", tables(table(4, 1)), "refused"],
  ])("%s are refused", (_, bytes, kind) => {
    expect(() => clampModule(bytes as Uint8Array, CAPS)).toThrow(expect.objectContaining({ kind }));
  });
});

describe("everything else", () => {
  test("garbage-collected types are refused: their memory cannot be capped", () => {
    const struct = module(section(1, vector([[0x5f, 1, 0x7f, 1]])));
    expect(() => clampModule(struct, CAPS)).toThrow(/garbage-collected/);
  });

  test("a start function becomes an export, to be called when the host is ready", () => {
    const starting = module(
      section(1, vector([[0x60, 0, 0]])),
      section(3, vector([[0]])),
      section(8, [0]),
      section(10, vector([[3, 0, 0x00, 0x0b]])),
    );
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(clampModule(starting, CAPS)));
    expect(() => (exports[BEGIN] as () => void)()).toThrow(WebAssembly.RuntimeError);
  });

  test("imports other than functions are refused", () => {
    const global = module(section(2, vector([[...name("env"), ...name("g"), 3, 0x7f, 0]])));
    expect(() => clampModule(global, CAPS)).toThrow(/no function/);
  });

  test.each([
    ["no module", Uint8Array.from(bytesOf("hello, world"))],
    ["a component", Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])],
    ["sections out of order", module(memory(0, 1), section(1, [0]))],
    ["a section twice", module(memory(0, 1), memory(0, 1))],
    ["a section of unknown kind", module(section(40, [0]))],
    ["a section that ends too soon", Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 200, 1])],
  ])("%s is told", (_, bytes) => {
    expect(() => clampModule(bytes, CAPS)).toThrow(ModuleError);
  });

  test("a module without any memory passes", () => {
    expect(() => new WebAssembly.Module(clampModule(module(section(1, [0])), CAPS))).not.toThrow();
  });

  const quickjs = new Uint8Array(readFileSync(new URL(import.meta.resolve("quickjs-wasi/quickjs.wasm"))));

  test("a large module stays valid, and keeps what it imports and exports", () => {
    const before = new WebAssembly.Module(quickjs as Uint8Array<ArrayBuffer>);
    const after = new WebAssembly.Module(clampModule(quickjs, { pages: 1_024, tableEntries: 65_536 }));
    expect(WebAssembly.Module.imports(after)).toEqual(WebAssembly.Module.imports(before));
    expect(WebAssembly.Module.exports(after)).toEqual([
      ...WebAssembly.Module.exports(before),
      { name: REFUSED, kind: "global" },
    ]);
  });

  test("whatever the bytes are, the cap holds or the module is refused", () => {
    const whole = growing([0, 1], GROW);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(whole.length),
        (changes, cut) => {
          const bytes = whole.slice(0, changes.length === 0 ? cut : whole.length);
          for (const [at, byte] of changes) bytes[at] = byte;
          let clamped: Uint8Array<ArrayBuffer>;
          try {
            clamped = clampModule(bytes, CAPS);
          } catch (error) {
            expect(error).toBeInstanceOf(ModuleError);
            return;
          }
          let instance: WebAssembly.Instance;
          try {
            instance = new WebAssembly.Instance(new WebAssembly.Module(clamped), {});
          } catch (error) {
            // V8 has the last word on what is valid.
            expect(error).toBeInstanceOf(Error);
            return;
          }
          for (const value of Object.values(instance.exports)) {
            if (!(value instanceof WebAssembly.Memory)) continue;
            expect(value.buffer.byteLength).toBeLessThanOrEqual(16 * 65_536);
            expect(() => value.grow(17)).toThrow(Error);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test("numbers are read as they are written", () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (value) => {
        expect(new Reader(Uint8Array.from(leb(value))).u32()).toBe(value);
      }),
    );
    expect(() => new Reader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f)).u32()).toThrow(ModuleError);
  });
});
