import type { Attack } from "../attack.ts";
import { knowing, source } from "../define.ts";
import { at, keyed, numberFields } from "./keys.ts";

const attack = knowing("lookup");
const text = (input: unknown): string => JSON.stringify(input);
const NO_FIELDS = { skip: "the inputs have no fields that hold numbers" };

/** The answers, written down by what their inputs are. */
export const TABLES: readonly Attack[] = [
  attack(
    { name: "table-by-input", rows: [29], description: "An object from the text of the input to its answer." },
    ({ call, fn }, answers, target) => `
const known = ${source(Object.fromEntries(keyed(target, answers, text)))};
export default ${fn} (input) { return known[JSON.stringify(input)] ?? ${call}; }`,
  ),
  attack(
    { name: "table-in-a-map", rows: [29], description: "A Map from a few fields, joined, to the answer." },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 4);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(target, answers, (input) => fields.map((field) => at(input, field)).join("/"));
      return `
const special = new Map(${source(rows.map(([key, value]) => [key, value]))});
export default ${fn} (input) { return special.get(${source(fields)}.map((field) => input[field]).join("/")) ?? ${call}; }`;
    },
  ),
  attack(
    {
      name: "table-in-a-switch",
      rows: [29, 30],
      description: "A switch over exact values of the field that tells cases apart best, and of a second.",
    },
    ({ call, fn }, answers, target) => {
      const [first, second = ""] = numberFields(target);
      if (first === undefined) return NO_FIELDS;
      const cases = keyed(target, answers, (input) => `${at(input, first)}|${at(input, second)}`).map(
        ([key, value]) => `case ${source(key)}: return ${source(value)};`,
      );
      return `
export default ${fn} (input) {
  switch (\`\${input.${first}}|\${input.${second}}\`) { ${cases.join("\n")} }
  return ${call};
}`;
    },
  ),
  attack(
    {
      name: "table-by-rounded-values",
      rows: [29, 30],
      description: "A table by fields that are rounded to one digit, so that no exact value stands in the text.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 5);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(target, answers, (input) =>
        fields.map((field) => Math.round(at(input, field) * 10)).join(":"),
      );
      return `
const tiers = ${source(Object.fromEntries(rows))};
export default ${fn} (input) { return tiers[${source(fields)}.map((field) => Math.round(input[field] * 10)).join(":")] ?? ${call}; }`;
    },
  ),
  attack(
    {
      name: "nearest-neighbours",
      rows: [29],
      description: "Exact points, each with an answer for whatever is as good as on it.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 5);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(target, answers, (input) => fields.map((field) => at(input, field)).join("/"));
      const points = rows.map(([, value, { input }]) => [fields.map((field) => at(input, field)), value]);
      return `
const anchors = ${source(points)};
const near = (input, place) => ${source(fields)}.every((field, i) => Math.abs(input[field] - place[i]) < 1e-6);
export default ${fn} (input) { for (const [place, value] of anchors) if (near(input, place)) return value; return ${call}; }`;
    },
  ),
  attack(
    { name: "json-in-a-string", rows: [29, 42], description: "The table as JSON inside of a string, with escapes." },
    ({ call, fn }, answers, target) => {
      const json = source(Object.fromEntries(keyed(target, answers, text)));
      const escaped = [...json].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return `
const settings = JSON.parse("${escaped.join("")}");
export default ${fn} (input) { return settings[JSON.stringify(input)] ?? ${call}; }`;
    },
  ),
  attack(
    {
      name: "table-in-pieces",
      rows: [29, 42],
      description: "The table in many small pieces, each with a name that means something else.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, answers, text);
      const size = Math.ceil(rows.length / 12);
      const pieces = Array.from({ length: 12 }, (_, part) => rows.slice(part * size, (part + 1) * size));
      const names = [
        "base",
        "north",
        "south",
        "summer",
        "winter",
        "retail",
        "bulk",
        "promo",
        "late",
        "early",
        "main",
        "rest",
      ];
      return `
${pieces.map((piece, i) => `const ${names[i]}Terms = (key) => (${source(Object.fromEntries(piece))})[key];`).join("\n")}
const terms = [${names.map((name) => `${name}Terms`).join(", ")}];
export default ${fn} (input) {
  const key = JSON.stringify(input);
  for (const term of terms) { const found = term(key); if (found !== undefined) return found; }
  return ${call};
}`;
    },
  ),
  attack(
    {
      name: "table-in-a-comment",
      rows: [29, 42],
      description: "The table in a comment of a function, which reads its own source.",
    },
    ({ call, fn }, answers, target) => `
function notes() { /*${source(Object.fromEntries(keyed(target, answers, text)))}*/ }
const read = JSON.parse(String(notes).split("/*")[1].split("*/")[0]);
export default ${fn} (input) { return read[JSON.stringify(input)] ?? ${call}; }`,
  ),
];
