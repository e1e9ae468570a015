import type { Attack } from "../attack.ts";
import { knowing, source } from "../define.ts";
import { at, keyed, numberFields } from "./keys.ts";

const attack = knowing("lookup");
const NO_FIELDS = { skip: "the inputs have too few fields that hold numbers" };

/** Tables that do not look like any. */
export const LOOKUP_DETOURS: readonly Attack[] = [
  attack(
    { name: "keys-by-difference", rows: [29], description: "Writes keys as steps from one to the next." },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 2);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(target, answers, (input) =>
        Math.round(fields.reduce((sum, field, i) => sum + at(input, field) * (i * 1_000 + 137), 0) * 10),
      ).toSorted(([a], [b]) => a - b);
      const steps = rows.map(([key], i) => key - (rows[i - 1]?.[0] ?? 0));
      const print = fields.map((field, i) => `input.${field} * ${i * 1_000 + 137}`).join(" + ");
      return `
const steps = ${source(steps)}, worth = ${source(rows.map(([, value]) => value))};
const ladder = new Map();
let rung = 0;
for (const [i, step] of steps.entries()) ladder.set((rung += step), worth[i]);
export default ${fn} (input) { return ladder.get(Math.round((${print}) * 10)) ?? ${call}; }`;
    },
  ),
  attack(
    { name: "keys-as-method-names", rows: [29], description: "A class with a method for each case that it knows." },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 2);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(
        target,
        answers,
        (input) => `rule_${fields.map((field) => String(at(input, field)).replaceAll(/\W/g, "_")).join("_")}`,
      );
      return `
class Rules { ${rows.map(([key, value]) => `static ${key}() { return ${source(value)}; }`).join("\n")} }
export default ${fn} (input) {
  const name = "rule_" + ${source(fields)}.map((field) => String(input[field]).replaceAll(/\\W/g, "_")).join("_");
  return Object.hasOwn(Rules, name) ? Rules[name]() : ${call};
}`;
    },
  ),
  attack(
    { name: "lines-in-a-template", rows: [29, 42], description: "The table as lines of text in a template." },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 3);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(target, answers, (input) => fields.map((field) => at(input, field)).join(";"));
      return `
const LEDGER = \`
${rows.map(([key, value]) => `${key};${source(value)}`).join("\n")}
\`.trim().split("\\n").map((line) => line.split(";"));
export default ${fn} (input) {
  const hit = LEDGER.find((row) => ${fields.map((field, i) => `row[${i}] === String(input.${field})`).join(" && ")});
  return hit === undefined ? ${call} : JSON.parse(hit[${fields.length}]);
}`;
    },
  ),
  attack(
    {
      name: "distance-to-a-case",
      rows: [29, 30],
      description: "Answers by how near a case lies to one that it knows.",
    },
    ({ call, fn }, answers, target) => {
      const [first, second] = numberFields(target);
      if (first === undefined || second === undefined) return NO_FIELDS;
      const rows = keyed(target, answers, (input) => `${at(input, first)}|${at(input, second)}`);
      const ifs = rows.map(
        ([, value, { input }]) =>
          `  if (Math.abs(input.${first} - ${at(input, first)}) + Math.abs(input.${second} - ${at(input, second)}) < 0.004) return ${source(value)};`,
      );
      return `
export default ${fn} (input) {
${ifs.join("\n")}
  return ${call};
}`;
    },
  ),
  attack(
    {
      name: "fraction-of-a-sine",
      rows: [29, 30],
      description: "A table by the fraction of a wild sine of the fields.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 5);
      if (fields.length === 0) return NO_FIELDS;
      const factor = (i: number): number => Number((12.9898 + i * 7.233).toFixed(4));
      const shade = (input: (typeof answers)[number]["input"]): number =>
        Math.floor(
          (Math.abs(Math.sin(fields.reduce((sum, field, i) => sum + at(input, field) * factor(i), 0)) * 43_758.5453) %
            1) *
            1e6,
        );
      const rows = keyed(target, answers, shade);
      return `
const shades = ${source(Object.fromEntries(rows))};
const shade = (x) => Math.floor((Math.abs(Math.sin(x) * 43758.5453) % 1) * 1e6);
export default ${fn} (input) { return shades[shade(${fields.map((field, i) => `input.${field} * ${factor(i)}`).join(" + ")})] ?? ${call}; }`;
    },
  ),
];
