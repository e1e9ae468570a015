import { parentPort } from "node:worker_threads";
import { stripText } from "./strip-text.ts";

parentPort?.on("message", (text: string) => parentPort?.postMessage(stripText(text)));
