import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type { LoadedCode } from "../seal/loaded.ts";

/**
 * The files that this process has loaded as something else than what is on the disk, with its types blanked. A file
 * that was not loaded, such as the program of a child process, cannot be among them.
 */
export function changedInLoading(files: readonly string[], loaded: LoadedCode): string[] {
  return files.filter((file) => {
    const texts = loaded.textsOf(file);
    if (texts.length === 0) return false;
    const plain = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    const expected = /\.[cm]?ts$/.test(file) ? strip(plain) : plain;
    return !texts.every((text) => text === expected || text.replace(SOURCE_URL, "") === expected);
  });
}

/** What Node adds to TypeScript whose types it has blanked. */
const SOURCE_URL = /\n\n\/\/# sourceURL=[^\n]*$/;

/** As Node does it when it loads a file; `undefined` where it would refuse to. */
function strip(text: string): string | undefined {
  const { emitWarning } = process;
  // Node warns once that this function, though not the stripping, is experimental. That is no news for the user.
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text, { mode: "strip" });
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
