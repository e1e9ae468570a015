/**
 * The child process: it runs one job at a time, each in a fresh instance of a module, and keeps nothing of a candidate.
 * Started with the usual memory limit of a job as its only argument, an empty environment, and nothing open but the two
 * pipes to the engine and one for V8's last words.
 */
import { serveJobs } from "@pawl/sandbox-process/child";
import { startEngine } from "./engine.ts";

await serveJobs(() =>
  startEngine(new URL("./thread.js", import.meta.url), {
    files: { "warm-up.ts": "export default (input: number) => input;" },
    entry: "warm-up.ts",
    plan: { engine: "quickjs" },
    // QuickJS is compiled with the memory that the jobs will have.
    memoryMb: Number(process.argv[2]),
  }),
);
