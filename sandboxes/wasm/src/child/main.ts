/**
 * The child process: it runs one job at a time, each in a fresh instance of a module, and keeps nothing of a candidate.
 * Started with an empty environment, and nothing open but the two pipes to the engine and one for V8's last words.
 */
import { serveJobs } from "@pawl/sandbox-process/child";
import { startEngine } from "./engine.ts";

await serveJobs(startEngine);
