import type { Files } from "@pawl/plugin";
import { deflateRawSync } from "node:zlib";

/** What deflate looks back over. */
const WINDOW = 32_768;

/**
 * How much a candidate says that its champion does not, in bytes: what is left when the changed files are compressed with
 * the champion's at hand. A table can be written as a sentence, in the case of letters, in names or in the order of
 * statements, and none of these is a constant; but all of it is text, and what can tell cases apart cannot be squeezed
 * out. For files beyond 32 KiB it says too much rather than too little.
 */
export function newTextBytes(candidate: Files, champion: Files): number {
  const all = Object.values(champion).join("\n");
  let bytes = 0;
  for (const [path, text] of Object.entries(candidate)) {
    const old = Object.hasOwn(champion, path) ? champion[path]! : "";
    if (text === old) continue;
    // What deflate finds last lies nearest: the file itself stands at the end.
    const dictionary = Buffer.from(`${all}\n${old}`).subarray(-WINDOW);
    bytes += Math.max(0, compressed(text, dictionary) - compressed(old, dictionary));
  }
  return bytes;
}

const compressed = (text: string, dictionary: Buffer): number =>
  text === "" ? 0 : deflateRawSync(text, { dictionary, level: 9 }).length;
