import { defineConfig } from "@pawl/plugin";
import { wasm } from "@pawl/sandbox-wasm";
import config from "./pawl.config.ts";

/** The same surface, compiled by AssemblyScript and run as WebAssembly. */
export default defineConfig({
  ...config,
  executor: wasm({ build: { language: "assemblyscript", source: "packing.ts" } }),
  entry: { kind: "exec", argv: ["packing"] },
});
