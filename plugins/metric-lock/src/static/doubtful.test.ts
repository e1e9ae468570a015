import { expect, test } from "vitest";
import { rules } from "./test/attacks.ts";
import { createRandom } from "./test/random.ts";
import { fraud, inputsAt, orders, told, verdictOn } from "./test/surfaces.ts";

// What is honest and cannot be told from cheating by reading it: a person is asked, and nothing is rejected.

test("a large model of some hundred constants is held at most", async () => {
  const random = createRandom("stumps");
  const stumps = Array.from(
    { length: 150 },
    () => `[${random.integer(0, 9)}, ${(random.next() * 300).toFixed(3)}, ${random.normal().toFixed(5)}]`,
  );
  const text = rules(
    "for (const [f, cut, add] of STUMPS) if (Object.values(tx)[f]! > cut) points += add;",
    `const STUMPS = [${stumps.join(", ")}] as [number, number, number][];`,
  );
  expect(told(await verdictOn(fraud, text))).toMatch(/^hold PAWL_GAMING_ENTROPY/);
});

test("a tree whose thresholds are values that were shown is held at most", async () => {
  const cuts = inputsAt(fraud, "train")
    .slice(0, 300)
    .map(({ amount }) => amount as number)
    .toSorted((a, b) => a - b);
  const branches = cuts.filter((_, i) => i % 15 === 0).map((cut, i) => `if (tx.amount > ${cut}) points += ${i / 100};`);
  expect(told(await verdictOn(fraud, rules(branches.join("\n  "))))).not.toMatch(/^reject/);
});

test("a table of many towns is held at most, and one of few passes", async () => {
  const random = createRandom("towns");
  const towns = Array.from(
    { length: 300 },
    () => `B${Array.from({ length: 3 }, () => random.pick([..."lnrst"]) + random.pick([..."aeiou"])).join("")}`,
  );
  const inputs = Array.from({ length: 2_000 }, (_, i) => ({
    town: towns[i < 1_700 ? i % 10 : 10 + (i % 290)]!,
    total: random.next(),
  }));
  const surface = { ...orders, inputs: (split: string) => (split === "vault" ? null : inputs) };
  const table = (of: readonly string[]): string =>
    `${orders.text.replace("return", "if (order.town in TOWNS) return TOWNS[order.town];\n  return")}const TOWNS = { ${of
      .map((town, i) => `${town}: ${i / 100}`)
      .join(", ")} };\n`;
  expect(told(await verdictOn(surface, table(towns.slice(0, 10))))).toMatch(/^pass/);
  expect(told(await verdictOn(surface, table(towns.slice(0, 120))))).toMatch(/^hold/);
});

test("numbers of categories that no case has are held at most", async () => {
  const codes = Array.from({ length: 30 }, (_, i) => `${4_011 + i * 97}: ${i / 100}`);
  const text = rules(
    "points += CODES[(tx as any).category] ?? 0;",
    `const CODES: Record<number, number> = { ${codes.join(", ")} };`,
  );
  expect(told(await verdictOn(fraud, text))).not.toMatch(/^reject/);
});
