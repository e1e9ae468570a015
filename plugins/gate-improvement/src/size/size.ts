import { extname } from "node:path";
import type { Files } from "@pawl/plugin";
import { sizeOfJavaScript } from "./javascript.ts";
import { sizeOfPython } from "./python.ts";

/**
 * How much code there is, counted so that white space, comments, brackets, type annotations and names do not matter:
 * the nodes of the syntax tree, and for every eight characters of a text, a number or a pattern one more, so that code
 * moved into strings still counts. `null` where a file is of no known language or cannot be parsed.
 *
 * JavaScript and TypeScript (`.js .mjs .cjs .jsx .ts .mts .cts .tsx`) and Python (`.py`).
 */
export function sizeOf(files: Files): number | null {
  let sum = 0;
  for (const [path, text] of Object.entries(files)) {
    const extension = extname(path).toLowerCase();
    const size =
      extension === ".py" ? sizeOfPython(text) : JAVASCRIPT.has(extension) ? sizeOfJavaScript(path, text) : null;
    if (size === null) return null;
    sum += size;
  }
  return sum;
}

const JAVASCRIPT = new Set([".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"]);
