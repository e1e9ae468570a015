import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { displayWidth, pad, sanitise, sanitiseLines, truncate } from "./text.ts";

/** Text as a hostile candidate would write it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "\u001b[31m",
        "\u001b]0;title\u0007",
        "\u001b]8;;http://example.org\u001b\\link",
        "\u009b2J",
        "\u001bc",
        "\u001b[?1049h",
        "\r",
        "\n",
        "\t",
        "\b\b\b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "👩‍👩‍👧‍👦",
        "🇩🇪",
        "漢字",
        "é",
        "e\u0301\u0301\u0301\u0301",
        "❤️",
        "\ud800",
        "\u{e0041}",
      ),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

describe("sanitise", () => {
  test("leaves nothing that a terminal obeys, and one line", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = sanitise(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(sanitiseLines(text).join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });

  test("leaves harmless text as it is", () => {
    expect(sanitise("raise `large` from 120 to 140 – 漢字, naïve, 3 < 4 [sic]")).toBe(
      "raise `large` from 120 to 140 – 漢字, naïve, 3 < 4 [sic]",
    );
    expect(sanitiseLines("a\n  b\tc\n")).toEqual(["a", "  b  c", ""]);
  });

  test("takes escape sequences out whole", () => {
    expect(sanitise("\u001b[1;31mred\u001b[0m \u001b]0;evil\u0007title\u001b]8;;x\u001b\\ \u009b2Jgone")).toBe(
      "red title gone",
    );
  });
});

describe("width", () => {
  test("is never less than what the terminal needs", () => {
    fc.assert(
      fc.property(hostile.map(sanitise), (text) => {
        expect(displayWidth(text)).toBeGreaterThanOrEqual(stringWidth(text));
      }),
    );
  });

  test("a cut text fits, is the beginning of the whole, and a text that fits is not cut", () => {
    fc.assert(
      fc.property(hostile.map(sanitise), fc.integer({ min: 0, max: 30 }), (text, columns) => {
        const shown = truncate(text, columns);
        expect(displayWidth(shown)).toBeLessThanOrEqual(columns);
        if (displayWidth(text) <= columns) expect(shown).toBe(text);
        else if (columns > 0) expect(shown.endsWith("…") && text.startsWith(shown.slice(0, -1))).toBe(true);
      }),
    );
  });

  test("padding fills up on the side that was asked for", () => {
    expect(pad("漢", 4)).toBe("漢  ");
    expect(pad("7", 3, "left")).toBe("  7");
    expect(pad("too long", 3)).toBe("too long");
  });
});
