import type { Detector, Severity } from "../detector.ts";
import { describe, expect, test } from "vitest";
import { bringsWords } from "./new-words.ts";
import { type ReadFirst, readWhenItMatters } from "./read-when.ts";

describe("new words", () => {
  const champion = 'const a = 0.5; // keep\nexport default (x) => Math.max(x, a) + "low";';
  const brings = (text: string) => bringsWords({ "a.ts": text }, { "a.ts": champion });

  test.each([
    ["other numbers", champion.replace("0.5", "0x1f_ff + 1e-9 + 12n")],
    ["the same words elsewhere", 'export default (a) => Math.max(a, "low") + 7;'],
    ["fewer words", "export default 1;"],
    ["punctuation", champion.replace("0.5", "+[![]]+[][+[]]")],
  ])("%s are none", (_what, text) => expect(brings(text)).toBe(false));

  test.each([
    ["a name", champion.replace("x, a", "x, b")],
    ["another spelling", champion.replace("max", "Max")],
    ["a property", champion.replace("0.5", "Math.min")],
    ["text", champion.replace("low", "lower")],
    ["a comment", champion.replace("keep", "kept")],
    ["an escape", champion.replace("max", "m\\u0061x")],
    ["a look-alike", champion.replace("max", "mаx")],
    ["an invisible character", champion.replace("keep", "ke\u200bep")],
    ["a character that turns the line", champion.replace("low", "\u202elow")],
    ["a character of control", champion.replace("low", "low\u0007")],
  ])("%s is one", (_what, text) => expect(brings(text)).toBe(true));

  test("a file that the champion does not have is one", () => {
    expect(bringsWords({ "a.ts": champion, "b.ts": "" }, { "a.ts": champion })).toBe(true);
    expect(bringsWords({ "a.ts": champion, constructor: "" }, { "a.ts": champion })).toBe(true);
  });
});

const plain = { name: "a", code: "A", severity: "hold", blindTo: "all" } as const;

describe("a text is read", () => {
  const champion = { files: { "a.ts": "export default () => 1;" } };
  /** How often a detector read, having been asked before the run and, by another champion perhaps, before the keep. */
  async function reads(text: string, later = champion, readFirst: ReadFirst = "newWords"): Promise<number[]> {
    let count = 0;
    const inspect: Detector["inspect"] = async () => {
      count += 1;
      return null;
    };
    const detector = readWhenItMatters({ ...plain, inspect }, readFirst);
    const candidate = { files: { "a.ts": text } };
    const { signal } = new AbortController();
    await detector.inspect!(candidate, { champion } as never, signal);
    const before = count;
    await detector.judge!({ candidate, champion: later } as never, signal);
    return [before, count];
  }

  test("before it runs, whatever it is, where the options say so", async () => {
    expect(await reads("export default () => 2;", champion, "all")).toEqual([1, 1]);
  });

  test("before it runs, where it has new words", async () => {
    expect(await reads("export default () => Date.now();")).toEqual([1, 1]);
  });

  test("before it is kept, where it has none", async () => {
    expect(await reads("export default () => 2;")).toEqual([0, 1]);
  });

  test("once more, where the champion has changed", async () => {
    const other = { files: { "a.ts": "export default () => 0;" } };
    expect(await reads("export default () => Date.now();", other)).toEqual([1, 2]);
    expect(await reads("export default () => 2;", other)).toEqual([0, 1]);
  });
});

describe("what was found before the run", () => {
  const text = { files: { "a.ts": "export default () => Date.now();" } };
  const champion = { files: { "a.ts": "export default () => 1;" } };
  const { signal } = new AbortController();
  const asked = async (severity?: Severity | "note") => {
    const found = { reason: "It does.", evidence: null, ...(severity !== undefined && { severity }) };
    const detector = readWhenItMatters({ ...plain, inspect: async () => found }, "newWords");
    const before = await detector.inspect!(text, { champion } as never, signal);
    const after = await detector.judge!({ candidate: text, champion } as never, signal);
    return [before?.severity, after === undefined ? "not asked" : (after?.severity ?? plain.severity)];
  };

  test.each([undefined, "hold"] as const)("holds only what would be kept (%s)", async (severity) => {
    expect(await asked(severity)).toEqual(["note", "hold"]);
  });

  test("rejects at once", async () => expect(await asked("reject")).toEqual(["reject", "not asked"]));
  test("is said once where it is a note", async () => expect(await asked("note")).toEqual(["note", "not asked"]));
});
