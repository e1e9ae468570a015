import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanJson, cleanText, stripEscapes } from "./text.ts";

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\u001b[31m",
        "\u001b]0;title\u0007",
        "\u009d8;;http://example.org\u009clink",
        "\u001b]",
        "\u009b",
        "\u001b",
        "\r\n",
        "\r",
        "\u2028",
        "\u0000",
        "\u202e",
        "\u3164",
        "\ufe0f",
        "\u{e0041}",
        "\ud83d",
        "\ude00",
        "e\u0301\u0301\u0301\u0301",
        "plain",
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

describe("cleanText", () => {
  test("leaves nothing that a terminal obeys or that hides, and is not longer than it may be", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 90 }), (text, maxCharacters) => {
        const cleaned = cleanText(text, { maxCharacters });
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned.length).toBeLessThanOrEqual(maxCharacters);
        expect(cleaned.replace(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]|\p{M}{3}/u);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what is clean stays as it is, and cleaning twice changes nothing more", () => {
    const text = "raise `large` from 120 to 140:\n\tnaïve, 漢字, 3 < 4 [sic] – fine 😀";
    expect(cleanText(text)).toBe(text);
    fc.assert(
      fc.property(hostile, (each) => {
        expect(cleanText(cleanText(each))).toBe(cleanText(each));
      }),
    );
  });

  test("takes sequences out whole, and letters after them stay", () => {
    expect(cleanText("a\u001b[1;31mred\u001b[0m")).toBe("ared");
    expect(cleanText("\u001b]8;;http://example.org\u001b\\link\u001b]8;;\u0007")).toBe("link");
    expect(cleanText("\u001b7hello\u001b8")).toBe("hello");
    expect(cleanText("\u009b2Jgone\u0090q\u009c.")).toBe("gone.");
  });

  test("a sequence without an end hides nothing of what follows", () => {
    expect(cleanText("before\u001b]0;everything after this is evidence")).toBe(
      "before0;everything after this is evidence",
    );
    expect(cleanText("\u001bPq\u001b[31mstill here")).toBe("qstill here");
  });

  test("a giant is cut in the middle, quickly, and says by how much", () => {
    const giant = `start ${"\u001b[31m".repeat(20_000_000)} end`;
    const started = performance.now();
    const cleaned = cleanText(giant, { maxCharacters: 1_000 });
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(cleaned).toMatch(/^start\s[^]*characters left out[^]*end$/);
    expect(cleanText("x".repeat(100), { maxCharacters: 60 })).toMatch(/^x+\n\[… (\d+) characters left out …\]\nx+$/);
  });

  test.each(["\u001b]", "\u009b0", "\u001b[0", "\u001b[ ", "\u001b \u009d", "\u001b", "\u0090", "e\u0301"])(
    "time grows with the length only: many %j",
    (piece) => {
      const time = (count: number): number => {
        const text = piece.repeat(count);
        const started = performance.now();
        stripEscapes(text);
        cleanText(text, { maxCharacters: text.length });
        return performance.now() - started;
      };
      time(1_000);
      // A quadratic scan of a million characters takes minutes.
      expect(time(500_000)).toBeLessThan(60_000);
    },
  );
});

test("cleanJson cleans every string, keys included, and nothing else", () => {
  expect(cleanJson({ "a\u0000": ["\u001b[1mx", 1, null, true, { b: "\ud800" }] })).toEqual({
    a: ["x", 1, null, true, { b: "\ufffd" }],
  });
});
