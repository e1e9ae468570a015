import { stripTypeScriptTypes } from "node:module";
import { parentPort } from "node:worker_threads";
import type { Stripped } from "./strip.ts";

/** What the parser says of a text. Anything else is the parser failing, after which all of its answers may be wrong. */
const VERDICTS = new Set(["ERR_INVALID_TYPESCRIPT_SYNTAX", "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"]);

parentPort?.on("message", (text: string) => {
  let answer: Stripped;
  try {
    answer = { code: stripTypeScriptTypes(text, { mode: "strip" }) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const broken = code === undefined || !VERDICTS.has(code);
    answer = { error: broken ? "the TypeScript parser gave up on it" : message.slice(0, 500), broken };
  }
  parentPort?.postMessage(answer);
});
