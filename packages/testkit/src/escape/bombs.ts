import { escape, type EscapeProgram } from "./program.ts";

const TIME = "It must end by its limits, and the next job must be served within its own.";
const HOLD = `const all = []; let held = 0; const hold = (mb, make) => { all[all.length] = make(); held += mb; if (held > info.tooMuchMb) { say("holds " + held + " MB"); return false; } return true; };`;
const MEMORY = "Holding several times its limit would be announced.";
// A wasm module by its bytes: (module (func (loop br 0)) (start 0)).
const WASM_LOOP = "new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,8,1,0,10,9,1,7,0,3,64,12,0,11,11])";

/** Programs that want more time or memory than they are given, mostly inside of native code. */
export const BOMBS: readonly EscapeProgram[] = [
  escape("JSON nested a million deep", `Native recursion in the parser. ${TIME}`, {
    attack: `attempt(() => JSON.parse("[".repeat(1e6) + "]".repeat(1e6)));`,
  }),
  escape("a huge JSON text", `Parses text that becomes a hundred times its size. ${TIME}`, {
    attack: `attempt(() => JSON.parse("[" + "[],".repeat(3e7) + "1]").length);`,
  }),
  escape("an answer that shares itself", `A small graph that is exponential when it is written out. ${TIME}`, {
    result: `let all = ["x"]; for (let i = 0; i < 40; i++) all = [all, all]; return all;`,
  }),
  escape("an answer with accessors that share themselves", `The same, made while it is read. ${TIME}`, {
    result: `const make = (n) => n === 0 ? 1 : { get a() { return make(n - 1); }, get b() { return make(n - 1); } }; return make(60);`,
  }),
  escape("a wide answer", `Ten million entries. ${TIME}`, { result: `return new Array(1e7).fill(1);` }),
  escape("an answer with an endless length", `A list that has four billion holes. ${TIME}`, {
    result: `const all = []; all.length = 2 ** 32 - 1; return all;`,
  }),
  escape("a proxy that pretends to be a list", `Its length has no end. ${TIME}`, {
    result: `return new Proxy([], { get: (_, key) => (key === "length" ? 2 ** 53 - 1 : 1) });`,
  }),
  escape("an answer of half a gigabyte of text", `A rope that costs nothing until it is flattened. ${TIME}`, {
    result: `let s = "x".repeat(2 ** 20); for (let i = 0; i < 8; i++) s += s; return s;`,
  }),
  escape("a key of half a gigabyte", `The same, as a name. ${TIME}`, {
    result: `let s = "k".repeat(2 ** 20); for (let i = 0; i < 8; i++) s += s; return { [s]: 1 };`,
  }),
  escape("an error of half a gigabyte", `The same, as a message. ${TIME}`, {
    result: `let s = "e".repeat(2 ** 20); for (let i = 0; i < 8; i++) s += s; throw new Error(s);`,
  }),
  escape("a structured-clone bomb", `Clones graphs with cycles, accessors and shared parts. ${TIME}`, {
    attack: `if (typeof structuredClone === "function") { let all = { a: 1 }; for (let i = 0; i < 30; i++) all = { l: all, r: structuredClone(all) }; attempt(() => structuredClone(all)); } else { let text = '{"a":1}'; for (let i = 0; i < 30; i++) text = JSON.stringify({ l: JSON.parse(text), r: JSON.parse(text) }); }`,
  }),
  escape("an answer that is nested too deep to clone", `Native recursion in whatever copies it. ${TIME}`, {
    result: `let all = {}; for (let i = 0; i < 3e5; i++) all = { all }; return all;`,
  }),
  escape("an answer that holds itself", `${TIME}`, {
    result: `const all = { list: [] }; all.self = all; all.list.push(all, all.list); return all;`,
  }),
  escape(
    "a billion entries in one native call",
    `V8 does not look at its time limit there. ${TIME}`,
    { attack: `attempt(() => new Array(1e9).fill(0).length);` },
    "isolated-vm: fill ignores the timeout",
  ),
  escape("a list from an endless length", `${TIME}`, {
    attack: `attempt(() => Array.from({ length: 2 ** 32 - 1 }, () => 1)); attempt(() => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1));`,
  }),
  escape("a join of holes", `${TIME}`, {
    attack: `attempt(() => new Array(2 ** 32 - 1).join("x").length); attempt(() => new Array(2 ** 28).toString().length);`,
  }),
  escape("catastrophic backtracking", `${TIME}`, {
    attack: `/^(a+)+$/.test("a".repeat(50) + "b"); /(.*)*x/.test("a".repeat(5000)); `,
  }),
  escape("backtracking in replace and split", `${TIME}`, {
    attack: `"a".repeat(1e5).replace(/(a*)*b/g, "x"); "a".repeat(1e6).split(/(?:a|aa)+$/);`,
  }),
  escape(
    "a regular expression nested deep",
    `Native recursion in its compiler. ${TIME}`,
    {
      attack: `for (const n of [1e4, 1e5, 1e6]) attempt(() => new RegExp("(".repeat(n) + ")".repeat(n)).test("x")); attempt(() => new RegExp("(?:a{1000}){1000}{1000}").test("a".repeat(1e6)));`,
    },
    "QuickJS: stack overflows in lre_compile",
  ),
  escape("lists nested deep, made to text", `Native recursion in join. ${TIME}`, {
    attack: `let all = []; for (let i = 0; i < 1e6; i++) all = [all]; attempt(() => text(all)); attempt(() => JSON.stringify(all)); attempt(() => all.flat(Infinity));`,
  }),
  escape("a chain of proxies", `Native recursion in a lookup. ${TIME}`, {
    attack: `let all = {}; for (let i = 0; i < 3e5; i++) all = new Proxy(all, {}); attempt(() => all.x); attempt(() => "x" in all); attempt(() => all instanceof Object); attempt(() => { all.x = 1; });`,
  }),
  escape("a chain of prototypes", `${TIME}`, {
    attack: `let all = {}; for (let i = 0; i < 1e6; i++) all = Object.create(all); attempt(() => { for (let i = 0; i < 1e4; i++) void all["missing" + i]; }); attempt(() => { for (const key in all) void key; });`,
  }),
  escape("a chain of bound functions", `Native recursion in a call. ${TIME}`, {
    attack: `let f = () => 1; for (let i = 0; i < 3e5; i++) f = f.bind(null); attempt(f); attempt(() => text(f)); attempt(() => ({}) instanceof f);`,
  }),
  escape("recursion through natives", `Each level goes through a native function. ${TIME}`, {
    attack: `for (const deep of [function f() { return [1].map(f); }, function f() { return "a".replace(/a/, f); }, function f() { return JSON.stringify({ toJSON: f }); }, function f() { return new Proxy({}, { get: f }).x; }, function f() { return Reflect.apply(f, null, []); }, function f() { return [2, 1].sort(f); }, class { static [Symbol.hasInstance]() { return 1 instanceof this; } }]) attempt(() => (typeof deep === "function" && deep.prototype?.constructor === deep && /^class/.test(text(deep)) ? 1 instanceof deep : deep()));`,
  }),
  escape(
    "squares of a big integer",
    `V8 does not look at its time limit there. ${TIME}`,
    { attack: `let x = 2n ** 1000000n; for (;;) x = x * x;` },
    "isolated-vm: BigInt ignores the timeout",
  ),
  escape("a big integer as text", `${TIME}`, {
    attack: `const x = 3n ** 5000000n; void text(x); void BigInt("9".repeat(3e6)); void BigInt.asUintN(2 ** 31, -1n);`,
  }),
  escape("text that doubles", `${MEMORY} ${TIME}`, {
    attack: `let s = "x"; for (;;) { s = s + s; void s.toUpperCase().normalize("NFKD").split("").length; }`,
  }),
  escape("padding and repeating", `${TIME}`, {
    attack: `for (let i = 0; i < 200; i++) { attempt(() => "x".padEnd(2 ** 29 - 25, "yz").toUpperCase().length); attempt(() => "x".repeat(2 ** 28).replaceAll("x", "yy").length); }`,
  }),
  escape("comparing and formatting long text", `Locale work in native code. ${TIME}`, {
    attack: `const s = "é\\u0301".repeat(5e6); for (let i = 0; i < 50; i++) { attempt(() => s.localeCompare(s + i)); attempt(() => s.normalize("NFKC").length); attempt(() => s.toLocaleUpperCase("tr").length); attempt(() => new Intl.Segmenter("en").segment(s)[Symbol.iterator]().next()); }`,
  }),
  escape("sorting with a comparator that lies", `${TIME}`, {
    attack: `const all = Array.from({ length: 1e6 }, (_, i) => i); for (;;) all.sort(() => Math.random() - 0.5);`,
  }),
  escape(
    "a Map that grows",
    `In V8 it ends the whole process. ${TIME}`,
    { attack: `const m = new Map(); for (let i = 0; ; i++) m.set(i, i);` },
    "isolated-vm: filling a Map aborts the process",
  ),
  escape("a Set of symbols that grows", `${TIME}`, {
    attack: `const s = new Set(); for (let i = 0; ; i++) s.add(Symbol("s" + i));`,
  }),
  escape("closures and promises that pile up", `${TIME}`, {
    attack: `const all = []; for (;;) { const x = new Array(100).fill(0); all[all.length] = new Promise(() => x).then(() => x); }`,
  }),
  escape("arrays until memory is gone", `${MEMORY}`, {
    attack: `${HOLD} while (hold(8, () => new Array(2 ** 20).fill(1.5)));`,
  }),
  escape("buffers until memory is gone", `${MEMORY}`, {
    attack: `${HOLD} while (hold(16, () => new Uint8Array(2 ** 24).fill(1)));`,
  }),
  escape(
    "resizable buffers until memory is gone",
    `They are not counted everywhere. ${MEMORY}`,
    {
      attack: `${HOLD} while (hold(16, () => { const b = new ArrayBuffer(1, { maxByteLength: 2 ** 24 }); b.resize(2 ** 24); new Uint8Array(b).fill(1); return b; }));`,
    },
    "isolated-vm: resizable buffers bypass memoryLimit",
  ),
  escape("buffers that are handed on until memory is gone", `${MEMORY}`, {
    attack: `${HOLD} while (hold(16, () => { const b = new ArrayBuffer(1).transfer(2 ** 24); new Uint8Array(b).fill(1); return b; }));`,
  }),
  escape("shared buffers until memory is gone", `${MEMORY}`, {
    attack: `${HOLD} if (typeof SharedArrayBuffer === "function") while (hold(16, () => { const b = new SharedArrayBuffer(2 ** 24); new Uint8Array(b).fill(1); return b; }));`,
  }),
  escape(
    "wasm memory until memory is gone",
    `It is not counted everywhere. ${MEMORY}`,
    {
      attack: `${HOLD} if (typeof WebAssembly === "object") while (hold(16, () => { const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); m.grow(256); new Uint8Array(m.buffer).fill(1); return m; }));`,
    },
    "isolated-vm: WebAssembly.Memory bypasses memoryLimit",
  ),
  escape("wasm tables until memory is gone", `${TIME}`, {
    attack: `if (typeof WebAssembly === "object") { const all = []; for (;;) all.push(new WebAssembly.Table({ element: "externref", initial: 1e7 }, {})); }`,
  }),
  escape("an endless loop in wasm", `Native loops do not look at the clock of the engine. ${TIME}`, {
    attack: `if (typeof WebAssembly === "object") { const module = new WebAssembly.Module(${WASM_LOOP}); new WebAssembly.Instance(module); }`,
  }),
  escape("an endless loop in wasm, later", `The same through the asynchronous doors. ${TIME}`, {
    attack: `if (typeof WebAssembly === "object") await WebAssembly.instantiate(${WASM_LOOP});`,
  }),
  escape(
    "wasm that catches the host's exceptions",
    `Tags and imports give wasm the objects of the host. An object of another realm would be announced.`,
    {
      attack: `if (typeof WebAssembly === "object") { walk("WebAssembly", WebAssembly); tell("JSTag", WebAssembly.JSTag); for (const name of ["compileStreaming", "instantiateStreaming"]) await attemptLater(() => WebAssembly[name]?.({ then(resolve) { tell("resolve", resolve); resolve(1); } })); await attemptLater(() => WebAssembly.compile(new Uint8Array([0]))); }`,
    },
    "vm2 issue 533",
  ),
  escape(
    "a clock made of shared memory",
    `A counter in another thread is a fine clock. A counter that runs would be announced.`,
    {
      attack: `if (typeof SharedArrayBuffer === "function" && typeof Atomics === "object") { const cell = new Int32Array(new SharedArrayBuffer(4)); for (const name of ["Worker", "SharedWorker"]) if (name in globalThis) attempt(() => { const w = new globalThis[name]("data:text/javascript,onmessage=(e)=>{for(;;)e.data[0]++}"); w.postMessage(cell); }); attempt(() => Atomics.waitAsync?.(cell, 0, 0, 1)); for (let i = 0; i < 1e7; i++); if (Atomics.load(cell, 0) !== 0) say("a counter runs in another thread"); }`,
    },
  ),
  escape(
    "a fine clock",
    `Reads every clock many times. Two readings less than 20 microseconds apart would be announced.`,
    {
      attack: `const clocks = [() => performance.now(), () => Number(process.hrtime.bigint()) / 1e6, () => Number(Temporal.Now.instant().epochNanoseconds) / 1e6, () => new Event("x").timeStamp, () => Date.now()]; for (const clock of clocks) { if (attempt(clock) === undefined) continue; let last = clock(), finest = Infinity; for (let i = 0; i < 1e5; i++) { const now = clock(); if (now > last) finest = Math.min(finest, now - last); last = now; } if (finest < 0.02) say("a clock with steps of " + finest + " ms"); }`,
    },
  ),
  escape("a sleep in native code", `Waiting there looks at no time limit. ${TIME}`, {
    attack: `if (typeof Atomics === "object" && typeof SharedArrayBuffer === "function") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); else await new Promise(() => {});`,
  }),
  escape("an endless getter on the answer", `${TIME}`, { result: `return { get a() { for (;;); } };` }),
  escape("an endless conversion of what it throws", `${TIME}`, {
    result: `throw { get name() { for (;;); }, get message() { for (;;); }, get stack() { for (;;); }, toString() { for (;;); } };`,
  }),
  escape("a thenable without end", `Each one answers the next. ${TIME}`, {
    result: `const next = () => ({ then(resolve) { resolve(next()); } }); return next();`,
  }),
  escape("microtasks without end", `${TIME}`, { attack: `for (;;) await null;` }),
  escape("an iterator without end", `${TIME}`, {
    attack: `const forever = { *[Symbol.iterator]() { for (;;) yield 1; } }; attempt(() => Math.max(...forever)); attempt(() => new Set(forever)); attempt(() => Array.from(forever));`,
  }),
  escape("a loop that catches its own end", `Swallows whatever is thrown to stop it. ${TIME}`, {
    attack: `for (;;) { try { for (;;) { try { (function deep() { deep(); })(); } finally { continue; } } } catch {} }`,
  }),
  escape("printing without end", `${TIME}`, { attack: `const s = "x".repeat(1e6); for (;;) print(s, s, [s]);` }),
  escape("names without end", `Interned names are never given back by some engines. ${TIME}`, {
    attack: `const all = {}; for (let i = 0; ; i++) all["name" + i + "x".repeat(100)] = Symbol.for("registered" + i);`,
  }),
  escape("code without end", `Makes ever more code, where it can. ${TIME}`, {
    attack: `for (let i = 0; ; i++) { try { Function("return " + "1+".repeat(1e5) + i)(); } catch { break; } } for (;;) try { (0, eval)("(() => " + "[".repeat(1e5) + "]".repeat(1e5) + ")()"); } catch { break; }`,
  }),
];
