import fc from "fast-check";
import { proposalSchema, type Proposal } from "@pawl/plugin";
import { expect, test } from "vitest";
import { isNumeric } from "./search/coordinate.ts";
import { parseSource } from "./surface/parse.ts";
import { Surface } from "./surface/surface.ts";
import { createSearch, Drive } from "./test/drive.ts";
import { ARROW, HELPERS, INPUTS, ODD, POINT, RULES, TUNED } from "./test/surfaces.ts";

const SURFACES = {
  rules: { "rules.ts": RULES },
  arrow: { "score.js": ARROW },
  helpers: { "score.mjs": HELPERS },
  tuned: { "tuned.js": TUNED },
  odd: { "odd.js": ODD },
  several: { "a.ts": RULES, "b.js": ARROW, "notes.md": "nothing to see" },
};
const LIMITS = { maxBytes: 65_536 };
const surfaces = fc.constantFrom(...Object.values(SURFACES));

async function each(
  drive: Drive,
  count: number,
  look: (proposal: Proposal, drive: Drive) => void,
  options = {},
): Promise<void> {
  const proposer = await createSearch(options);
  for (let i = 0; i < count; i += 1) {
    const number = drive.next;
    const proposal = await drive.propose(proposer);
    if (proposal === null) return;
    look(proposal, drive);
    await proposer.observe?.(drive.finish(number, proposal));
  }
}

test("every proposal is valid, parses, is new, and keeps to its @tune comments", async () => {
  await fc.assert(
    fc.asyncProperty(surfaces, fc.string(), async (files, seed) => {
      const drive = new Drive(files, { seed });
      const seen = new Set([new Surface(files, LIMITS).key]);
      await each(drive, 120, (proposal) => {
        expect(proposalSchema.safeParse(proposal).success).toBe(true);
        const candidate = drive.filesOf(proposal);
        for (const path of Object.keys(candidate)) if (!path.endsWith(".md")) parseSource(path, candidate[path] ?? "");
        // Strict: a literal outside of its range, or a comment without a literal, would throw here.
        const surface = new Surface(candidate, { ...LIMITS, strict: true });
        expect(seen).not.toContain(surface.key);
        // The fingerprint made without parsing the whole is that of the whole.
        expect(proposal.memo).toMatchObject({ key: surface.key });
        seen.add(surface.key);
      });
    }),
    { numRuns: 10 },
  );
});

test("nothing but the edited place changes: constants leave the rest of the text alone", async () => {
  const blank = (text: string | undefined) =>
    text?.replaceAll(/\(?-?\b\d[\d._]*(e-?\d+)?\b\)?|'(sum|max)'|"(sum|max)"/g, "#");
  for (const files of [SURFACES.rules, SURFACES.arrow]) {
    const drive = new Drive(files);
    const path = Object.keys(files)[0] as string;
    const expected = blank(Object.values(files)[0]);
    await each(drive, 150, (proposal) => expect(blank(drive.filesOf(proposal)[path])).toBe(expected), {
      structure: false,
      crossover: false,
    });
  }
});

test("nothing but the edited place changes: a structural edit leaves most lines as they are", async () => {
  const drive = new Drive(SURFACES.rules);
  const proposer = await createSearch({ tune: false, crossover: false });
  const old = RULES.split("\n");
  for (let i = 1; i <= 150; i += 1) {
    const proposal = await drive.propose(proposer);
    if (proposal === null) break;
    const lines = (drive.filesOf(proposal)["rules.ts"] ?? "").split("\n");
    // Nothing is kept, so each starts from the same text; its longest statement has three lines.
    if (!JSON.stringify(proposal.memo).includes('"combine"')) {
      expect(old.filter((line) => !lines.includes(line)).length).toBeLessThanOrEqual(3);
      expect(lines.filter((line) => !old.includes(line)).length).toBeLessThanOrEqual(3);
    }
    await proposer.observe?.(drive.finish(i, proposal, -i));
  }
});

test("a statement goes with the comment behind it, and its line with both", async () => {
  const drive = new Drive(SURFACES.rules);
  const proposer = await createSearch({ tune: false, crossover: false });
  const without: string[] = [];
  for (let i = 1; i <= 250; i += 1) {
    const proposal = await drive.propose(proposer);
    if (proposal === null) break;
    if (/^do without `if \(tx.amount>AMOUNT_HIGH\)[^`]*`$/.test(proposal.hypothesis)) {
      without.push(drive.filesOf(proposal)["rules.ts"] ?? "");
    }
    await proposer.observe?.(drive.finish(i, proposal, -i));
  }
  expect(without).toEqual([RULES.replace(/ *if \(tx.amount>AMOUNT_HIGH\).*\n/, "")]);
});

test("the same random numbers and the same results give the same proposals", async () => {
  await fc.assert(
    fc.asyncProperty(surfaces, fc.string(), async (files, seed) => {
      const texts: string[][] = [[], []];
      for (const text of texts) {
        await each(new Drive(files, { seed }), 60, (proposal) => text.push(JSON.stringify(proposal)));
      }
      expect(texts[1]).toEqual(texts[0]);
    }),
    { numRuns: 6 },
  );
});

/** Long enough for restarts of CMA-ES in two dimensions, and for some structure in the others. */
const resumable = fc.oneof(
  fc.tuple(surfaces, fc.integer({ min: 1, max: 150 })),
  fc.tuple(fc.constant({ "point.js": POINT }), fc.integer({ min: 800, max: 900 })),
);

test("a resumed run goes on as the uninterrupted one", async () => {
  await fc.assert(
    fc.asyncProperty(resumable, async ([files, stop]) => {
      const drive = new Drive(files, { seed: String(stop) });
      await each(drive, stop, () => {});
      const { next, champion } = drive;
      const records = [...drive.records];
      const resumed = await createSearch();
      for (const record of records) await resumed.observe?.(record);
      // The other one: all over again, without a break.
      const again = new Drive(files, { seed: String(stop) });
      const uninterrupted = await createSearch();
      for (let i = 0; i < stop; i += 1) {
        const number = again.next;
        const proposal = await again.propose(uninterrupted);
        if (proposal === null) return;
        await uninterrupted.observe?.(again.finish(number, proposal));
      }
      expect(again.champion).toEqual(champion);
      for (let i = 0; i < 25; i += 1) {
        const [one, other] = [await drive.propose(resumed), await again.propose(uninterrupted)];
        expect(one).toEqual(other);
        if (one === null || other === null) return;
        await resumed.observe?.(drive.finish(next + i, one));
        await uninterrupted.observe?.(again.finish(next + i, other));
      }
    }),
    { numRuns: 6 },
  );
});

test("with many experiments in flight no two are the same", async () => {
  const drive = new Drive(SURFACES.rules);
  const proposer = await createSearch();
  const keys = new Set<string>();
  for (let i = 0; i < 300; i += 1) {
    const proposal = await drive.propose(proposer);
    if (proposal === null) throw new Error("the search gave up");
    keys.add(new Surface(drive.filesOf(proposal), LIMITS).key);
  }
  expect(keys.size).toBe(300);
});

test("what others proposed counts as tried, whatever it looks like", async () => {
  const text = 'export default () => ({ a: "x" /* @tune ["x", "y"] */ });\n';
  const drive = new Drive({ "a.js": text });
  const proposer = await createSearch();
  const other = '// reformatted by hand\nexport default () => {\n  return { a: "y" };\n};\n';
  const same = "export default () => ({ \"a\": 'y' }); // by hand\n";
  await proposer.observe?.({ ...foreign(1, other), score: -1 });
  await proposer.observe?.({ ...foreign(2, same), score: -1 });
  await proposer.observe?.({ ...foreign(3, "not a program {{{"), status: "failed", failure: "crashed" });
  expect(await drive.propose(proposer)).toBeNull();
});

function foreign(number: number, text: string) {
  const base = { parent: 0, reason: "", hypothesis: "by hand", verdicts: [], memo: { mine: true } };
  return { ...base, number, status: "rejected" as const, files: { "a.js": text } };
}

test("a finite space is walked through without repetition, and then there is nothing left", async () => {
  const options = '["a", "b", "c"]';
  const text = `export default () => ({ p: "a" /* @tune ${options} */, q: 'b' /* @tune ${options} */, r: true /* @tune true|false */, n: 2 /* @tune int 1..3 */ });\n`;
  const drive = new Drive({ "a.js": text });
  const proposer = await createSearch();
  const seen = new Set<string>();
  for (;;) {
    const number = drive.next;
    const proposal = await drive.propose(proposer);
    if (proposal === null) break;
    seen.add(drive.filesOf(proposal)["a.js"] ?? "");
    await proposer.observe?.(drive.finish(number, proposal, -number));
  }
  expect(seen.size).toBe(3 * 3 * 2 * 3 - 1);
});

test("a surface without anything to change has no proposals", async () => {
  const drive = new Drive({ "a.js": "export default (x) => x;\n" }, { inputs: [] });
  expect(await drive.propose(await createSearch())).toBeNull();
});

test("options switch kinds of change off", async () => {
  const kinds = async (options: object): Promise<Set<string>> => {
    const seen = new Set<string>();
    await each(new Drive(SURFACES.rules), 80, (proposal) => seen.add((proposal.memo as { op: string }).op), options);
    return seen;
  };
  const tuning = await kinds({ structure: false, crossover: false });
  expect([...tuning].every((op) => ["nudge", "jitter", "cma", "choice", "model"].includes(op))).toBe(true);
  const structure = await kinds({ tune: false, crossover: false });
  expect(structure).toContain("add-rule");
  expect(structure).not.toContain("cma");
  const all = await kinds({ bandit: false });
  expect(all.size).toBeGreaterThan(10);
});

test("rules and terms use the fields that the inputs have", async () => {
  for (const [path, text] of [
    ["rules.ts", RULES],
    ["score.js", ARROW],
    ["score.mjs", HELPERS],
  ] as const) {
    const proposals: Proposal[] = [];
    const drive = new Drive({ [path]: text });
    const proposer = await createSearch({ tune: false, crossover: false });
    // Nothing is ever kept, so every proposal starts from the same text.
    for (let i = 0; i < 250; i += 1) {
      const proposal = await drive.propose(proposer);
      if (proposal === null) break;
      proposals.push(proposal);
      await proposer.observe?.(drive.finish(i + 1, proposal, -i));
    }
    const texts = proposals.map((each_) => drive.filesOf(each_)[path] ?? "").join("\n");
    expect(texts).toContain(text === ARROW ? "customer" : "tx.customer.age");
    expect(texts).toContain(text === ARROW ? "online" : "tx.online");
    expect(texts).toMatch(/limit\b.*\?\? 0\)/);
    expect(texts).toContain('["days since"]');
    // What it writes runs: every candidate gives a number for every input.
    for (const candidate of proposals.map((each_) => drive.filesOf(each_)[path] ?? "")) {
      if (path === "rules.ts") continue;
      const body = candidate.replace("export { score as default };", "").replace("export default", "const score =");
      const score = new Function(`${body}\nreturn score;`)() as (input: unknown) => unknown;
      for (const input of INPUTS.slice(0, 8)) expect(typeof score(input)).toMatch(/number|boolean/);
    }
  }
});

test("a limit that a better score crosses is not run against for ever", async () => {
  const text =
    "const PRICE = 10.0; // @tune 0..100\nconst SIZE = 5.0; // @tune 0..100\nexport default () => [PRICE, SIZE];\n";
  const drive = new Drive({ "a.js": text });
  const proposer = await createSearch();
  let beyond = 0;
  for (let i = 1; i <= 400; i += 1) {
    const proposal = await drive.propose(proposer);
    if (proposal === null) break;
    const [price = 0, size = 0] = new Surface(drive.filesOf(proposal), LIMITS).parameters.map((each_) =>
      Number(each_.value),
    );
    // The dearer the better, but above 40 the guard says no.
    const score = price - Math.abs(size - 60);
    const record = drive.finish(i, proposal, price > 40 ? Number.NEGATIVE_INFINITY : score + 45);
    if (price > 40 && i > 200) beyond += 1;
    const guard = {
      gate: "guard",
      step: "judge" as const,
      decision: price > 40 ? ("reject" as const) : ("pass" as const),
    };
    const judged = {
      ...record,
      score: score + 45,
      verdicts: [{ ...guard, code: "G", reason: "" }, ...record.verdicts],
    };
    await proposer.observe?.(judged);
  }
  expect(drive.champion.score).toBeGreaterThan(40 + 45 - 2);
  // A blind search over the range would be beyond the limit six times out of ten.
  expect(beyond).toBeLessThan(90);
});

test("numbers that are integers, keys, positions and loop bounds stay what they are", async () => {
  const text =
    'export default (x) => { const t = ["a", "b"]; let s = 7; for (let i = 0; i < 9; i += 3) s += x[4] + Number(x.toFixed(8)) * 0.5; return { 6: s, k: t[1] }; };\n';
  const parameters = new Surface({ "a.js": text }, LIMITS).parameters;
  expect(parameters.map(({ value }) => value)).toEqual([7, 0.5]);
  await each(
    new Drive({ "a.js": text }, { inputs: [] }),
    60,
    (proposal) => {
      const [seven, half] = new Surface(
        proposal.change.kind === "files" ? proposal.change.files : {},
        LIMITS,
      ).parameters.filter(isNumeric);
      expect(Number.isInteger(seven?.value)).toBe(true);
      expect(seven?.value).toBeGreaterThan(0);
      expect(half?.domain).toMatchObject({ integer: false });
      expect(half?.value).toBeGreaterThan(0);
    },
    { structure: false },
  );
});
