import type { SourceFile } from "./file.ts";
import { invalidSurface, lineAt } from "./parse.ts";
import type { Entry } from "./tree.ts";
import { parseTune, type Tune } from "./tune.ts";

const EXAMPLES =
  'Write it like "@tune 0..1", "@tune int 1..10", "@tune 1..100 log", "@tune [\\"a\\", \\"b\\"]" or "@tune off".';

/**
 * Finds which literals each `@tune` comment speaks of:
 * a block comment, of the literal right before it, or else right after it;
 * a comment at the end of a line, of all literals of that line that have no comment of their own;
 * a comment on a line of its own, of those of the next line.
 *
 * @throws PawlError PAWL_SURFACE_INVALID in strict mode, where a comment is not understood or has no literal
 */
export function assignTunes(file: SourceFile, literals: readonly Entry[], strict: boolean): Map<Entry, Tune> {
  const tunes = new Map<Entry, Tune>();
  const wide: { targets: readonly Entry[]; tune: Tune }[] = [];
  for (const comment of file.comments) {
    if (!comment.value.includes("@tune")) continue;
    const tune = parseTune(comment.value);
    if (tune === undefined) continue;
    const line = lineAt(file.text, comment.start);
    if (typeof tune === "string") {
      if (strict) throw invalidSurface(file.path, line, tune, EXAMPLES);
      continue;
    }
    const before = file.text.slice(file.text.lastIndexOf("\n", comment.start - 1) + 1, comment.start);
    const ownLine = before.trim() === "";
    const after = /^[^\n]*/.exec(file.text.slice(comment.end))?.[0].trim() ?? "";
    let targets: readonly Entry[];
    if (ownLine && after === "") {
      const next = comment.end + (/^\s*/.exec(file.text.slice(comment.end))?.[0].length ?? 0);
      targets = onLine(file, literals, next);
    } else if (comment.type === "Line") {
      targets = onLine(file, literals, comment.start).filter(({ node }) => node.end <= comment.start);
    } else {
      const nearest = nearestTo(file, literals, comment.start, comment.end);
      if (nearest !== undefined) tunes.set(nearest, tune);
      targets = nearest === undefined ? [] : [nearest];
    }
    if (targets.length === 0 && strict) {
      const remedy = "Put it behind the number, string or boolean that it speaks of, or remove it.";
      throw invalidSurface(file.path, line, "this @tune comment has no literal to speak of", remedy);
    }
    wide.push({ targets, tune });
  }
  for (const { targets, tune } of wide) {
    const wanted = targets.filter((each) => suits(each, tune));
    // A value that suits nothing is still given its comment, so that the mismatch is reported.
    for (const each of wanted.length > 0 ? wanted : targets) if (!tunes.has(each)) tunes.set(each, tune);
  }
  return tunes;
}

/** Whether a literal is of the kind that a comment speaks of: a range means the numbers of a line, not its strings. */
function suits({ node }: Entry, tune: Tune): boolean {
  const kind = node.type === "UnaryExpression" ? "number" : typeof node["value"];
  if (tune.kind === "range") return kind === "number";
  return tune.kind === "off" || tune.options.some((option) => typeof option === kind);
}

function onLine(file: SourceFile, literals: readonly Entry[], offset: number): Entry[] {
  const start = file.text.lastIndexOf("\n", offset - 1) + 1;
  const newline = file.text.indexOf("\n", offset);
  const end = newline === -1 ? file.text.length : newline;
  return literals.filter(({ node }) => node.start >= start && node.start < end);
}

function nearestTo(file: SourceFile, literals: readonly Entry[], start: number, end: number): Entry | undefined {
  const line = onLine(file, literals, start);
  const previous = line.findLast(({ node }) => node.end <= start);
  if (previous !== undefined && /^[\s,;)\]]*$/.test(file.text.slice(previous.node.end, start))) return previous;
  const next = literals.find(({ node }) => node.start >= end);
  if (next !== undefined && /^[\s(]*$/.test(file.text.slice(end, next.node.start))) return next;
  return previous;
}
