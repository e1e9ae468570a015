import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PawlError, type Evaluation, type Json, type Output, type Scorer, type Split } from "@pawl/plugin";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import tabularByDefault, { tabular } from "./index.ts";

type Options = Parameters<typeof tabular>[0];
type Evaluated = Evaluation<{ labels: number[]; amounts: Record<string, number[]> }>;

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "pawl-tabular-"));
});
afterAll(() => rm(root, { recursive: true }));

const signal = AbortSignal.timeout(600_000);
const byColumn = { by: "column", column: "split", train: "t", validation: "v", holdout: "h" } as const;

async function scorerOf(options: Options): Promise<Scorer> {
  const configured = tabular(options);
  return configured.create(configured.schema.parse(configured.options) as never, { root });
}

let files = 0;
/** Writes a table to a new file and makes a scorer of it. */
async function scorerFor(text: string, options: Partial<Options> = {}, extension = "csv"): Promise<Scorer> {
  const file = `table-${files++}.${extension}`;
  await writeFile(join(root, file), text);
  return scorerOf({ file, label: "y", metric: "mae", split: byColumn, ...options });
}

async function load(scorer: Scorer, split: Split = "validation", seed = 1): Promise<Evaluated> {
  const evaluation = await scorer.load(split, seed, signal);
  expect(evaluation).not.toBeNull();
  return evaluation as Evaluated;
}

async function errorOf(act: () => unknown): Promise<PawlError> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(PawlError);
    return error as PawlError;
  }
  throw new Error("nothing was thrown");
}

const loadError = async (text: string, options: Partial<Options> = {}, extension = "csv") =>
  errorOf(async () => load(await scorerFor(text, options, extension)));
const values = (list: readonly Json[]): Output[] => list.map((value) => ({ value }));

describe("reading", () => {
  test("the surface gets the row without the label, dropped columns and the split column, as typed values", async () => {
    const text = [
      "id,amount,country,night,zip,account,empty,y,split",
      "1, 12.50 ,DE,true,01067,12345678901234567890,,3,v",
      "2,,FR,FALSE,80331,1,,4,v",
      "3,1e3,,,99999,2,,5,t",
    ].join("\n");
    const scorer = await scorerFor(text, { drop: ["id"] });
    const { inputs, reference } = await load(scorer);
    expect(inputs).toEqual([
      { amount: 12.5, country: "DE", night: true, zip: "01067", account: "12345678901234567890", empty: null },
      { amount: null, country: "FR", night: false, zip: "80331", account: "1", empty: null },
    ]);
    expect(reference).toEqual({ labels: [3, 4], amounts: {} });
    expect((await load(scorer, "train")).inputs).toEqual([
      { amount: 1000, country: null, night: null, zip: "99999", account: "2", empty: null },
    ]);
    expect((await load(await scorerFor(text, { include: ["night"] }))).inputs).toEqual([
      { night: true },
      { night: false },
    ]);
    expect(tabularByDefault).toBe(tabular);
  });

  test("types can be declared, and texts for missing values be named", async () => {
    const text = "a,b,c,y,split\n01,7,true,1,v\n02,NA,n/a,2,v\n";
    const options: Partial<Options> = { types: { a: "number", b: "string", c: "string" }, missing: ["NA"] };
    const { inputs } = await load(await scorerFor(text, options));
    expect(inputs).toEqual([
      { a: 1, b: "7", c: "true" },
      { a: 2, b: null, c: "n/a" },
    ]);
  });

  test("quotes, line ends inside fields, byte order mark, CRLF, empty lines, no last line end", async () => {
    const text = '\uFEFFname,y,split\r\n"Ada ""the"" first",1,v\r\n\r\n"two\r\nlines, one\nfield",2,v\r\n\n"ü€😀",3,v';
    const { inputs } = await load(await scorerFor(text));
    expect(inputs).toEqual([{ name: 'Ada "the" first' }, { name: "two\r\nlines, one\nfield" }, { name: "ü€😀" }]);
    const tabs = await load(await scorerFor("name\ty\tsplit\na,b\t1\tv\n", {}, "tsv"));
    expect(tabs.inputs).toEqual([{ name: "a,b" }]);
    const semicolons = await load(await scorerFor("name;y;split\na,b;1;v\n", { delimiter: ";" }));
    expect(semicolons.inputs).toEqual([{ name: "a,b" }]);
  });

  test("JSON Lines keep their types; absent is null; only real line ends count", async () => {
    const rows = [
      { a: 1, y: 0.5, split: "v" },
      { a: "1", tags: ["x", { deep: null }], y: 2, split: "v" },
      { a: null, text: "one\u2028line", y: 3, split: "v" },
    ];
    const text = `\uFEFF${rows.map((row) => JSON.stringify(row)).join("\r\n\n")}`;
    expect(text).toContain("\u2028");
    const { inputs, reference } = await load(await scorerFor(text, {}, "jsonl"));
    expect(inputs).toEqual([
      { a: 1, tags: null, text: null },
      { a: "1", tags: ["x", { deep: null }], text: null },
      { a: null, tags: null, text: "one\u2028line" },
    ]);
    expect(reference.labels).toEqual([0.5, 2, 3]);
  });

  test("any text survives CSV, and a bad row is found on its real line", async () => {
    const field = fc.oneof(
      fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r\n", "\r", "a", " ", "é", "0") }),
      fc.string(),
    );
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, fc.nat({ max: 2 })), { minLength: 1, maxLength: 8 }),
        fc.constantFrom("\n", "\r\n"),
        async (rows, end) => {
          let text = `text,y,split${end}`;
          for (const [value, blank] of rows) text += `${end.repeat(blank)}${quoted(value)},1,v${end}`;
          const { inputs } = await load(await scorerFor(text, { types: { text: "string" } }));
          expect(inputs).toEqual(rows.map(([value]) => ({ text: value.trim() === "" ? null : value })));
          // An editor counts "\r\n", "\n" and "\r" as one line end each.
          const line = text.split(/\r\n|\n|\r/).length;
          const error = await loadError(`${text}ok,oops,v${end}`);
          expect(error.path).toMatch(new RegExp(`\\.csv:${line}$`));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("bad data", () => {
  test.each([
    ["a label that is no number", "a,y,split\n1,2,v\n1,x,v\n", 3, /label in column "y" is "x"/],
    ["a missing label", "a,y,split\n1,2,v\n1,,v\n", 3, /label in column "y" is missing/],
    ["too few fields", 'a,y,split\n"1\n1",2,v\n1,2\n', 4, /2 fields, the header has 3/],
    ["too many fields", "a,y,split\n1,2,v\n\n1,2,v,4\n", 4, /4 fields, the header has 3/],
    ["a quote never closed", 'a,y,split\n1,2,v\n"1,2,v\n1,2,v\n', 3, /never closed/],
    ["text after a quote", 'a,y,split\n1,2,v\n"1"x,2,v\n', 3, /text follows a closing quote/],
    ["a quote inside a field", 'a,y,split\n1,2,v\n\n\n1"x",2,v\n', 5, /quote inside a field/],
    ["a column twice", "a,y,a,split\n1,2,3,v\n", 1, /"a" is there twice/],
    ["a column without a name", "a,,y,split\n1,2,3,v\n", 1, /Column 2 has no name/],
    ["a column called __proto__", "__proto__,y,split\n1,2,v\n", 1, /__proto__/],
    [
      "not UTF-8",
      Buffer.concat([Buffer.from("a,y,split\nx,2,v\nM"), Buffer.from([0xfc]), Buffer.from(",1,v\n")]),
      3,
      /UTF-8/,
    ],
  ] as const)("%s is reported with its line", async (_, text, line, message) => {
    const error = await loadError(text as string);
    expect(error).toMatchObject({ code: "PAWL_DATA_INVALID", message: expect.stringMatching(message) });
    expect(error.path).toMatch(new RegExp(`^table-\\d+\\.csv:${line}$`));
  });

  test("a typo in a column of numbers does not turn it into texts", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},1,v`);
    const error = await loadError(["a,y,split", ...rows, "l7,1,v"].join("\n"));
    expect(error).toMatchObject({
      code: "PAWL_DATA_INVALID",
      message: 'Column "a" holds numbers, but here it says "l7".',
    });
    expect(error.path).toMatch(/:32$/);
    expect(error.remedy).toContain('types: { "a": "string" }');
    const declared = await loadError("a,y,split\n1,2,v\nx,2,v\n", { types: { a: "number" } });
    expect(declared).toMatchObject({
      path: expect.stringMatching(/:3$/),
      message: expect.stringContaining("is a number"),
    });
  });

  test.each([
    ["not JSON", '{"a":1,"y":1,"split":"v"}\n\n{"a":1,\n', 3, /not JSON/],
    ["no object", '{"a":1,"y":1,"split":"v"}\n[1]\n', 2, /not a JSON object/],
    ["no label", '{"a":1,"y":1,"split":"v"}\n{"a":1,"split":"v"}\n', 2, /is missing/],
    ["a label of the wrong kind", '{"a":1,"y":[1],"split":"v"}\n', 1, /is \[1\]/],
    ["a number that is none", '{"a":1e999,"y":1,"split":"v"}\n', 1, /too large/],
    ["such a number inside a list", '{"a":[{"b":-1e999}],"y":1,"split":"v"}\n', 1, /too large/],
    [
      "not UTF-8",
      Buffer.concat([Buffer.from('{"a":"M'), Buffer.from([0xfc]), Buffer.from('","y":1,"split":"v"}')]),
      1,
      /UTF-8/,
    ],
    ["a key called __proto__", '{"__proto__":1,"y":1,"split":"v"}\n', 1, /__proto__/],
  ] as const)("JSON Lines: %s", async (_, text, line, message) => {
    const error = await loadError(text as string, {}, "jsonl");
    expect(error).toMatchObject({ code: "PAWL_DATA_INVALID", message: expect.stringMatching(message) });
    expect(error.path).toMatch(new RegExp(`:${line}$`));
  });

  test("JSON Lines: a value that is not of its declared type", async () => {
    const declared = await loadError('{"a":"1","y":1,"split":"v"}\n', { types: { a: "number" } }, "jsonl");
    expect(declared.path).toMatch(/:1$/);
  });

  test.each(["2", "-1", "0.5", "yes", ""])("%j is no label of a classification", async (label) => {
    const error = await loadError(`a,y,split\n1,0,v\n1,1,v\n1,${label},v\n`, { metric: "pr-auc" });
    expect(error).toMatchObject({ code: "PAWL_DATA_INVALID", message: expect.stringContaining("it must be 0 or 1") });
    expect(error.path).toMatch(/:4$/);
  });

  test("0 and 1 may be written as 0.0 and 1.0, false and true", async () => {
    const scorer = await scorerFor("a,y,split\n1,0.0,v\n1,1.0,v\n1,False,v\n1,TRUE,v\n", { metric: "pr-auc" });
    expect((await load(scorer)).reference.labels).toEqual([0, 1, 0, 1]);
    const json = '{"a":1,"y":true,"split":"v"}\n{"a":1,"y":0,"split":"v"}\n';
    expect((await load(await scorerFor(json, { metric: "brier" }, "jsonl"))).reference.labels).toEqual([1, 0]);
  });

  test("files: missing, a folder, empty, only a header", async () => {
    const at = (file: string) =>
      errorOf(async () => load(await scorerOf({ file, label: "y", metric: "mae", split: byColumn })));
    expect(await at("nowhere.csv")).toMatchObject({ code: "PAWL_DATA_MISSING", path: join(root, "nowhere.csv") });
    await writeFile(join(root, "a-file"), "");
    expect((await at("a-file/x.csv")).code).toBe("PAWL_DATA_MISSING");
    expect((await at("table")).code).toBe("PAWL_CONFIG_INVALID");
    const folder = await errorOf(async () =>
      load(await scorerOf({ file: ".", format: "csv", label: "y", metric: "mae", split: byColumn })),
    );
    expect(folder).toMatchObject({ code: "PAWL_DATA_MISSING", message: expect.stringContaining("is a folder") });
    expect(await loadError("")).toMatchObject({ code: "PAWL_DATA_INVALID", message: expect.stringContaining("empty") });
    expect(await loadError("a,y,split\n")).toMatchObject({ message: "The file holds no rows." });
    expect(await loadError("\n\n", {}, "jsonl")).toMatchObject({ message: "The file holds no rows." });
  });

  test("a column that is not there is named, with the one that was meant", async () => {
    const text = "is_fraud,amount,split\n1,2,v\n";
    const error = await loadError(text, { label: "is_frod" });
    expect(error).toMatchObject({ code: "PAWL_CONFIG_INVALID", path: "scorer.options.label" });
    expect(error.remedy).toBe('Did you mean "is_fraud"? The columns are: is_fraud, amount, split.');
    const places: [Partial<Options>, string][] = [
      [{ drop: ["x"] }, "drop[0]"],
      [{ include: ["amount", "x"] }, "include[1]"],
      [{ types: { x: "string" } }, "types.x"],
      [{ split: { ...byColumn, column: "x" } }, "split.column"],
      [{ split: { by: "hash", key: "x", fractions: { validation: 1 } } }, "split.key"],
      [{ metric: { name: "cost", amount: "x", costs: { tp: 0, fp: 0, fn: 0, tn: 0 } } }, "metric.amount"],
    ];
    for (const [options, path] of places) {
      expect((await loadError(text, { label: "is_fraud", ...options })).path).toBe(`scorer.options.${path}`);
    }
    const json = await loadError('{"yy":1,"split":"v"}\n', {}, "jsonl");
    expect(json).toMatchObject({ code: "PAWL_CONFIG_INVALID", path: "scorer.options.label" });
  });

  test("a split without rows or with one class is refused", async () => {
    const text = "a,y,split\n1,1,v\n1,1,v\n1,0,t\n";
    expect(await loadError(text, { split: { ...byColumn, validation: "Validation" } })).toMatchObject({
      code: "PAWL_DATA_INVALID",
      message: "The validation split is empty.",
      details: ['Column "split" holds "v", "t".'],
    });
    expect((await loadError(text, { metric: "roc-auc" })).message).toBe(
      "All 2 rows of the validation split are positive.",
    );
    const scorer = await scorerFor(text, { metric: "log-loss" });
    expect((await errorOf(() => load(scorer, "train"))).message).toBe(
      "None of the 1 rows of the train split is positive.",
    );
    const k = await loadError("a,y,split\n1,1,v\n1,0,v\n", { metric: { name: "precision-at-k", k: 3 } });
    expect(k).toMatchObject({ code: "PAWL_DATA_INVALID", message: expect.stringContaining("precision-at-3") });
  });

  test("an aborted load ends", async () => {
    const scorer = await scorerFor("a,y,split\n1,1,v\n");
    await expect(scorer.load("validation", 1, AbortSignal.abort(new Error("stop")))).rejects.toThrow(/stop|abort/);
  });

  test("a file that changes is read anew", async () => {
    const file = "growing.csv";
    await writeFile(join(root, file), "a,y,split\n1,1,v\n");
    const scorer = await scorerOf({ file, label: "y", metric: "mae", split: byColumn });
    expect((await load(scorer)).inputs).toEqual([{ a: 1 }]);
    await appendFile(join(root, file), "x,2,v\n");
    expect((await load(scorer)).inputs).toEqual([{ a: "1" }, { a: "x" }]);
  });
});

describe("splits", () => {
  const table = (rows: number): string =>
    ["id,customer,y", ...Array.from({ length: rows }, (_, i) => `${i},c${i % 40},${i}`)].join("\n");
  const fractions = { train: 0.5, validation: 0.3, holdout: 0.2 };

  const labelsOf = async (scorer: Scorer, split: Split, seed = 1) => (await load(scorer, split, seed)).reference.labels;
  const allLabels = async (scorer: Scorer): Promise<number[][]> => [
    await labelsOf(scorer, "train"),
    await labelsOf(scorer, "validation"),
    await labelsOf(scorer, "holdout"),
  ];

  test("by hash: about the fractions, no row twice, the same again, another seed another deal", async () => {
    const scorer = await scorerFor(table(2_000), { split: { by: "hash", fractions } });
    const parts = await allLabels(scorer);
    expect(parts.flat().toSorted((a, b) => a - b)).toEqual([...Array(2_000).keys()]);
    for (const [i, share] of [0.5, 0.3, 0.2].entries()) expect(parts[i]!.length / 2_000).toBeCloseTo(share, 1);
    expect(await labelsOf(scorer, "train", 99)).toEqual(parts[0]);
    // Rows keep their split when others are added: it depends on nothing but the row.
    const longer = await scorerFor(table(3_000), { split: { by: "hash", fractions } });
    expect((await labelsOf(longer, "train")).filter((label) => label < 2_000)).toEqual(parts[0]);
    const reseeded = await scorerFor(table(2_000), { split: { by: "hash", fractions, seed: 1 } });
    expect(await labelsOf(reseeded, "train")).not.toEqual(parts[0]);
  });

  test("by hash of a key: rows of one key stay together; left-out fractions are left out", async () => {
    const split = { by: "hash", key: "customer", fractions: { train: 0.4, validation: 0.3 } } as const;
    const scorer = await scorerFor(table(2_000), { split });
    const [train, validation] = [await load(scorer, "train"), await load(scorer)];
    const customers = ({ inputs }: Evaluated) =>
      new Set(inputs.map((input) => (input as { customer: string }).customer));
    expect([...customers(train)].filter((one) => customers(validation).has(one))).toEqual([]);
    expect(train.inputs.length).toBe(customers(train).size * 50);
    expect(train.inputs.length + validation.inputs.length).toBeLessThan(2_000);
    expect(await scorer.load("holdout", 1, signal)).toBeNull();
    const error = await loadError("customer,y\na,1\n,2\n", { split });
    expect(error).toMatchObject({ code: "PAWL_DATA_INVALID", path: expect.stringMatching(/:3$/) });
  });

  test("rows that look alike to the surface are never on both sides, whatever their label", async () => {
    const text = ["a,y", ...Array.from({ length: 600 }, (_, i) => `${i % 30},${i}`)].join("\n");
    const scorer = await scorerFor(text, { split: { by: "hash", fractions } });
    const seen = async (split: Split) =>
      new Set((await load(scorer, split)).inputs.map((input) => JSON.stringify(input)));
    const validation = await seen("validation");
    expect([...(await seen("train"))].filter((one) => validation.has(one))).toEqual([]);
  });

  test("by time: oldest first, equal times together, in whatever order the file is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 30 }), { minLength: 20, maxLength: 80 }), async (times) => {
        const text = ["time,y", ...times.map((time) => `${time},${time}`)].join("\n");
        const split = { by: "time", column: "time", fractions } as const;
        const distinct = new Set(times).size;
        fc.pre(distinct > 15);
        const parts = await allLabels(await scorerFor(text, { split }));
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual(times.toSorted((a, b) => a - b));
        expect(Math.max(...parts[0]!)).toBeLessThan(Math.min(...parts[1]!));
        expect(Math.max(...parts[1]!)).toBeLessThan(Math.min(...parts[2]!));
      }),
      { numRuns: 25 },
    );
  });

  test("by time with dates and cut points, in UTC whatever the machine's time zone", async () => {
    const dates = ["2026-01-01", "2026-01-31T23:59:59Z", "2026-02-01 00:00", "2026-02-01T00:30+01:00", "2026-03-01"];
    const text = ["when,y", ...dates.map((date, i) => `${date},${i}`), "2026-04-01,5"].join("\n");
    const split = {
      by: "time",
      column: "when",
      validationFrom: "2026-02-01",
      holdoutFrom: "2026-03-01",
      until: "2026-04-01",
    };
    const scorer = await scorerFor(text, { split } as Partial<Options>);
    expect(await allLabels(scorer)).toEqual([[0, 1, 3], [2], [4]]);
    const numbers = { by: "time", column: "when", validationFrom: 10 } as const;
    const plain = await scorerFor("when,y\n9,1\n10,2\n11.5,3\n", { split: numbers });
    expect(await labelsOf(plain, "validation")).toEqual([2, 3]);
    expect(await plain.load("holdout", 1, signal)).toBeNull();
  });

  test("times that are none are reported with their line, cut points that are none with their option", async () => {
    const split = { by: "time", column: "when", validationFrom: "2026-02-01" } as const;
    for (const wrong of ["", "yesterday", "01/02/2026", "2026-02-30", "2026-13-01", "5"]) {
      const error = await loadError(`when,y\n2026-01-01,1\n${wrong},2\n`, { split });
      expect(error).toMatchObject({ code: "PAWL_DATA_INVALID", path: expect.stringMatching(/:3$/) });
    }
    const at = async (cut: object, text = "when,y\n2026-01-01,1\n") =>
      (await loadError(text, { split: { by: "time", column: "when", ...cut } as Options["split"] })).path;
    expect(await at({ validationFrom: "soon" })).toBe("scorer.options.split.validationFrom");
    expect(await at({ validationFrom: 5 })).toBe("scorer.options.split.validationFrom");
    expect(await at({ validationFrom: "2026-02-01", holdoutFrom: "2026-01-01" })).toBe("scorer.options.split");
    expect(await at({ validationFrom: "2026-02-01", until: "2026-02-01" })).toBe("scorer.options.split");
  });

  test("by column: values per split, others left out", async () => {
    const text = "fold,y\n1,10\n2,20\n3,30\n4,40\n5,\n";
    const split = { by: "column" as const, column: "fold", train: ["1", "2"], validation: "3" };
    const error = await loadError(text, { split });
    expect(error.message).toBe("No column is left for the surface to see.");
    const scorer = await scorerFor("fold,y,a\n1,10,x\n2,20,x\n3,30,x\n4,40,x\n5,,x\n", { split });
    expect([await labelsOf(scorer, "train"), await labelsOf(scorer, "validation")]).toEqual([[10, 20], [30]]);
    const twice = await loadError(text, { split: { ...split, holdout: "3" } });
    expect(twice).toMatchObject({ code: "PAWL_CONFIG_INVALID", path: "scorer.options.split.holdout" });
  });

  test("a sample is drawn by the evaluation seed from within the split", async () => {
    const split = { by: "hash", fractions } as const;
    const all = await scorerFor(table(2_000), { split });
    const some = await scorerFor(table(2_000), { split, sample: { validation: 50 } });
    const whole = await labelsOf(all, "validation");
    const [one, again, other] = [
      await labelsOf(some, "validation", 1),
      await labelsOf(some, "validation", 1),
      await labelsOf(some, "validation", 2),
    ];
    expect(one).toHaveLength(50);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(whole).toEqual(expect.arrayContaining(one));
    expect(one).toEqual(one.toSorted((a, b) => a - b));
    expect(await labelsOf(some, "train")).toEqual(await labelsOf(all, "train"));
    expect(await labelsOf(await scorerFor(table(20), { split, sample: 1_000 }), "train")).not.toHaveLength(0);
  });
});

describe("scoring", () => {
  const binary = "a,amount,y,split\n1,10,1,v\n2,20,0,v\n3,30,1,t\n4,40,0,t\n5,50,0,t\n";

  test("anything but a usable number is the worst answer", async () => {
    const scorer = await scorerFor(binary, { metric: "brier" });
    const evaluation = await load(scorer);
    const score = (outputs: Output[]) => scorer.score(outputs, evaluation, signal);
    expect((await score(values([1, 0]))).value).toBe(0);
    for (const bad of [
      { error: "boom" },
      { value: "1" },
      { value: null },
      { value: [1] },
      { value: true },
      { value: 1.01 },
    ]) {
      expect((await score([bad, { value: 0 }])).samples).toEqual([1, 0]);
      expect((await score([{ value: 1 }, bad])).samples).toEqual([0, 1]);
    }
    const ranking = await scorerFor(binary, { metric: "roc-auc" });
    expect((await ranking.score([{ value: 7 }, { error: "x" }], evaluation, signal)).value).toBe(0);
    expect((await ranking.score(values([7, -7]), evaluation, signal)).value).toBe(1);
  });

  test("guardrails are second metrics on the same outputs", async () => {
    const costs = { tp: 0, fp: 1, fn: { perAmount: 1 }, tn: 0 };
    const scorer = await scorerFor(binary, {
      metric: "pr-auc",
      guardrails: {
        loss: { name: "cost", threshold: 0.5, amount: "amount", costs, unit: "EUR" },
        calibration: "brier",
      },
    });
    expect(scorer.metric).toMatchObject({ name: "pr-auc", direction: "maximize", range: [0, 1] });
    expect(scorer.guardrails).toMatchObject([
      { name: "loss", direction: "minimize", unit: "EUR" },
      { name: "calibration", direction: "minimize" },
    ]);
    const evaluation = await load(scorer);
    expect(evaluation.reference.amounts).toEqual({ amount: [10, 20] });
    expect(await scorer.score(values([0.25, 0]), evaluation, signal)).toMatchObject({
      value: 1,
      samples: [1],
      guardrails: { loss: 5, calibration: 0.28125 },
    });
    const returned = await scorerFor(binary, { metric: { name: "cost", costs: { tp: -1, fp: 2, fn: 3, tn: 0 } } });
    expect((await returned.score(values([true, 1]), evaluation, signal)).samples).toEqual([-1, 2]);
    expect((await returned.score(values([0.4, "no"]), evaluation, signal)).samples).toEqual([3, 2]);
  });

  test("every metric: its direction is right, a perfect surface is the best, one sample list per evaluation", async () => {
    const metrics: Options["metric"][] = [
      "pr-auc",
      "roc-auc",
      "log-loss",
      "brier",
      "rmse",
      "mae",
      { name: "precision-at-k", k: 1 },
      { name: "recall-at-k", fraction: 0.4 },
      { name: "cost", threshold: 0.5, costs: { tp: 0, fp: 1, fn: 1, tn: 0 } },
      { name: "rmse", worstError: 1 },
    ];
    for (const metric of metrics) {
      const scorer = await scorerFor(binary, { metric });
      const evaluation = await load(scorer, "train");
      const of = async (answers: Json[]) => scorer.score(values(answers), evaluation, signal);
      const [right, wrong, broken] = [await of([1, 0, 0]), await of([0, 1, 1]), await of([null, null, null])];
      const sign = scorer.metric.direction === "maximize" ? 1 : -1;
      expect(sign * right.value).toBeGreaterThan(sign * wrong.value);
      expect(sign * broken.value).toBeLessThanOrEqual(sign * wrong.value);
      expect(new Set([right, wrong, broken].map(({ samples }) => samples!.length)).size).toBe(1);
      const { range } = scorer.metric;
      for (const { value } of [right, wrong, broken]) {
        expect(range === undefined || (value >= range[0] && value <= range[1])).toBe(true);
      }
    }
  });

  test("train failures say what went wrong, costliest first; other splits say nothing", async () => {
    const scorer = await scorerFor(binary, { metric: "pr-auc" });
    const train = await load(scorer, "train");
    expect((await scorer.score(values([1, 3, 2]), train, signal)).feedback).toEqual([
      {
        case: 0,
        cause: "missed positive",
        detail: "score 1, above only 0 % of the negative cases, label 1",
        weight: 1,
      },
      { case: 1, cause: "false alarm", detail: "score 3, below only 0 % of the positive cases, label 0", weight: 1 },
      { case: 2, cause: "false alarm", detail: "score 2, below only 0 % of the positive cases, label 0", weight: 1 },
    ]);
    expect((await scorer.score(values([3, 2, 1]), train, signal)).feedback).toEqual([]);
    expect(
      (await scorer.score([{ error: "boom" }, { value: "x" }, { value: 0 }], train, signal)).feedback,
    ).toMatchObject([
      { case: 0, cause: "error", detail: "boom" },
      { case: 1, cause: "unusable answer", detail: 'a number is wanted, not "x"' },
      { case: 2, cause: "false alarm" },
    ]);
    const evaluation = await load(scorer);
    expect((await scorer.score(values([0, 1]), evaluation, signal)).feedback).toEqual([]);
    const cost = await scorerFor(binary, { metric: { name: "cost", costs: { tp: 5, fp: 2, fn: 9, tn: 1 } } });
    expect((await cost.score(values([0, 1, null]), train, signal)).feedback).toMatchObject([
      { case: 0, cause: "missed positive", weight: 4 },
      { case: 1, cause: "false alarm", weight: 1 },
      { case: 2, cause: "unusable answer", weight: 1 },
    ]);
    const mae = await scorerFor(binary, { metric: "mae", feedback: 1 });
    expect((await mae.score(values([0.5, 3, 0]), train, signal)).feedback).toEqual([
      { case: 1, cause: "too high", detail: "predicted 3, was 0", weight: 3 },
    ]);
  });

  test("one kind of mistake does not crowd out the other", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i},${i % 20 === 0 ? 1 : 0},t`);
    const scorer = await scorerFor(["a,y,split", ...rows, "1,1,v", "1,0,v"].join("\n"), {
      metric: "pr-auc",
      feedback: 10,
    });
    const train = await load(scorer, "train");
    const { feedback } = await scorer.score(
      values(train.reference.labels.map((y, i) => (y === 1 ? -1 : i))),
      train,
      signal,
    );
    expect(feedback).toHaveLength(10);
    expect(Map.groupBy(feedback!, ({ cause }) => cause).get("missed positive")).toHaveLength(5);
  });
});

describe("a part of an evaluation", () => {
  const text = ["a,y,amount,split", ...Array.from({ length: 30 }, (_, i) => `${i},${i % 2},${10 * i},v`)].join("\n");
  const guesses = values(Array.from({ length: 30 }, (_, i) => (i % 7 === 0 ? null : (i % 10) / 9)));
  const COST = { name: "cost", costs: { tp: 0, fp: 1, fn: { perAmount: 2 }, tn: 0 }, threshold: 0.5, amount: "amount" };

  test.each([
    ["log-loss", {}],
    ["brier", {}],
    ["mae", {}],
    ["rmse", {}],
    [{ name: "mae", worstError: 2 }, {}],
    [COST, { guardrails: { brier: "brier" } }],
  ] as [Options["metric"], Partial<Options>][])("is worth what it is worth in the whole: %j", async (metric, more) => {
    const scorer = await scorerFor(text, { metric, ...more });
    const whole = await load(scorer);
    const { samples = [] } = await scorer.score(guesses, whole, signal);
    const positions = fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(positions, positions, async (cases, again) => {
        const part = scorer.slice!(whole, cases);
        const picked = cases.map((at) => guesses[at]!);
        const expected = cases.map((at) => samples[at]!);
        expect((await scorer.score(picked, part, signal)).samples).toEqual(expected);
        // A part of a part is one of the whole.
        const within = again.map((at) => at % cases.length);
        const smaller = await scorer.score(
          within.map((at) => picked[at]!),
          scorer.slice!(part, within),
          signal,
        );
        expect(smaller.samples).toEqual(within.map((at) => expected[at]));
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["pr-auc", {}],
    ["roc-auc", {}],
    [{ name: "recall-at-k", k: 3 }, {}],
    ["brier", { guardrails: { ranking: "roc-auc" } }],
  ] as [Options["metric"], Partial<Options>][])("is not to be had of a ranking: %j", async (metric, more) => {
    expect((await scorerFor(text, { metric, ...more })).slice).toBeUndefined();
  });
});

test("negative zero becomes zero, as JSON would make it", async () => {
  const csv = await load(await scorerFor("a,y,split\n-0,-0.0,v\n"));
  const json = await load(await scorerFor('{"a":-0,"y":0,"split":"v"}', {}, "jsonl"));
  for (const { inputs } of [csv, json]) expect(Object.is((inputs[0] as { a: number }).a, 0)).toBe(true);
});

test("the evaluation is plain data that survives JSON, and holds no label among its inputs", async () => {
  const scorer = await scorerFor("a,secret,split\nx,0.123456,v\ny,0.654321,v\n", { label: "secret" });
  const evaluation = await load(scorer);
  expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  expect(JSON.stringify(evaluation.inputs)).not.toMatch(/secret|0\.123456|0\.654321/);
});
