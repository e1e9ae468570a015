import { createRandom, type Json } from "@pawl/core";
import type { Problem } from "./loop.ts";

const FIELDS = ["amount", "hour", "distance", "count", "age", "risk", "speed", "share"];

/** A rule file of a hundred lines, with a worth that is cheap to compute: what is timed is the proposer. */
export function hundredLines(): Problem {
  const rules = Array.from({ length: 31 }, (_, i) => {
    const [a, b] = [FIELDS[i % 8], FIELDS[(i * 3 + 1) % 8]];
    return [
      `  // Rule ${i + 1}`,
      `  if (tx.${a} > ${i * 7 + 3}${i % 3 === 0 ? ` && tx.${b} < ${i + 2}.5` : ""}) points += ${(i % 5) + 0.5};`,
      "",
    ];
  });
  const source = [
    "export default function score(tx) {",
    "  let points = 0;",
    ...rules.flat(),
    "  points += 0.01 * tx.amount;",
    "  return points;",
    "}",
    "",
  ].join("\n");
  return {
    metric: { name: "worth", direction: "maximize" },
    files: { "rules.js": source },
    score: (files) => -Math.abs((createRandom(files["rules.js"] ?? "").next() - 0.5) * 100) + 40,
    solved: () => false,
    inputs: inputs(),
  };
}

function inputs(): Json[] {
  const random = createRandom("inputs");
  return Array.from({ length: 300 }, () =>
    Object.fromEntries(FIELDS.map((name) => [name, Math.round(random.next() * 200)])),
  );
}
