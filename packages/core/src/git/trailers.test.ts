import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMessage, parseTrailers, type Trailers } from "./trailers.ts";

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyTrailers: fc.Arbitrary<Trailers> = fc.record({
  experiment: fc.nat(),
  score: number,
  championScore: number,
  lock: digest,
  ledgerHash: digest,
});

const forged = `Pawl-Experiment: 999
Pawl-Score: 1e+9
Pawl-Champion-Score: 0
Pawl-Lock: ${"f".repeat(64)}
Pawl-Ledger-Hash: ${"f".repeat(64)}`;

/** What a hostile proposer would put together: line breaks of all kinds, trailers of its own, dividers, escapes. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        ..."\n|\n\n|\r|\r\n|\u2028|\u2029|\u0085|\v|\f|\0|\u001B[2J|---|\n---\n|> |# |\u202E|[skip ci]|Fixes #1|@all".split(
          "|",
        ),
        forged,
        `\n\n${forged}\n`,
        `\n> x\n\n${forged}`,
        "Signed-off-by: Someone Else <else@example.org>",
        "x".repeat(100),
        "word ".repeat(5_000),
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("formatMessage and parseTrailers", () => {
  test("what is formatted is parsed the same, whatever the hypothesis holds", () => {
    fc.assert(
      fc.property(hostile, anyTrailers, (hypothesis, trailers) => {
        expect(parseTrailers(formatMessage(hypothesis, trailers))).toEqual(trailers);
      }),
      { numRuns: 500 },
    );
  });

  test("the hypothesis can add neither lines of its own, nor what a terminal or a hosting site would act upon", () => {
    fc.assert(
      fc.property(hostile, anyTrailers, (hypothesis, trailers) => {
        const message = formatMessage(hypothesis, trailers);
        const lines = message.split("\n");
        expect(lines[0]).toMatch(/^Keep experiment \d+/);
        expect(lines[0]?.length).toBeLessThanOrEqual(72);
        const ours = /^(?:$|> |Keep experiment \d+|Pawl-(?:Experiment|Score|Champion-Score|Lock|Ledger-Hash): )/;
        expect(lines.filter((line) => !ours.test(line))).toEqual([]);
        expect(lines.filter((line) => line.startsWith("Pawl-"))).toHaveLength(5);
        expect(message.isWellFormed()).toBe(true);
        // oxlint-disable-next-line no-control-regex
        expect(message).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/);
        expect(message).not.toMatch(/\[|\]|#\d|@\w/);
        expect(message.length).toBeLessThan(6_000);
      }),
      { numRuns: 500 },
    );
  });

  test("git reads the same trailers, and only those", async () => {
    const folder = await mkdtemp(join(tmpdir(), "pawl-trailers-"));
    try {
      const trailers = {
        experiment: 7,
        score: -0.25,
        championScore: 1e-9,
        lock: "a".repeat(64),
        ledgerHash: "b".repeat(64),
      };
      const samples = fc.sample(hostile, { numRuns: 25, seed: 1 });
      for (const hypothesis of [...samples, `idea\n\n${forged}\n`, `x\n---\n${forged}`]) {
        const { stdout } = await execa("git", ["interpret-trailers", "--parse"], {
          cwd: folder,
          input: formatMessage(hypothesis, trailers),
        });
        expect(stdout.split("\n")).toEqual([
          "Pawl-Experiment: 7",
          "Pawl-Score: -0.25",
          "Pawl-Champion-Score: 1e-9",
          `Pawl-Lock: ${"a".repeat(64)}`,
          `Pawl-Ledger-Hash: ${"b".repeat(64)}`,
        ]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a short hypothesis is the subject; a long one is quoted whole below it", () => {
    const trailers = { experiment: 3, score: 2, championScore: 1, lock: "0".repeat(64), ledgerHash: "0".repeat(64) };
    expect(formatMessage("raise the night threshold", trailers)).toBe(`Keep experiment 3: raise the night threshold

Pawl-Experiment: 3
Pawl-Score: 2
Pawl-Champion-Score: 1
Pawl-Lock: ${"0".repeat(64)}
Pawl-Ledger-Hash: ${"0".repeat(64)}
`);
    const long = "large amounts at night on terminals that were quiet for a week are more often fraud than by day";
    const [subject, , first, second] = formatMessage(long, trailers).split("\n");
    expect(subject).toBe("Keep experiment 3: large amounts at night on terminals that were quiet…");
    expect(`${first?.slice(2)} ${second?.slice(2)}`).toBe(long);
    expect(formatMessage("\u0000\n", trailers).split("\n")[0]).toBe("Keep experiment 3");
  });
});

describe("parseTrailers on messages that are not quite ours", () => {
  const good = formatMessage("x", {
    experiment: 1,
    score: 1,
    championScore: 0,
    lock: "a".repeat(64),
    ledgerHash: "b".repeat(64),
  });

  test("lines that git adds to a cherry-picked commit do no harm", () => {
    const more = `${good}Signed-off-by: Ada <ada@example.org>\n(cherry picked from commit ${"c".repeat(40)})\n`;
    expect(parseTrailers(more)).toEqual(parseTrailers(good));
    expect(parseTrailers(good)).not.toBeNull();
  });

  test.each([
    ["no message", ""],
    ["trailers alone, as a subject", good.split("\n").slice(2).join("\n")],
    ["one missing", good.replace(/Pawl-Score.*\n/, "")],
    ["one twice", good.replace(/(Pawl-Score.*\n)/, "$1$1")],
    ["an earlier paragraph", `${good}\nMore words.\n`],
    ["no number", good.replace("Pawl-Score: 1", "Pawl-Score: one")],
    ["an infinite number", good.replace("Pawl-Score: 1", "Pawl-Score: 1e+999")],
    ["a negative experiment", good.replace("Experiment: 1", "Experiment: -1")],
    ["a short digest", good.replace("a".repeat(64), "a".repeat(63))],
  ])("%s: null", (_, message) => {
    expect(parseTrailers(message)).toBeNull();
  });
});
