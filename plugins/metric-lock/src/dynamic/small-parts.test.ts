import { createRandom } from "@pawl/core";
import type { Json } from "@pawl/plugin";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Allowance } from "./allowance.ts";
import { asideArms } from "./aside.ts";
import { atLeast, binomialAtMost, smirnov } from "./chance.ts";
import { shuffled } from "./draw.ts";
import { applyEdits, editsBetween } from "./edits.ts";
import { fieldsOf, valueAt, withValue } from "./fields.ts";
import { newTextBytes } from "./new-text.ts";
import { agree, canonical } from "./outputs.ts";
import { exchange } from "./rehash.ts";

test("identifiers are exchanged one for one, in their own format", () => {
  const ids = fc.uniqueArray(fc.oneof(fc.uuid(), fc.nat({ max: 1e9 }), fc.stringMatching(/^[A-Z]{2}[0-9]{6}$/)));
  fc.assert(
    fc.property(ids, fc.integer(), (list, seed) => {
      const other = exchange(createRandom(seed));
      const made = list.map((id) => other(id));
      expect(list.map((id) => other(id))).toEqual(made);
      for (const [i, id] of list.entries()) {
        expect(typeof made[i]).toBe(typeof id);
        expect(String(made[i]).length).toBe(String(id).length);
        expect(String(made[i]).replaceAll(/[0-9]/g, "9").replaceAll(/[a-z]/gi, "a").length).toBe(String(id).length);
      }
    }),
  );
  const other = exchange(createRandom(1));
  const many = Array.from({ length: 5_000 }, (_, i) => 100_000 + i);
  expect(new Set(many.map((id) => other(id))).size).toBe(many.length);
});

test("all edits together make the candidate, none of them the champion", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "let x = 1;", "", "}"), { maxLength: 30 });
  const files = fc.dictionary(
    fc.constantFrom("x.ts", "y.ts"),
    lines.map((list) => list.join("\n")),
  );
  fc.assert(
    fc.property(files, files, (from, to) => {
      const edits = editsBetween(from, to);
      expect(edits.length).toBeLessThanOrEqual(8);
      const applied = applyEdits(from, edits.flat());
      for (const file of Object.keys({ ...from, ...to })) expect(applied[file] ?? "").toBe(to[file] ?? "");
      expect(applyEdits(from, [])).toEqual(from);
    }),
  );
});

test("tails of binomial distributions", () => {
  expect(binomialAtMost(0, 10, 0.6)).toBeCloseTo(0.4 ** 10, 12);
  expect(binomialAtMost(10, 10, 0.6)).toBeCloseTo(1, 12);
  expect(binomialAtMost(2, 4, 0.5)).toBeCloseTo(11 / 16, 12);
  expect(atLeast(0, [0.5, 0.1])).toBeCloseTo(1, 12);
  expect(atLeast(2, [0.5, 0.1])).toBeCloseTo(0.05, 12);
  fc.assert(
    fc.property(fc.nat({ max: 20 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (k, p) => {
      const tail = atLeast(
        k + 1,
        Array.from({ length: 20 }, () => p),
      );
      expect(tail).toBeCloseTo(1 - binomialAtMost(k, 20, p), 8);
    }),
  );
});

test("two samples of one distribution rarely look different, those of two do", () => {
  const random = createRandom(5);
  const normal = (shift: number): number[] => Array.from({ length: 200 }, () => random.normal() + shift);
  const tails = Array.from({ length: 400 }, () => smirnov(normal(0), normal(0)).p);
  expect(tails.filter((p) => p < 0.05).length / tails.length).toBeLessThan(0.08);
  expect(smirnov(normal(0), normal(1)).p).toBeLessThan(1e-6);
  expect(smirnov([1, 1, 1], [1, 1, 1])).toEqual({ distance: 0, p: 1 });
});

test("fields are told apart by what stands in them", () => {
  const random = createRandom(3);
  const inputs = Array.from({ length: 300 }, (_, i) => ({
    id: `ord-${i * 7919}`,
    customerId: random.integer(1, 1_000),
    price: Math.round(random.next() * 10_000) / 100,
    day: i,
    country: random.pick(["AT", "DE"]),
    note: `call ${i} later`,
    unit: "EUR",
    point: [random.next(), 1],
  }));
  const kinds = Object.fromEntries(fieldsOf(inputs).map(({ name, kind }) => [name, kind]));
  expect(kinds).toEqual({
    id: "identifier",
    customerId: "identifier",
    price: "number",
    day: "integer",
    country: "category",
    note: "text",
    unit: "constant",
    "point.0": "number",
    "point.1": "constant",
  });
  expect(fieldsOf(inputs).find(({ name }) => name === "price")?.decimals).toBe(2);
  expect(fieldsOf([1.5, 2.5]).map(({ path }) => path)).toEqual([[]]);
});

test("a value is put where it was, and keys keep their order", () => {
  const input = { a: { b: [1, 2] }, c: 3 };
  const changed = withValue(input, ["a", "b", 1], 9);
  expect(changed).toEqual({ a: { b: [1, 9] }, c: 3 });
  expect(JSON.stringify(changed)).toBe('{"a":{"b":[1,9]},"c":3}');
  expect(valueAt(changed, ["a", "x"])).toBeUndefined();
  expect(input.a.b).toEqual([1, 2]);
});

test("answers agree exactly, or up to a tolerance, whatever the order of their keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json;
      expect(agree({ value: json }, { value: structuredClone(json) })).toBe(true);
      expect(canonical(json)).toBe(canonical(structuredClone(json)));
    }),
  );
  expect(agree({ value: { a: 1, b: 2 } }, { value: { b: 2, a: 1 } })).toBe(true);
  expect(agree({ value: 1 }, { value: 1 + 1e-12 })).toBe(false);
  expect(agree({ value: [1] }, { value: [1 + 1e-12] }, 1e-9)).toBe(true);
  expect(agree({ value: 1 }, { error: "x" })).toBe(false);
  expect(agree({ error: "at 3" }, { error: "at 4" })).toBe(true);
});

test("a shuffle keeps everything, and an allowance never promises more than is left", () => {
  expect(shuffled([1, 2, 3, 4], createRandom(1)).toSorted()).toEqual([1, 2, 3, 4]);
  const allowance = new Allowance(1_000, 100, 4);
  expect(allowance.totalMs).toBe(4_000);
  const few = allowance.cases(0.2);
  expect(few).toBeLessThan(allowance.cases(0.5));
  for (let i = 0; i < 10; i += 1) allowance.learn(100, 10_000);
  expect(allowance.cases(0.2)).toBeLessThan(few);
  expect(new Allowance(1_000, 100, 0).cases(1)).toBe(0);
});

test("numbers step aside both ways, on their grid, and what many cases share stays", () => {
  const random = createRandom(4);
  const inputs = Array.from({ length: 400 }, (_, i) => ({
    amount: Math.round(random.next() * 100_000) / 100,
    days: i % 2 === 0 ? 0 : random.integer(1, 3_000),
  }));
  for (const arm of asideArms(inputs, fieldsOf(inputs))) {
    const probes = arm.probe([0, 1, 2, 3], 4, createRandom(1));
    expect(probes).toHaveLength(8);
    for (const { position, input } of probes) {
      const [before, after] = [inputs[position]!, input as { amount: number; days: number }];
      expect(after.amount).not.toBe(before.amount);
      expect(Number(after.amount.toFixed(2))).toBe(after.amount);
      expect(Math.abs(after.amount - before.amount)).toBeLessThanOrEqual(0.05 * before.amount + 0.011);
      if (before.days === 0) expect(after.days).toBe(0);
      else expect(Number.isInteger(after.days) && after.days !== before.days).toBe(true);
    }
    const ways = Map.groupBy(probes, ({ position }) => position);
    for (const [position, both] of ways) {
      const signs = both.map(({ input }) => Math.sign((input as { amount: number }).amount - inputs[position]!.amount));
      expect(signs.toSorted()).toEqual([-1, 1]);
    }
  }
});

test("new text weighs what cannot be told from the champion's", () => {
  const champion = {
    "a.ts": "export default function score(tx) {\n  return tx.amount > 120 ? 2 : tx.distance / 7;\n}\n",
  };
  expect(newTextBytes(champion, champion)).toBe(0);
  const renamed = { "a.ts": champion["a.ts"].replace("120", "130") };
  expect(newTextBytes(renamed, champion)).toBeLessThan(20);
  const random = createRandom(2);
  const letters = Array.from({ length: 2_000 }, () => (random.next() < 0.5 ? "a" : "A")).join("");
  // A bit for each letter.
  expect(newTextBytes({ "a.ts": `${champion["a.ts"]}// ${letters}` }, champion)).toBeGreaterThan(240);
  expect(newTextBytes({ ...champion, "b.ts": `// ${letters}` }, champion)).toBeGreaterThan(240);
});
