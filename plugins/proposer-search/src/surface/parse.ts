import { PawlError } from "@pawl/plugin";
import { type Parsed, parseScript } from "@pawl/source";

const SOURCE = /\.([cm]?[jt]s|[jt]sx|py)$/;
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
  const parsed = parseScript(path, source);
  if (!("problem" in parsed)) return parsed;
  const { problem, message, at } = parsed;
  switch (problem) {
    case "nesting":
      throw invalidSurface(path, undefined, "the code is nested too deeply to be parsed safely", "Split it up.");
    case "ambiguous":
      throw invalidSurface(
        path,
        undefined,
        "only a parser could tell code from patterns or elements in it",
        "Write no pattern right behind a brace, and no JSX.",
      );
    case "syntax": {
      const line = at === undefined ? undefined : lineAt(source, at);
      throw invalidSurface(path, line, message, "Correct the syntax, commit it and run again.");
    }
  }
}

/** Parses a text that Pawl made itself; `undefined` says that it does not parse. */
export function tryParse(path: string, source: string): Parsed | undefined {
  const parsed = parseScript(path, source);
  return "problem" in parsed ? undefined : parsed;
}
