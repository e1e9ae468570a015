import { defineConfig } from "@pawl/plugin";
import { wasm } from "@pawl/sandbox-wasm";
import config from "./pawl.config.ts";

/** The same surface in QuickJS, an engine that shares no code with V8. Slower; the scores are the same. */
export default defineConfig({ ...config, executor: wasm(), limits: { wallMs: 60_000, memoryMb: 64 } });
