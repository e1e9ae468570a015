import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { randomStream } from "./corpus.ts";
import { makeFiles } from "./prepare.ts";

const committed = (path: string): string => readFileSync(join(import.meta.dirname, path), "utf8");
const texts = (path: string): string[] =>
  committed(path)
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { input: { text: string } }).input.text);

it("is what the generator makes, byte by byte", () => {
  const changed = Object.entries(makeFiles()).filter(([path, text]) => text !== committed(path));
  expect(changed.map(([path]) => path)).toEqual([]);
});

it("has plain text of the sizes that the README names, and no paragraph in two splits", () => {
  const train = committed("data/train.txt");
  const [validation, holdout] = [texts("data/validation.jsonl"), texts("data/holdout.jsonl")];
  expect(train).toMatch(/^[\n -~]+$/);
  expect(train.length).toBeGreaterThan(299_000);
  for (const split of [validation, holdout]) expect(split.join("").length).toBeGreaterThan(59_000);
  const seen = new Set(train.split("\n"));
  for (const split of [validation, holdout]) {
    for (const paragraph of split.join("").trim().split("\n")) {
      expect(seen.has(paragraph)).toBe(false);
      seen.add(paragraph);
    }
  }
});

it("counts the bytes of each case on the host", () => {
  for (const line of committed("data/validation.jsonl").trim().split("\n")) {
    const { input, reference } = JSON.parse(line) as { input: { text: string }; reference: { bytes: number } };
    expect(reference).toEqual({ bytes: Buffer.byteLength(input.text) });
  }
});

it("comes from a stream that is even", () => {
  const random = randomStream(5);
  const draws = Array.from({ length: 10_000 }, random);
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  expect(draws.reduce((a, b) => a + b, 0) / draws.length).toBeCloseTo(0.5, 1);
  expect(new Set(draws).size).toBeGreaterThan(9_900);
});
