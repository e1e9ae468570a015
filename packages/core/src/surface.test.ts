import fc from "fast-check";
import { createTwoFilesPatch } from "diff";
import { describe, expect, test } from "vitest";
import { MAX_SURFACE_BYTES, applyChange } from "./surface.ts";

const champion = { "a.ts": "one\ntwo\nthree\n", "b.ts": "four\n" };

describe("a change applies exactly or not at all", () => {
  test("whole files, edits and diffs lead to the same content", () => {
    const wanted = { "a.ts": "one\n2\nthree\n", "b.ts": "four\n" };
    const diff = createTwoFilesPatch("a/a.ts", "b/a.ts", champion["a.ts"], wanted["a.ts"]);
    for (const change of [
      { kind: "files", files: { "a.ts": wanted["a.ts"] } },
      { kind: "edits", edits: [{ path: "a.ts", search: "two", replace: "2" }] },
      { kind: "diff", diff },
    ] as const) {
      expect(applyChange(champion, change)).toEqual({ files: wanted });
    }
  });

  test.each([
    ["a file beside the surface", { kind: "files", files: { "pawl.config.ts": "" } }, /not part of the surface/],
    ["a path that climbs", { kind: "files", files: { "../a.ts": "x" } }, /not part of the surface/],
    ["a name of Object", { kind: "edits", edits: [{ path: "constructor", search: "a", replace: "b" }] }, /not part/],
    ["the same content", { kind: "files", files: { "a.ts": champion["a.ts"] } }, /changes nothing/],
    [
      "text that is not there",
      { kind: "edits", edits: [{ path: "a.ts", search: "nine", replace: "" }] },
      /does not stand/,
    ],
    [
      "text that is there twice",
      { kind: "edits", edits: [{ path: "a.ts", search: "t", replace: "" }] },
      /more than once/,
    ],
    [
      "a diff against other lines",
      { kind: "diff", diff: createTwoFilesPatch("a.ts", "a.ts", "x\ny\n", "x\nz\n") },
      /not apply/,
    ],
    ["a diff of another file", { kind: "diff", diff: createTwoFilesPatch("c.ts", "c.ts", "x\n", "z\n") }, /not part/],
    ["no diff at all", { kind: "diff", diff: "please improve it" }, /diff/],
    ["a giant", { kind: "files", files: { "a.ts": "x".repeat(MAX_SURFACE_BYTES + 1) } }, /bytes/],
    ["half a character", { kind: "files", files: { "a.ts": "\ud800" } }, /Unicode/],
  ] as const)("%s is a problem", (_name, change, problem) => {
    expect(applyChange(champion, change)).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  test("a diff made from any two texts leads from the one to the other", () => {
    const line = fc.stringMatching(/^[a-c ]{0,3}$/);
    const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => `${lines.join("\n")}\n`);
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        const diff = createTwoFilesPatch("a.ts", "a.ts", before, after);
        expect(applyChange({ "a.ts": before }, { kind: "diff", diff })).toEqual({ files: { "a.ts": after } });
      }),
    );
  });
});
