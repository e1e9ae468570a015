import { escape, type EscapeProgram } from "./program.ts";

const CANARY = "The content of the host's canary file or environment, or a knock at its port, would show.";

/** Imports, host globals, files, processes and the network. */
export const MACHINE: readonly EscapeProgram[] = [
  ...[
    "fs",
    "child_process",
    "process",
    "module",
    "worker_threads",
    "vm",
    "inspector",
    "inspector/promises",
    "os",
    "net",
    "http",
    "wasi",
    "v8",
    "sea",
    "test",
    "repl",
    "cluster",
    "async_hooks",
  ].map((name) =>
    escape(
      `import() of node:${name}`,
      `Asks the loader for a built-in module, with and without its prefix. Getting it is the escape.`,
      {
        attack: `for (const name of ["node:${name}", "${name}", "node:${name}\\u0000", "NODE:${name}"]) { const module = await attemptLater(() => import(name)); if (module !== undefined) { say("import() gives " + name); attempt(() => secret("the file", module.readFileSync?.(info.canary, "utf8"))); } }`,
      },
      "vm2 CVE-2026-47140",
    ),
  ),
  escape("import() of files", `By URL, absolute path, traversal, and as JSON. ${CANARY}`, {
    attack: `for (const name of ["file://" + info.canary, info.canary, "../".repeat(20) + info.canary, "./../../" + info.canary, "/proc/self/environ", "file:///proc/self/environ", "./%2e%2e/" + info.canary]) { for (const type of ["json", "text", "bytes"]) await attemptLater(async () => { const module = await import(name, { with: { type } }); secret("import of a file", JSON.stringify(module.default)); }); await attemptLater(async () => { const module = await import(name); secret("import of a file", ownKeys(module).length); }); }`,
  }),
  escape(
    "import() of data and the network",
    `By data:, blob: and http: URLs. Code from there, or a knock, would show.`,
    {
      attack: `for (const name of ["data:text/javascript,export default typeof process", "data:application/json,{}", "http://127.0.0.1:" + info.port + "/a.js", "https://localhost:" + info.port + "/", "blob:null/1", "npm:zod", "jsr:x"]) await attemptLater(async () => { const module = await import(name); say("import() gives " + name + " " + text(module.default)); });`,
    },
  ),
  escape(
    "import() of the sandbox's own modules",
    `Guesses the names that a harness gives to its parts. Getting one is the escape.`,
    {
      attack: `for (const name of ["pawl:surface", "pawl", "file:///pawl", "file:///harness.js", "isolated-vm", "quickjs", "std", "os", "bjson", "qjs:std", "qjs:os", "qjs:bjson", "internal/bootstrap/realm", "internal/process/execution", "./package.json", "./node_modules/zod/index.js"]) await attemptLater(async () => { const module = await import(name); say("import() gives " + name); walk(name, module); });`,
    },
    "QuickJS: the modules std and os give files and processes",
  ),
  escape(
    "import() with a name that changes",
    `A specifier that is harmless when it is checked. Getting a module is the escape.`,
    {
      attack: `for (const target of ["node:fs", "fs"]) { let asked = 0; const name = { toString() { asked += 1; return asked === 1 ? "./main.js" : target; }, [Symbol.toPrimitive]() { return this.toString(); } }; const module = await attemptLater(() => import(name)); if (module?.readFileSync) say("import() gives a changed name"); }`,
    },
  ),
  escape("a static import of node:fs", `The loader must refuse it. Running at all is the escape.`, {
    top: `import * as fs from "node:fs";`,
    attack: `say("runs with node:fs"); secret("the file", fs.readFileSync(info.canary, "utf8"));`,
  }),
  escape("a static export of node:child_process", `Re-exports are imports too. Running at all is the escape.`, {
    top: `export * from "node:child_process"; export { default as process } from "node:process";`,
    attack: `say("runs with node:child_process");`,
  }),
  escape("a static import with attributes", `Imports the machine's files as data. Running at all is the escape.`, {
    top: `import data from "/etc/hostname" with { type: "text" };`,
    attack: `say("runs with a file: " + data);`,
  }),
  escape("a deferred import", `Names the module in ways that a parser may overlook.`, {
    attack: `for (const code of ["import('node:fs')", "import.meta.resolve('node:fs')", "import.source('x')", "import.defer('node:fs')"]) attempt(() => { const value = (0, eval)(code); value?.then?.((module) => { if (module.readFileSync) say("eval imports node:fs"); }, () => {}); }); await null; await null;`,
  }),
  escape("require, in all of its places", `Old modules hang on many objects. Getting one is the escape.`, {
    attack: `for (const find of [() => require, () => module.require, () => process.mainModule.require, () => globalThis.module.constructor._load, () => process.getBuiltinModule, () => import.meta.require, () => globalThis.require, () => __non_webpack_require__, () => exports.constructor.constructor("return require")()]) { const found = attempt(find); if (typeof found === "function") { say("there is a require"); secret("the file", attempt(() => found("fs").readFileSync(info.canary, "utf8"))); } }`,
  }),
  escape("process and its bindings", `The process object is the host. Having it is the escape.`, {
    attack: `if (typeof process !== "undefined") { say("there is a process"); secret("pid", process.pid); attempt(() => { process.binding("fs"); say("process.binding works"); }); attempt(() => process.kill(process.ppid, 0)); attempt(() => process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6")); }
      for (const name of ["internalBinding", "primordials", "NativeModule", "__dirname", "__filename", "global", "Buffer"]) if (name in globalThis) say("there is " + name);`,
  }),
  escape("the environment", `Reads the environment in every dialect. ${CANARY}`, {
    attack: `for (const find of [() => process.env, () => Deno.env.toObject(), () => Bun.env, () => import.meta.env, () => std.getenviron(), () => os.environ, () => WScript.CreateObject]) { const env = attempt(find); if (isThing(env)) say("an environment: " + JSON.stringify(env).slice(0, 2000)); }`,
  }),
  escape(
    "globals of other engines",
    `Shells of V8, QuickJS, SpiderMonkey, Deno and Bun read files and quit. ${CANARY}`,
    {
      attack: `for (const name of ["read", "readFile", "readbuffer", "load", "quit", "os", "std", "scriptArgs", "loadScript", "bjson", "Deno", "Bun", "d8", "snarf", "WScript", "java", "Packages", "Realm", "gc", "evalScript", "$262", "print"]) if (name in globalThis && name !== "print") { const given = globalThis[name]; say("there is " + name); attempt(() => secret("the file", given(info.canary))); attempt(() => secret("the file", given.loadFile?.(info.canary) ?? given.readTextFileSync?.(info.canary))); }`,
    },
  ),
  escape("the network, by every door", `Knocks at a port of the host. ${CANARY}`, {
    attack: `const url = "127.0.0.1:" + info.port; const doors = [() => fetch("http://" + url), () => new WebSocket("ws://" + url), () => new EventSource("http://" + url), () => { const r = new XMLHttpRequest(); r.open("GET", "http://" + url, false); r.send(); return r; }, () => navigator.sendBeacon("http://" + url), () => Deno.connect({ port: info.port }), () => Bun.connect({ hostname: "127.0.0.1", port: info.port, socket: {} }), () => new WebTransport("https://" + url), () => importScripts("http://" + url)];
      for (const door of doors) { const result = await attemptLater(door); if (result !== undefined) say("a door to the network opens"); }`,
  }),
  escape("workers", `A worker has globals of its own. Getting one is the escape.`, {
    attack: `for (const name of ["Worker", "SharedWorker", "ServiceWorker", "AudioWorklet"]) if (name in globalThis) { say("there is " + name); attempt(() => new globalThis[name]("data:text/javascript,postMessage(typeof process)")); }`,
  }),
  escape("messages to whoever listens", `Ports and channels cross threads. Getting one is the escape.`, {
    attack: `for (const name of ["postMessage", "parentPort", "MessageChannel", "MessagePort", "BroadcastChannel", "onmessage", "receiveMessageOnPort"]) if (typeof globalThis[name] === "function" || isThing(globalThis[name])) { if (name === "MessageChannel") tell(name, attempt(() => new MessageChannel().port1)); else say("there is " + name); }`,
  }),
  escape(
    "the embedder's own objects",
    `Looks for handles that an embedder forgets in the context: references, copies, the isolate. Having one is the escape.`,
    {
      attack: `for (const name of ["ivm", "_ivm", "$0", "$1", "isolate", "context", "jail", "Reference", "ExternalCopy", "Callback", "Isolate", "NativeModule", "__pawl", "harness", "host", "vm", "QuickJS", "__quickjs", "Module", "HEAPU8"]) if (name in globalThis && isThing(globalThis[name])) say("there is " + name); for (const symbol of Object.getOwnPropertySymbols(globalThis)) { const value = globalThis[symbol]; walk("symbol on the globals", value, 3000); }`,
    },
    "isolated-vm: its security notes on leaked references, and CVE-2022-39266",
  ),
  escape("natives and debuggers", `V8's %-functions, inspector globals and the debugger statement.`, {
    attack: `for (const code of ["%DebugPrint(1)", "%SystemBreak()", "%GetOptimizationStatus(0)", "%CollectGarbage(0)"]) attempt(() => { const f = Function("return " + code); f(); say("natives can be called: " + code); }); debugger; for (const name of ["inspector", "inspect", "debug", "monitor", "$_", "copy", "queryObjects", "getEventListeners"]) if (typeof globalThis[name] === "function") { say("there is " + name); }`,
  }),
  escape("writes beside the canary", `Writes files in every dialect. A new file on the host would be seen.`, {
    attack: `const target = info.canary + ".written"; for (const write of [() => process.getBuiltinModule("fs").writeFileSync(target, "x"), () => Deno.writeTextFileSync(target, "x"), () => Bun.write(target, "x"), () => std.open(target, "w").puts("x"), () => os.open(target, 577), () => import("node:fs").then((fs) => fs.writeFileSync(target, "x"))]) await attemptLater(write);`,
  }),
  escape(
    "the end of the process",
    `Exits, aborts and kills in every dialect. The engine must live and the next job must be served.`,
    {
      attack: `for (const end of [() => process.exit(0), () => process.abort(), () => process.kill(process.pid, "SIGKILL"), () => process.reallyExit(0), () => std.exit(0), () => os.kill(os.getpid(), 9), () => Deno.exit(), () => quit(), () => close(), () => self.close()]) attempt(end);`,
    },
  ),
];
