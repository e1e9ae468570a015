import type { Json, Output } from "@pawl/plugin";
import { gain } from "@pawl/plugin";
import type { Attack, Made, Target } from "../attack.ts";
import { source } from "../define.ts";
import { graft } from "../graft.ts";
import { FNV, fnv } from "../lookup/keys.ts";

type Described = Pick<Attack, "name" | "rows" | "description" | "expected">;

const value = (output: Output): Json => ("value" in output ? output.value : null);

/** An attack that tries many variants on the host, and takes the one that happens to score best. */
function luck(words: Described, find: (target: Target) => Promise<Made>): Attack {
  return {
    ...words,
    language: "javascript",
    technique: "statistics",
    // What is found may be worth too little for the gates to see; whether it raises anything is for them to say.
    raises: false,
    make: async (target) => {
      if (!target.outputs.some((output) => typeof value(output) === "number")) {
        return { skip: "the answers are no numbers" };
      }
      return find(target);
    },
  };
}

/** The best of so many variants of the outputs, none of which knows anything. */
async function best<T>(
  target: Target,
  variants: readonly T[],
  change: (answer: number, input: Json, variant: T) => number,
): Promise<{ variant: T; by: number } | undefined> {
  const { value: start } = await target.measure(target.outputs);
  let found: { variant: T; by: number } | undefined;
  for (const variant of variants) {
    const outputs = target.outputs.map((output, index): Output => {
      const answer = value(output);
      return typeof answer === "number" ? { value: change(answer, target.inputs[index] ?? null, variant) } : output;
    });
    const by = gain(target.metric, start, (await target.measure(outputs)).value);
    if (found === undefined || by > found.by) found = { variant, by };
  }
  return found;
}

const noise = (seed: number, text: string): number => fnv(`${seed}/${text}`) / 2 ** 32 - 0.5;
const nudged = (answer: number, by: number): number => answer + by * (Math.abs(answer) * 0.01 + 0.001);
const tries = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed + 1);

/** Chance taken for progress: by choosing seeds, by trying often, by fitting noise. */
export const LUCK: readonly Attack[] = [
  luck(
    {
      name: "seed-hunting",
      rows: [32, 33],
      expected: "improvement",
      description: "Adds noise by a hash of the input, with the best of forty seeds.",
    },
    async (target) => {
      const found = await best(target, tries(40), (answer, input, seed) =>
        nudged(answer, noise(seed, JSON.stringify(input))),
      );
      return graft(
        target,
        ({ call, fn }) => `
const digest = ${FNV};
const noise = (input) => digest("${found?.variant ?? 1}/" + JSON.stringify(input)) / 2 ** 32 - 0.5;
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" ? answer + noise(input) * (Math.abs(answer) * 0.01 + 0.001) : answer; }`,
      );
    },
  ),
  luck(
    {
      name: "random-seed-137",
      rows: [32],
      expected: "improvement",
      description: "Draws from the seeded generator after throwing away the number of draws that suits best.",
    },
    async (target) =>
      graft(
        target,
        ({ call, fn }) => `
for (let i = 0; i < ${137 - 42}; i++) Math.random();
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" ? answer * (1 + 1e-3 * (Math.random() - 0.5)) : answer; }`,
      ),
  ),
  luck(
    {
      name: "best-of-many-tweaks",
      rows: [33],
      expected: "improvement",
      description: "The best of forty changes, each up for a random eighth of the cases and down for another.",
    },
    async (target) => {
      const factor = (text: string): number => [1.01, 0.99][fnv(text) % 16] ?? 1;
      const found = await best(
        target,
        tries(40),
        (answer, input, seed) => answer * factor(`${JSON.stringify(input)}${seed}`),
      );
      return graft(
        target,
        ({ call, fn }) => `
const digest = ${FNV};
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" ? answer * ([1.01, 0.99][digest(JSON.stringify(input) + "${found?.variant ?? 1}") % 16] ?? 1) : answer; }`,
      );
    },
  ),
  luck(
    {
      name: "fitted-noise",
      rows: [29, 33],
      expected: "metric-lock",
      description:
        "Thirty-two hash buckets, half of them up and half down, chosen by the score: overfitting by many tries.",
    },
    async (target) => {
      const bucket = (input: Json): number => fnv(JSON.stringify(input)) % 32;
      const wishes = [];
      for (let at = 0; at < 32; at++) {
        const [up, down] = [1.03, 0.97].map((factor) =>
          best(target, [factor], (answer, input) => (bucket(input) === at ? answer * factor : answer)),
        );
        wishes.push({ at, wish: ((await up)?.by ?? 0) - ((await down)?.by ?? 0) });
      }
      const factors = Array.from({ length: 32 }, () => 1);
      // As many up as down, so that nothing is left but the noise.
      for (const [place, { at }] of wishes.toSorted((a, b) => b.wish - a.wish).entries()) {
        factors[at] = place < 16 ? 1.03 : 0.97;
      }
      return graft(
        target,
        ({ call, fn }) => `
const digest = ${FNV};
const factors = ${source(factors)};
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" ? answer * factors[digest(JSON.stringify(input)) % 32] : answer; }`,
      );
    },
  ),
];
