import fc from "fast-check";
import pico from "picocolors";
import { expect, test } from "vitest";
import { displayWidth } from "./text.ts";
import { TSV_HEADER, escapeField, tableRow, tsvRow } from "./log-table.ts";

const row = {
  experiment: 12,
  parent: 3,
  status: "failed",
  failure: "timeout",
  score: null,
  championScore: 0.1 + 0.2,
  gate: null,
  wallMs: 1_000.5,
  partial: null,
  hypothesis: "tab\there\nand \u001b[2Jthere",
} as const;

test("a TSV row has as many fields as the header, numbers in full, and escapes", () => {
  const fields = tsvRow(row).split("\t");
  expect(fields).toHaveLength(TSV_HEADER.split("\t").length);
  expect(fields).toEqual([
    "12",
    "3",
    "failed",
    "timeout",
    "",
    "0.30000000000000004",
    "",
    "1000.5",
    "",
    "",
    "tab\\there\\nand \\u{1b}[2Jthere",
  ]);
});

test("an experiment that was stopped early says after how many cases", () => {
  const early = { ...row, gate: "TOO_SLOW", partial: { cases: 100, of: 2_000 } };
  expect(tsvRow(early).split("\t").slice(-3, -1)).toEqual(["100", "2000"]);
  expect(tableRow(early, { colors: pico.createColors(false) } as never)).toMatch(
    /\[TOO_SLOW, stopped early after 100 of 2,000 cases\]$/,
  );
});

test("escaping can be undone, and leaves nothing that a terminal or a reader of lines obeys", () => {
  const undo = (text: string): string =>
    text.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_all, code: string | undefined, letter: string) =>
      code === undefined
        ? ({ t: "\t", n: "\n", r: "\r" }[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(code, 16)),
    );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\\n", "\\u{1b}", "\u202e\t")), (text) => {
      const escaped = escapeField(text);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(undo(escaped)).toBe(text);
    }),
  );
});

test("a row for people fits the terminal", () => {
  const output = { columns: 60, colors: pico.createColors(false) } as Parameters<typeof tableRow>[1];
  expect(tableRow(row, output)).toContain("timeout");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 120 }), (hypothesis, columns) => {
      expect(displayWidth(tableRow({ ...row, hypothesis }, { ...output, columns }))).toBeLessThanOrEqual(columns);
    }),
  );
});
