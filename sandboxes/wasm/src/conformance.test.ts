import { testEscapes, testExecutor } from "@pawl/testkit";
import { describe } from "vitest";
import { compilerOf } from "./build/native.ts";
import { wasm } from "./index.ts";
import { assemblyScriptPrograms, cPrograms } from "./test/programs.ts";

describe("QuickJS", () => {
  testExecutor(wasm(), {
    entries: ["javascript", "typescript"],
    badOptions: [{ memoryCap: "hope" }, { engine: "v8" }, { clock: { resolutionMs: 0 } }, { tableEntries: 0 }],
  });
  testEscapes(wasm());
});

describe("WASI programs", () => {
  testExecutor(wasm({ build: { language: "assemblyscript", source: "main.ts", optimize: 0 } }), {
    entries: [assemblyScriptPrograms],
    badOptions: [{ build: { language: "cobol", source: "main.cob" } }, { build: { language: "c" } }],
    // A build does not count against the wall limit, but it takes its time.
    graceMs: 15_000,
  });
});

describe.runIf(typeof compilerOf("c") !== "string")("WASI programs in C", () => {
  testExecutor(wasm({ build: { language: "c", source: "main.c" } }), { entries: [cPrograms], graceMs: 15_000 });
});
