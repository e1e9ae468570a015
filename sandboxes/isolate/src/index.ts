import { defineExecutor } from "@pawl/plugin";
import { IsolateExecutor } from "./executor.ts";
import { optionsSchema } from "./options.ts";

/**
 * The executor `isolate`: JavaScript and TypeScript candidates in fresh V8 isolates, each inside a warm child process
 * that the kernel caps and the engine kills.
 *
 * @example
 * import { isolate } from "@pawl/sandbox-isolate";
 * export default defineConfig({ executor: isolate(), … });
 */
export const isolate = defineExecutor({
  name: "@pawl/sandbox-isolate",
  version: "0.1.0",
  options: optionsSchema,
  create: (options) => new IsolateExecutor(options),
});

export default isolate;
export type { IsolateOptions } from "./options.ts";
