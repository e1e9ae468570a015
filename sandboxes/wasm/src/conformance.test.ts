import { testEscapes, testExecutor } from "@pawl/testkit";
import { wasm } from "./index.ts";
import { assemblyScriptPrograms } from "./test/programs.ts";

// One executor for both kinds of entry: JavaScript in QuickJS, and WASI programs from a build.
testExecutor(wasm({ build: { language: "assemblyscript", source: "main.ts", optimize: 1 } }), {
  entries: ["javascript", "typescript", assemblyScriptPrograms],
  badOptions: [{ memoryCap: "hope" }, { engine: "v8" }, { clock: { resolutionMs: 0 } }, { tableEntries: 0 }],
});

testEscapes(wasm());
