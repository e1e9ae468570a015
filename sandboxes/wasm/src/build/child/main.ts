/** The child process that compiles AssemblyScript: confined and capped like those that run candidates. */
import { serveJobs } from "@pawl/sandbox-process/child";
import { startEngine } from "../../child/engine.ts";

await serveJobs(() =>
  startEngine(new URL("./thread.js", import.meta.url), {
    files: { "warm-up.ts": "export function answer(input: string): string { return input; }" },
    entry: "warm-up.ts",
    plan: { optimize: 2 },
    memoryMb: 512,
  }),
);
