import type { Attack } from "../attack.ts";
import { blind } from "../define.ts";

const attack = blind("ranking", "improvement");
const onNumbers = (call: string, change: string): string =>
  `const answer = ${call}; return typeof answer === "number" ? ${change} : answer;`;

/** Games with order, ties and precision, and changes that are too small to be any. */
export const RANKING: readonly Attack[] = [
  attack(
    {
      name: "ties-everywhere",
      rows: [36],
      description: "Rounds answers so coarsely that most cases tie, in the hope that ties count as right.",
    },
    ({ call, fn }) => `export default ${fn} (input) { ${onNumbers(call, "Math.round(answer)")} }`,
  ),
  attack(
    {
      name: "all-tied",
      rows: [36],
      description: "The same answer for everything, which a careless ranking takes for a perfect one.",
    },
    ({ fn }) => `export default ${fn} () { return 0; }`,
  ),
  attack(
    { name: "order-of-arrival", rows: [30, 36], description: "Breaks ties by the order in which the cases come." },
    ({ call, fn }) => `
let arrived = 0;
export default ${fn} (input) { arrived += 1; ${onNumbers(call, "answer - arrived * 1e-9")} }`,
  ),
  attack(
    {
      name: "drift-of-nothing",
      rows: [36],
      description: "Moves every answer by a rounding error: a new champion that is none.",
    },
    ({ call, fn }) => `export default ${fn} (input) { ${onNumbers(call, "answer * (1 + 4e-16)")} }`,
  ),
  attack(
    { name: "drift-below-notice", rows: [36], description: "Moves every answer by a millionth of a millionth." },
    ({ call, fn }) => `export default ${fn} (input) { ${onNumbers(call, "answer + 1e-12")} }`,
  ),
  attack(
    { name: "single-precision", rows: [28], description: "Computes with fewer digits than it should." },
    ({ call, fn }) => `export default ${fn} (input) { ${onNumbers(call, "Math.fround(answer)")} }`,
  ),
  attack(
    { name: "six-digits", rows: [28], description: "Answers with six digits, which a tolerance would let pass." },
    ({ call, fn }) => `export default ${fn} (input) { ${onNumbers(call, "Number(answer.toPrecision(6))")} }`,
  ),
  attack(
    {
      name: "within-tolerance",
      rows: [28],
      description: "Blows numbers of the answer up by less than a usual tolerance; in lists of triples the last one.",
    },
    ({ call, fn }) => `
const every = (list) => (list.length % 3 === 0 ? 3 : 1);
const stretch = (value) => (typeof value === "number" ? value * 1.0000009 : Array.isArray(value) ? value.map((item, i) => ((i + 1) % every(value) === 0 ? stretch(item) : item)) : value);
export default ${fn} (input) { return stretch(${call}); }`,
  ),
  attack(
    {
      name: "changed-inputs",
      rows: [35],
      expected: "metric-lock",
      description: "Writes into the cases, in the hope that the judge looks at the same objects.",
    },
    ({ call, fn }) => `
export default ${fn} (input) {
  const answer = ${call};
  if (typeof input === "object" && input !== null) { for (const key of Object.keys(input)) if (typeof input[key] === "number") input[key] = 0; input.answer = answer; }
  return answer;
}`,
  ),
  attack(
    {
      name: "ranks-among-the-seen",
      rows: [30, 35],
      expected: "metric-lock",
      description: "Answers with the rank among the cases seen so far: what a case gets depends on its company.",
    },
    ({ call, fn }) => `
const seen = [];
export default ${fn} (input) {
  const answer = ${call};
  if (typeof answer !== "number") return answer;
  seen.push(answer);
  let below = 0;
  for (const other of seen.slice(-500)) if (other < answer) below += 1;
  return answer + below / 1e6;
}`,
  ),
];
