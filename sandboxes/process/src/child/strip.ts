import { Worker } from "node:worker_threads";
import type { Stripped } from "./strip-text.ts";

/** Turns TypeScript into JavaScript by blanking its types. Rejects where the text cannot be parsed. */
export type StripTypes = (text: string) => Promise<string>;

/** The parser was brought down by a text, such as one that is nested too deeply. */
export class StripperBroken extends Error {}

/**
 * Starts the thread that strips types. The text is hostile and the parser may be made to run for ever, so it must not
 * run on the main thread: that one has to notice when the engine dies. A job that waits for it ends by its deadline.
 */
export async function startStripper(): Promise<StripTypes> {
  const worker = new Worker(new URL("./strip-thread.js", import.meta.url), { name: "strip-types", env: {} });
  let settle: ((answer: Stripped) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  worker.on("message", (answer: Stripped) => settle?.(answer));
  worker.on("error", (error) => fail?.(error));
  const strip: StripTypes = async (text) => {
    const answer = await new Promise<Stripped>((resolve, reject) => {
      settle = resolve;
      fail = reject;
      worker.postMessage(text);
    });
    if ("error" in answer) throw answer.broken ? new StripperBroken(answer.error) : new Error(answer.error);
    return answer.code;
  };
  // The first call loads the parser, which takes a tenth of a second.
  await strip("export default (input: number): number => input;");
  return strip;
}
