import type { Evaluation, Json } from "@pawl/plugin";
import { expect, test } from "vitest";
import { createRandom, findLeaks } from "../index.ts";

const hex = (value: number): string => Buffer.from(`answer ${value}`).toString("hex");

const evaluation = (inputs_: readonly Json[], reference: Json): Evaluation => ({
  split: "validation",
  seed: 1,
  inputs: inputs_,
  reference,
});
const random = createRandom("leaks");
const labels = Array.from({ length: 60 }, () => random.integer(0, 1));

test.each<[string, readonly Json[], Json, string]>([
  ["equal values", labels.map((label) => ({ y: label })), labels, "is the answer"],
  ["booleans for numbers", labels.map((label) => ({ y: label === 1 })), labels, "is the answer"],
  ["in a list inside of the reference", labels.map((label) => ({ y: label })), { rows: { labels } }, "is the answer"],
  [
    "joined by an id",
    labels.map((label, at) => ({ id: `c${at}`, y: label })),
    Object.fromEntries(labels.map((label, at) => [`c${at}`, label])),
    "is the answer",
  ],
  [
    "one value for each label",
    labels.map((label) => ({ group: label === 1 ? "b" : ["a", "c"][random.integer(0, 1)]! })),
    labels,
    "decides the answer",
  ],
  ["a threshold", labels.map((label) => ({ x: label + random.next() * 0.9 })), labels, "sorts the answers"],
  ["a threshold downwards", labels.map((label) => ({ x: -label - random.next() * 0.9 })), labels, "sorts the answers"],
  [
    "inside of a text",
    labels.map((_, at) => `The answer to ${at} is answer-${at}.`),
    labels.map((_, at) => `answer-${at}`),
    "contains the answer",
  ],
])("%s", (_, inputs_, reference, how) => {
  expect(findLeaks(evaluation(inputs_, reference)).map((leak) => leak.how)).toContain(how);
});

test("noise is no leak, nor is a field that is nearly right", () => {
  const noise = labels.map((label, at) => ({
    id: `c${(at * 7_919) % 60}`,
    x: random.normal() + label,
    n: at % 4,
    close: at === 7 ? 1 - label : label,
    same: 1,
  }));
  expect(findLeaks(evaluation(noise, labels))).toEqual([]);
  // What it cannot see, as the page says: an encoding of its own.
  expect(
    findLeaks(
      evaluation(
        labels.map((label, at) => ({ code: hex(label * 1_000 + at) })),
        labels.map((label, at) => label * ((at % 5) - 2)),
      ),
    ),
  ).toEqual([]);
});

test("labels can be named where the reference holds more", () => {
  const each = evaluation(
    labels.map((_, at) => ({ day: at })),
    { labels, day: labels.map((__, at) => at) },
  );
  expect(findLeaks(each)).not.toEqual([]);
  expect(findLeaks(each, ["reference.labels[]"])).toEqual([]);
});
