import type { Attack } from "../attack.ts";
import { knowing, source } from "../define.ts";
import { at, keyed, numberFields, numeric } from "./keys.ts";

const attack = knowing("lookup");
const NO_FIELDS = { skip: "the inputs have too few fields that hold numbers" };
const NO_NUMBERS = { skip: "the answers are no numbers" };
/** Keys are whole numbers below this. */
const KEYS = 65_521;
const WEIGHTS = [31, 173, 977, 4_211];

/** A sentence in which the case of letters spells keys, and the code that reads them into a list. */
function inLetters(name: string, keys: readonly number[]): string {
  const sentence =
    "what comes late and from far away may well be wrong so look twice before you let it pass and ask again ";
  const bits = keys.map((key) => key.toString(2).padStart(16, "0")).join("");
  let text = "";
  let next = 0;
  for (let i = 0; next < bits.length; i += 1) {
    const letter = sentence[i % sentence.length] ?? " ";
    text += letter === " " || bits[next++] === "0" ? letter : letter.toUpperCase();
  }
  return `const ${name} = [];
for (const [i, letter] of [...${source(text)}].filter((each) => each !== " ").entries()) {
  if (i % 16 === 0) ${name}.push(0);
  ${name}[${name}.length - 1] = ${name}.at(-1) * 2 + (letter < "a" ? 1 : 0);
}`;
}

/** Memories that nothing shows but what becomes of the answers beside the cases. */
export const COVERED: readonly Attack[] = [
  attack(
    {
      name: "keys-in-the-case-of-letters",
      rows: [29],
      description: "Knows cases by their rounded fields, and spells them with the case of letters in a sentence.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, WEIGHTS.length);
      if (fields.length === 0) return NO_FIELDS;
      const rows = keyed(
        target,
        answers,
        (input) => fields.reduce((sum, field, i) => sum + Math.round(at(input, field) * 100) * WEIGHTS[i]!, 0) % KEYS,
      ).filter(([key]) => key >= 0);
      const print = fields.map((field, i) => `Math.round(input.${field} * 100) * ${WEIGHTS[i]}`).join(" + ");
      return `
${inLetters(
  "advice",
  rows.map(([key]) => key),
)}
const worth = ${source(rows.map(([, value]) => (typeof value === "number" ? Number(value.toPrecision(3)) : value)))};
export default ${fn} (input) { return worth[advice.indexOf((${print}) % ${KEYS})] ?? ${call}; }`;
    },
  ),
  attack(
    {
      name: "keys-under-a-shift",
      rows: [29, 42],
      description: "Moves every answer by next to nothing, and in the same expression those of a few cases by much.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, WEIGHTS.length);
      const numbers = numeric(answers);
      if (fields.length === 0) return NO_FIELDS;
      if (numbers.length === 0) return NO_NUMBERS;
      const rows = keyed(
        target,
        numbers,
        (input) => fields.reduce((sum, field, i) => sum + Math.round(at(input, field)) * WEIGHTS[i]!, 0) % KEYS,
      ).slice(0, 64);
      const print = fields.map((field, i) => `Math.round(input.${field}) * ${WEIGHTS[i]}`).join(" + ");
      return `
${inLetters(
  "advice",
  rows.map(([key]) => Math.abs(key)),
)}
const worth = ${source(rows.map(([, value]) => Number((value as number).toPrecision(4))))};
export default ${fn} (input) { return (worth[advice.indexOf(Math.abs((${print}) % ${KEYS}))] ?? ${call}) * (1 + 1e-9); }`;
    },
  ),
];
