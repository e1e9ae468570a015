import * as fc from "fast-check";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { createRandom } from "../support/random.ts";
import { LANGUAGES, TECHNIQUES, type Target } from "./attack.ts";
import { ATTACKS, HONEST_CHANGES } from "./corpus.ts";
import { uproot } from "./graft.ts";
import { HOST_ATTACKS } from "./host/host-attacks.ts";
import { FNV, ROLLING, fnv, keyed, rolling } from "./lookup/keys.ts";

const everything = [...ATTACKS, ...HOST_ATTACKS];
const ROWS = 42;

describe("the corpus", () => {
  test("has names that tell apart, and a sentence for each", () => {
    const names = [...everything, ...HONEST_CHANGES].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    for (const { description } of [...everything, ...HONEST_CHANGES]) expect(description).toMatch(/^[A-Z].+\.$/);
  });

  test("is as large as it says it is, for surfaces in JavaScript alone", () => {
    const scripts = ATTACKS.filter(({ language }) => language === "javascript");
    expect(scripts.length).toBeGreaterThanOrEqual(60);
    expect(HONEST_CHANGES.length).toBeGreaterThanOrEqual(40);
    expect(ATTACKS.filter(({ language }) => language === "python").length).toBeGreaterThanOrEqual(10);
  });

  test("has an attack for every row of the taxonomy, and no other rows", () => {
    const rows = new Set(everything.flatMap((attack) => attack.rows));
    expect([...rows].toSorted((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, row) => row + 1));
    for (const { name, rows: own } of everything) expect(own.length, name).toBeGreaterThan(0);
  });

  test("uses every technique and every language", () => {
    expect(new Set(everything.map(({ technique }) => technique))).toEqual(new Set(TECHNIQUES));
    expect(new Set(ATTACKS.map(({ language }) => language))).toEqual(new Set(LANGUAGES));
  });
});

describe("taking a default export away", () => {
  test.each([
    ["a named function", "export default function price(x: number): number {\n  return x;\n}\n", "price"],
    ["a function without a name", "export default function (x) {\n  return x;\n}\n", "answer"],
    ["an asynchronous function", "export default async function price(x) {\n  return x;\n}\n", "price"],
    ["an arrow", "export default (x) => x;\n", "answer"],
    ["a name", "const price = (x) => x;\nexport default price;\n", "answer"],
    ["a name in a list", "const price = (x) => x, y = 1;\nexport { price as default, y };\n", "price"],
    ["a name that is taken", "const answer = 1;\nexport default (x) => x + answer;\n", "answer2"],
  ])("%s", (_, text, name) => {
    const rooted = uproot("price.ts", text);
    expect(rooted?.base).toBe(name);
    expect(rooted?.text).not.toMatch(/default/);
    const again = uproot(
      "price.ts",
      `${rooted?.text}\nexport default ${rooted?.fn} (input) { return ${rooted?.call}; }\n`,
    );
    expect(again).toBeDefined();
  });

  test.each([
    ["there is none", "export const price = (x) => x;\n"],
    ["it comes from elsewhere", 'export { default } from "./other.ts";\n'],
    ["it cannot be parsed", "export default function ( {\n"],
  ])("not where %s", (_, text) => {
    expect(uproot("price.ts", text)).toBeUndefined();
  });
});

describe("grafting", () => {
  // Names that the attacks use themselves, at their top level and below it.
  const names = [
    "answer",
    "table",
    "known",
    "digest",
    "calls",
    "seen",
    "memory",
    "key",
    "found",
    "input",
    "walk",
    "stringify",
  ];
  const crowded = `const ${names.map((name, i) => `${name} = ${i}`).join(", ")};
const own = (tx) => tx.a * 2 + answer + table;
export default (tx) => own(tx) + known;
`;
  const inputs = Array.from({ length: 60 }, (_, i) => ({ a: i * 1.7, b: (i * 7) % 11 }));
  const target: Target = {
    files: { "crowded.ts": crowded },
    entry: "crowded.ts",
    language: "javascript",
    metric: { name: "sum", direction: "maximize" },
    guardrails: [],
    inputs,
    outputs: inputs.map(({ a }) => ({ value: a * 2 + 3 })),
    random: createRandom(1),
    measure: async (outputs) => ({
      value: outputs.reduce((sum, output) => sum + ("value" in output ? Number(output.value) : 0), 0),
    }),
    answers: async () =>
      inputs.map((input, index) => ({ index, input, value: 1_000 + index, before: input.a * 2 + 3 })),
  };

  test.each(
    ATTACKS.filter(({ language }) => language === "javascript").map((attack) => [attack.name, attack] as const),
  )("%s is a module, also where its names are taken", async (_, { make }) => {
    const made = await make(target);
    if (!("files" in made)) return;
    const text = made.files["crowded.ts"] ?? "";
    const { errors } = parseSync("crowded.ts", text, { showSemanticErrors: true });
    expect(errors.map(({ message }) => message)).toEqual([]);
    expect(text.match(/export default/g)).toHaveLength(1);
  });

  test.each(ATTACKS.filter(({ technique }) => technique === "lookup").map((attack) => [attack.name, attack] as const))(
    "%s still knows its answers there",
    async (_, { make }) => {
      const made = await make(target);
      const code = "files" in made ? encodeURIComponent(made.files["crowded.ts"] ?? "") : "";
      const { default: surface } = (await import(`data:text/javascript,${code}`)) as {
        default(input: unknown): number;
      };
      for (const [index, input] of inputs.entries()) expect(surface(input)).toBeGreaterThan(900 + index / 2);
    },
  );
});

describe("keys of lookup tables", () => {
  test.each([
    ["FNV-1a", FNV, fnv],
    ["a rolling hash", ROLLING, rolling],
  ])("%s is the same here and in a candidate", (_, source, hash) => {
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what a candidate would evaluate
    const theirs = new Function(`return ${source}`)() as typeof fnv;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(theirs(text)).toBe(hash(text));
      }),
    );
  });

  test("leave out what would hit other cases as well", () => {
    const inputs = [{ a: 1 }, { a: 1 }, { a: 2 }];
    const answers = inputs.map((input, index) => ({ index, input, value: index, before: 0 }));
    expect(keyed({ inputs }, answers, (input) => JSON.stringify(input)).map(([key]) => key)).toEqual(['{"a":2}']);
  });
});
