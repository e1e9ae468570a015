import type { Json, Output } from "@pawl/plugin";
import { createRandom } from "../support/random.ts";

const error: Output = { error: "Error: the testkit says no" };

/** Answers of every kind, for each case the same. A candidate can give any of them. */
const CONSTANT: Readonly<Record<string, Json>> = {
  "the number 0": 0,
  "the number 1": 1,
  "a negative number": -1,
  "a small number": 1e-12,
  "a huge number": 1.7976931348623157e308,
  "a huge negative number": -1.7976931348623157e308,
  "the text of a number": "1",
  "an empty text": "",
  "the text NaN": "NaN",
  "a long text": "x".repeat(10_000),
  true: true,
  null: null,
  "an empty list": [],
  "an empty object": {},
  "a list of numbers": [1, 2, 3],
  "a nested object": { value: { score: 1 }, error: "none" },
  "fields that shadow": { length: 5, constructor: 1, toString: null, valueOf: 2 },
};

/** Sets of outputs by name, each as long as the evaluation. The first is nothing but errors. */
export function outputSets(
  length: number,
  inputs: readonly Json[],
): readonly (readonly [name: string, outputs: readonly Output[]])[] {
  const fill = (make: (index: number) => Output): readonly Output[] =>
    Array.from({ length }, (_, index) => make(index));
  const random = createRandom("outputs");
  const values = Object.values(CONSTANT);
  return [
    ["errors alone", fill(() => error)],
    ...Object.entries(CONSTANT).map(([name, value]) => [name, fill(() => ({ value }))] as const),
    ["its own inputs", fill((index) => ({ value: inputs[index]! }))],
    ["random numbers", fill(() => ({ value: random.normal() * 10 }))],
    ["a mixture", fill(() => (random.next() < 0.2 ? error : { value: random.pick(values) }))],
  ];
}

/** The outputs with one of them replaced by an error. */
export function withError(outputs: readonly Output[], at: number): readonly Output[] {
  return outputs.with(at, error);
}
