import { PawlError } from "@pawl/plugin";
import { type Comment, parseSync } from "oxc-parser";
import type { AstNode } from "./ast.ts";
import { nestingEstimate } from "./nesting.ts";

const SOURCE = /\.([cm]?[jt]s|[jt]sx|py)$/;
/**
 * The parser's native stack holds well over 3,000 levels of every construct on an 8 MiB stack, and threads have half
 * of that.
 */
const MAX_NESTING = 1_200;

export interface Parsed {
  readonly program: AstNode;
  readonly comments: readonly Comment[];
}

/** Whether a file of the surface is JavaScript, TypeScript or Python: the others are carried along unchanged. */
export function isSource(path: string): boolean {
  return SOURCE.test(path);
}

/** In which language a source file is written; structure is edited in scripts alone. */
export type Language = "script" | "python";

export function languageOf(path: string): Language {
  return path.endsWith(".py") ? "python" : "script";
}

/** The line of an offset, counted from 1. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let index = source.indexOf("\n"); index !== -1 && index < offset; index = source.indexOf("\n", index + 1)) {
    line += 1;
  }
  return line;
}

/** The error for a surface that cannot be worked with. */
export function invalidSurface(path: string, line: number | undefined, problem: string, remedy: string): PawlError {
  const where = line === undefined ? path : `${path}:${line}`;
  return new PawlError("PAWL_SURFACE_INVALID", `${where}: ${problem}`, { path: where, remedy });
}

/**
 * Parses one file of the surface.
 *
 * @throws PawlError PAWL_SURFACE_INVALID with the path and the line
 */
export function parseSource(path: string, source: string): Parsed {
  if (nestingEstimate(source) > MAX_NESTING) {
    throw invalidSurface(path, undefined, "the code is nested too deeply to be parsed safely", "Split it up.");
  }
  const result = parseSync(path, source, { sourceType: "module" });
  const error = result.errors.find((each) => each.severity === "Error");
  if (error !== undefined) {
    const start = error.labels[0]?.start;
    const line = start === undefined ? undefined : lineAt(source, start);
    throw invalidSurface(path, line, error.message, "Correct the syntax, commit it and run again.");
  }
  return { program: result.program as unknown as AstNode, comments: result.comments };
}

/** Parses a text that Pawl made itself; `undefined` says that it does not parse. */
export function tryParse(path: string, source: string): Parsed | undefined {
  const result = parseSync(path, source, { sourceType: "module" });
  if (result.errors.some((each) => each.severity === "Error")) return undefined;
  return { program: result.program as unknown as AstNode, comments: result.comments };
}
