import type { Change, Files } from "@pawl/plugin";
import type { Taken } from "./schema.ts";

/** A change that applies, with the files that come of it; or why there is none. */
export type Changed = { readonly change: Change; readonly files: Files } | { readonly problem: string };

/** What stands in the prompt instead of a secret; whoever writes it back would lose the secret. */
const REDACTED = "[redacted]";

/** Makes a change of the champion from an answer, as exactly as the engine will apply it. */
export function changeOf(champion: Files, answer: Taken): Changed {
  const { edits, files } = answer;
  if (edits.length > 0 && files.length > 0) return { problem: 'there are both "edits" and "files": use one of them' };
  if (edits.length === 0 && files.length === 0) return { problem: 'both "edits" and "files" are empty' };
  const changed = edits.length > 0 ? byEdits(champion, edits) : byFiles(champion, files);
  if ("problem" in changed) return changed;
  const paths = Object.keys(champion);
  if (paths.every((path) => changed.files[path] === champion[path])) return { problem: "nothing is changed by it" };
  const count = (texts: Files, path: string): number => (texts[path] ?? "").split(REDACTED).length;
  const lost = paths.find((path) => count(changed.files, path) > count(champion, path));
  if (lost !== undefined) {
    return {
      problem: `"${REDACTED}" in "${lost}" stands for a secret that you were not shown: leave those lines alone`,
    };
  }
  return changed;
}

function byFiles(champion: Files, files: Taken["files"]): Changed {
  const content: Record<string, string> = {};
  for (const { path: named, content: text } of files) {
    const path = pathOf(champion, named);
    if (path === undefined) return { problem: outside(champion, named) };
    content[path] = text.toWellFormed();
  }
  return { change: { kind: "files", files: content }, files: { ...champion, ...content } };
}

function byEdits(champion: Files, wanted: Taken["edits"]): Changed {
  const files: Record<string, string> = { ...champion };
  const edits = [];
  for (const [index, { path: named, ...texts }] of wanted.entries()) {
    const path = pathOf(champion, named);
    if (path === undefined) return { problem: outside(champion, named) };
    const which = `edit ${index + 1} of ${wanted.length}, in "${path}"`;
    if (texts.search === "") return { problem: `${which}: "search" is empty` };
    const before = files[path] as string;
    const { search, replace } = withLineEnds(before, texts);
    const at = before.indexOf(search);
    if (at === -1) return { problem: `${which}: the text of "search" does not stand there; copy it exactly` };
    if (before.indexOf(search, at + 1) !== -1) {
      return { problem: `${which}: the text of "search" stands there more than once; add lines around it` };
    }
    files[path] = before.slice(0, at) + replace + before.slice(at + search.length);
    edits.push({ path, search, replace });
  }
  return { change: { kind: "edits", edits }, files };
}

/** A surface with carriage returns is shown without them. */
function withLineEnds(
  text: string,
  { search, replace }: { readonly search: string; readonly replace: string },
): { readonly search: string; readonly replace: string } {
  const plain = { search: search.toWellFormed(), replace: replace.toWellFormed() };
  if (text.includes(plain.search) || !text.includes("\r\n")) return plain;
  const back = (lines: string): string => lines.replaceAll(/\r?\n/g, "\r\n");
  return { search: back(plain.search), replace: back(plain.replace) };
}

/** The surface file that is meant: where there is only one, it need not be named. */
function pathOf(champion: Files, named: string | undefined): string | undefined {
  const paths = Object.keys(champion);
  if (named === undefined || named === "") return paths.length === 1 ? paths[0] : undefined;
  const plain = named.replace(/^(\.\/)+/, "");
  return Object.hasOwn(champion, plain) ? plain : undefined;
}

function outside(champion: Files, named: string | undefined): string {
  const surface = Object.keys(champion).join(", ");
  if (named === undefined || named === "") return `"path" is missing; the surface consists of ${surface}`;
  return `"${named.slice(0, 200)}" is not part of the surface, which consists of ${surface}`;
}
