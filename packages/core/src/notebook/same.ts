import type { Files } from "@pawl/plugin";
import { parseSync } from "oxc-parser";

/**
 * Whether two contents of the surface do the same beyond doubt: they differ in layout and comments at most. Constants,
 * names and strings count. Where a text cannot be parsed, only trailing white space may differ.
 */
export function sameContent(a: Files, b: Files): boolean {
  const paths = Object.keys(a);
  return (
    paths.length === Object.keys(b).length &&
    paths.every((path) => {
      const [one, other] = [a[path], b[path]];
      if (one === undefined || other === undefined) return false;
      return one === other || essence(path, one) === essence(path, other);
    })
  );
}

const SCRIPT = /\.[cm]?[jt]sx?$/i;

function essence(path: string, text: string): string {
  if (SCRIPT.test(path)) return essenceOfScript(path, text) ?? trimmed(text);
  if (/\.json$/i.test(path)) return essenceOfJson(text) ?? trimmed(text);
  if (/\.py$/i.test(path)) return essenceOfPython(text);
  return trimmed(text);
}

const trimmed = (text: string): string => text.replace(/[^\S\n]+$/gm, "").trimEnd();

/** The syntax tree without positions. */
function essenceOfScript(path: string, text: string): string | undefined {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) return undefined;
  return `tree ${JSON.stringify(program, (key, value: unknown) => {
    if (key === "start" || key === "end" || key === "range") return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  })}`;
}

function essenceOfJson(text: string): string | undefined {
  try {
    return `json ${JSON.stringify(JSON.parse(text))}`;
  } catch {
    return undefined;
  }
}

// Strings to their end, or to where they break off; a comment; a run of white space; one character of anything else.
const PYTHON =
  /(?<string>(?:\b[rRbBuUfFtT]{1,2})?(?:"""(?:[^"\\]|\\[^]|"(?!""))*(?:""")?|'''(?:[^'\\]|\\[^]|'(?!''))*(?:''')?|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?))|(?<comment>#[^\n]*)|(?<space>[^\S\n]+)|(?<other>[^])/gu;

/**
 * Python without comments and blank lines, and with every run of spaces within a line as one. Indentation stays. Since a
 * replacement field of an f-string may hold quotes, everything after one stays as it is up to the end of its line.
 */
function essenceOfPython(text: string): string {
  let [essential, line, verbatim] = ["", "", false];
  const flush = (): void => {
    if (line.trim() !== "") essential += `${line.trimEnd()}\n`;
    [line, verbatim] = ["", false];
  };
  for (const { 0: piece, groups = {} } of text.matchAll(PYTHON)) {
    if (piece === "\n") flush();
    else if (groups["string"] !== undefined) {
      line += piece;
      verbatim ||= /^[a-z]*[ft]/i.test(piece);
    } else if (groups["comment"] !== undefined && !verbatim) continue;
    else if (groups["space"] !== undefined && line !== "" && !verbatim) line += " ";
    else line += piece;
  }
  flush();
  return `python ${essential}`;
}
