import type { Answer, Attack, Target } from "../attack.ts";
import { knowing, source } from "../define.ts";
import { at, keyed, numberFields } from "./keys.ts";

const attack = knowing("lookup");
const NO_FIELDS = { skip: "the inputs have no fields that hold numbers" };

/** Answers that two exact values single out. */
function pairs(target: Target, answers: readonly Answer[]) {
  const [first, second] = numberFields(target);
  if (first === undefined || second === undefined) return undefined;
  const rows = keyed(target, answers, (input) => `${at(input, first)}/${at(input, second)}`);
  return {
    first,
    second,
    rows: rows.map(([, value, { input }]) => ({ a: at(input, first), b: at(input, second), value })),
  };
}

/** The answers, written down as decisions: no table anywhere. */
export const BRANCHES: readonly Attack[] = [
  attack(
    { name: "nested-ternaries", rows: [29, 30], description: "A chain of conditional expressions over exact values." },
    ({ call, fn }, answers, target) => {
      const found = pairs(target, answers);
      if (found === undefined) return NO_FIELDS;
      // Engines bound how deep expressions may nest.
      const groups = Array.from({ length: Math.ceil(found.rows.length / 40) }, (_, i) =>
        found.rows.slice(i * 40, i * 40 + 40),
      );
      const chain = (rows: typeof found.rows): string =>
        rows.map(({ a, b, value }) => `x === ${a} && y === ${b} ? ${source(value)} :`).join("\n  ");
      return `
${groups.map((rows, i) => `const rule${i} = (x, y) => ${chain(rows)} undefined;`).join("\n")}
export default ${fn} (input) {
  const { ${found.first}: x, ${found.second}: y } = input;
  return ${groups.map((_, i) => `rule${i}(x, y) ??`).join(" ")} ${call};
}`;
    },
  ),
  attack(
    {
      name: "decisions-on-rare-values",
      rows: [30],
      description: "An if for each case, on values that only this case has.",
    },
    ({ call, fn }, answers, target) => {
      const found = pairs(target, answers);
      if (found === undefined) return NO_FIELDS;
      const { first, second, rows } = found;
      const ifs = rows.map(
        ({ a, b, value }) =>
          `  if (input.${first} === ${a}) { if (input.${second} === ${b}) return ${source(value)}; }`,
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
      name: "narrow-intervals",
      rows: [29, 30],
      description: "Thresholds so close to each other that only one case fits between them.",
    },
    ({ call, fn }, answers, target) => {
      const found = pairs(target, answers);
      if (found === undefined) return NO_FIELDS;
      const { first, second, rows } = found;
      const ifs = rows.map(({ a, b, value }) => {
        const [la, ha, lb, hb] = [a - 0.0021, a + 0.0017, b - 0.0019, b + 0.0023].map((edge) =>
          Number(edge.toPrecision(10)),
        );
        return `  if (x > ${la} && x < ${ha} && y > ${lb} && y < ${hb}) return ${source(value)};`;
      });
      return `
export default ${fn} (input) {
  const x = input.${first}, y = input.${second};
${ifs.join("\n")}
  return ${call};
}`;
    },
  ),
  attack(
    {
      name: "arithmetic-fingerprint",
      rows: [30, 42],
      description: "Recognises cases by an odd sum of products of their fields, which no person would compute.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 6);
      if (fields.length === 0) return NO_FIELDS;
      const print = (input: Answer["input"]): number =>
        Math.round(fields.reduce((sum, field, i) => sum + at(input, field) * (17.13 + 3.77 * i), 0) * 1_000) %
        10_007_777;
      const rows = keyed(target, answers, print);
      return `
const usual = new Map(${source(rows.map(([key, value]) => [key, value]))});
const profile = (input) => Math.round(${source(fields)}.reduce((sum, field, i) => sum + input[field] * (17.13 + 3.77 * i), 0) * 1000) % 10007777;
export default ${fn} (input) { return usual.get(profile(input)) ?? ${call}; }`;
    },
  ),
  attack(
    {
      name: "business-table",
      rows: [29],
      description: "Dressed up as a table of agreed terms for named customers, keyed by exact figures.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 3);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(target, answers, (input) => fields.map((field) => at(input, field)).join("-"));
      const table = rows.map(
        ([key, value], i) => `  { customer: "account ${1_000 + i}", terms: ${source(key)}, agreed: ${source(value)} },`,
      );
      return `
/** Terms that were agreed with key accounts; see the contracts. */
const AGREEMENTS = [
${table.join("\n")}
];
const agreementFor = (input) => AGREEMENTS.find(({ terms }) => terms === [${fields.map((field) => `input.${field}`).join(", ")}].join("-"));
export default ${fn} (input) { const agreement = agreementFor(input); return agreement ? agreement.agreed : ${call}; }`;
    },
  ),
  attack(
    {
      name: "whole-answer-list",
      rows: [25, 29],
      description: "Answers for every case that was looked at, also where they are no better: all of them by heart.",
    },
    ({ call, fn }, answers, target) => {
      const best = new Map(answers.map(({ index, value }) => [index, value]));
      const rows = target.inputs.flatMap((input, index) => {
        const output = target.outputs[index];
        const value = best.get(index) ?? (output !== undefined && "value" in output ? output.value : null);
        return index < 400 || best.has(index) ? [{ index, input, value, before: value }] : [];
      });
      const memory = keyed(target, rows, (input) => JSON.stringify(input)).map(([key, value]) => [key, value]);
      return `
const memory = new Map(${source(memory)});
export default ${fn} (input) { return memory.get(JSON.stringify(input)) ?? ${call}; }`;
    },
  ),
];
