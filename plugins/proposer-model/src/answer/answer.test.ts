import type { Files } from "@pawl/plugin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GOOD } from "../test/answers.ts";
import { changeOf } from "./change.ts";
import { readAnswer } from "./read.ts";
import { type Taken, takenSchema } from "./schema.ts";

const champion: Files = { "a.ts": "const a = 1;\nconst b = 2;\nconst a2 = 1;\n", "b.ts": "aaa\r\nbbb\r\n" };
const taken = (changes: Partial<Taken>): Taken => ({
  hypothesis: "x",
  expectedEffect: "",
  learnIfItFails: "",
  ideas: [],
  edits: [],
  files: [],
  ...changes,
});

/** Pieces of the champion, mostly, so that many edits apply. */
const piece = fc.oneof(
  fc
    .tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }), fc.constantFrom(...Object.values(champion)))
    .map(([from, length, text]) => text.slice(from, from + length)),
  fc.string({ maxLength: 4 }),
  fc.constantFrom("aaa\nbbb", "\ud800", "__proto__"),
);
const path = fc.constantFrom("a.ts", "./b.ts", "c.ts", "../a.ts", "__proto__", "constructor", undefined, "");

test("a change is exactly what it says, touches nothing but the surface, or is refused with a reason", () => {
  const edits = fc.array(fc.record({ path, search: piece, replace: piece }), { minLength: 1, maxLength: 2 });
  const files = fc.array(fc.record({ path, content: piece }), { minLength: 1, maxLength: 2 });
  const none = fc.constant([]);
  const wanted = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(edits, none) },
    { weight: 3, arbitrary: fc.tuple(none, files) },
    { weight: 1, arbitrary: fc.tuple(edits, files) },
    { weight: 1, arbitrary: fc.tuple(none, none) },
  );
  let applied = 0;
  fc.assert(
    fc.property(wanted, ([wantedEdits, wantedFiles]) => {
      const changed = changeOf(
        champion,
        taken({ edits: wantedEdits as Taken["edits"], files: wantedFiles as Taken["files"] }),
      );
      if ("problem" in changed) {
        expect(changed.problem).not.toBe("");
        return;
      }
      applied += 1;
      expect(Object.keys(changed.files)).toEqual(Object.keys(champion));
      expect(changed.files).not.toEqual(champion);
      for (const text of Object.values(changed.files)) expect(text.isWellFormed()).toBe(true);
      // As the engine applies it: one by one, each of a text that stands once.
      const again: Record<string, string> = { ...champion };
      if (changed.change.kind === "edits") {
        for (const each of changed.change.edits) {
          const parts = (again[each.path] as string).split(each.search);
          expect(parts).toHaveLength(2);
          again[each.path] = parts.join(each.replace);
        }
      } else if (changed.change.kind === "files") Object.assign(again, changed.change.files);
      expect(again).toEqual(changed.files);
    }),
    { numRuns: 4_000 },
  );
  expect(applied).toBeGreaterThan(50);
});

test("reading survives anything, and finds an answer wherever it stands", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      const read = readAnswer(text, takenSchema);
      expect("problem" in read ? read.problem : "an answer").not.toBe("");
    }),
  );
  const words = fc.array(fc.constantFrom("Sure.", "\n", " ", "I think: "), { maxLength: 5 }).map((all) => all.join(""));
  fc.assert(
    fc.property(words, words, fc.boolean(), (before, after, fenced) => {
      const text = fenced ? `${before}\n\`\`\`json\n${GOOD}\n\`\`\`\n${after}` : `${before}${GOOD}${after}`;
      expect(readAnswer(text, takenSchema)).toMatchObject({ answer: { edits: [{ replace: "x * 0.75" }] } });
    }),
  );
});
