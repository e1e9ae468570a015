import assert from "node:assert/strict";
import type { Change, Files } from "@pawl/plugin";
import { applyPatch, parsePatch } from "diff";

/** Applies a change as the engine does: exactly, or not at all. Fails with the reason where it does not apply. */
export function applyChange(champion: Files, change: Change): Files {
  const files: Record<string, string> = { ...champion };
  const textOf = (path: string): string => {
    assert.ok(Object.hasOwn(champion, path), `"${path}" is not part of the surface`);
    return files[path]!;
  };
  if (change.kind === "files") {
    for (const [path, text] of Object.entries(change.files)) {
      textOf(path);
      files[path] = text;
    }
  } else if (change.kind === "edits") {
    for (const { path, search, replace } of change.edits) {
      const parts = textOf(path).split(search);
      assert.equal(
        parts.length,
        2,
        `the text to replace stands ${parts.length - 1} times in "${path}", not once: ${search.slice(0, 80)}`,
      );
      files[path] = parts.join(replace);
    }
  } else if (change.kind === "unusable") {
    assert.fail(`there is nothing to try: ${change.reason}`);
  } else {
    for (const patch of parsePatch(change.diff)) {
      const path = (patch.newFileName ?? patch.oldFileName ?? "").replace(/^[ab]\//, "");
      const changed = applyPatch(textOf(path), patch, { fuzzFactor: 0 });
      assert.ok(changed !== false, `the diff does not apply to "${path}"`);
      files[path] = changed;
    }
  }
  assert.ok(
    Object.values(files).every((text) => text.isWellFormed()),
    "the text is not valid Unicode",
  );
  assert.notDeepEqual(files, { ...champion }, "the proposal changes nothing");
  return files;
}
