import { defineExecutor } from "@pawl/plugin";
import { WasmExecutor } from "./executor.ts";
import { optionsSchema } from "./options.ts";

/**
 * The executor `wasm`: WebAssembly programs, and JavaScript in QuickJS, each job in a fresh instance inside a warm
 * child process that the kernel caps and the engine kills.
 *
 * @example
 * import { wasm } from "@pawl/sandbox-wasm";
 * export default defineConfig({ executor: wasm(), … });
 */
export const wasm = defineExecutor({
  name: "@pawl/sandbox-wasm",
  version: "0.1.0",
  options: optionsSchema,
  create: (options) => new WasmExecutor(options),
});

export default wasm;
export type { WasmOptions } from "./options.ts";
