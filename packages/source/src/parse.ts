import { type Comment, parseSync } from "oxc-parser";
import { nestingEstimate } from "./nesting.ts";
import type { Node } from "./node.ts";
import { Ambiguous } from "./tokens.ts";

export type { Comment };

/** A script that was parsed. */
export interface Parsed {
  readonly program: Node;
  readonly comments: readonly Comment[];
}

/** Why a script was not parsed. */
export interface Unparsed {
  /**
   * `nesting`: it is so deep that it would end the parser, and the process with it. `ambiguous`: it cannot be told how
   * deep it is, see {@link parseScript}. `syntax`: it is no program.
   */
  readonly problem: "nesting" | "ambiguous" | "syntax";
  /** The parser's words; empty where it was not asked. */
  readonly message: string;
  /** Offset of the problem, where the parser names one. */
  readonly at?: number;
}

/**
 * The parser's native stack holds well over 3,000 levels of every construct on an 8 MiB stack, and threads have half
 * of that.
 */
const MAX_NESTING = 1_200;

/**
 * Parses JavaScript or TypeScript, by the ending of its path. Any text may be given: what would end the parser does not
 * reach it. The price is that rare spellings are refused, in which only a parser can tell code from other things: a
 * pattern or a division right behind a brace, and elements of JSX.
 *
 * With `types: false` type annotations are left out where that can be done without losing anything that runs, which makes
 * smaller trees in less time.
 */
export function parseScript(
  path: string,
  source: string,
  { types = true }: { readonly types?: boolean } = {},
): Parsed | Unparsed {
  try {
    // The parser takes elements for granted in everything but plain TypeScript.
    const [isTypeScript, jsx] = [/tsx?$/.test(path), !/\.[cm]?ts$/.test(path)];
    if (nestingEstimate(source, { types: isTypeScript, jsx }) > MAX_NESTING) return { problem: "nesting", message: "" };
  } catch (error) {
    if (error instanceof Ambiguous) return { problem: "ambiguous", message: "" };
    throw error;
  }
  // Only the full tree tells imports of types from others.
  const astType = types || /\bimport\b/.test(source) ? {} : ({ astType: "js" } as const);
  const result = parseSync(path, source, { sourceType: "module", ...astType });
  const error = result.errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) {
    const at = error.labels[0]?.start;
    return { problem: "syntax", message: error.message, ...(at === undefined ? {} : { at }) };
  }
  return { program: result.program as unknown as Node, comments: result.comments };
}
