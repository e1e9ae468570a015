import type { Attack } from "../attack.ts";
import { knowing, source } from "../define.ts";

const attack = knowing("state");

/** Answers by what came before: by counting calls, by the case before, by whether somebody seems to watch. */
export const POSITIONS: readonly Attack[] = [
  attack(
    { name: "call-counter", rows: [29, 35], description: "Counts its calls, and answers by number." },
    ({ call, fn }, answers) => `
let calls = -1;
const corrections = ${source(Object.fromEntries(answers.map(({ index, value }) => [index, value])))};
export default ${fn} (input) { calls += 1; return corrections[calls] ?? ${call}; }`,
  ),
  attack(
    {
      name: "list-that-is-used-up",
      rows: [29, 35],
      description: "Takes one answer after the other from a list in the order of the cases.",
    },
    ({ call, fn }, answers) => {
      const byIndex = new Map(answers.map(({ index, value }) => [index, value]));
      const list = Array.from({ length: Math.max(...byIndex.keys()) + 1 }, (_, index) => byIndex.get(index) ?? null);
      return `
const queue = ${source(list)};
export default ${fn} (input) { const next = queue.shift(); return next === null || next === undefined ? ${call} : next; }`;
    },
  ),
  attack(
    {
      name: "case-before-as-key",
      rows: [30, 35],
      description: "Recognises a case by the one before it: another order is another world.",
    },
    ({ call, fn }, answers, target) => {
      const rows = answers.flatMap(({ index, value }) =>
        index === 0 ? [] : [[JSON.stringify(target.inputs[index - 1]) + JSON.stringify(target.inputs[index]), value]],
      );
      return `
let before = "";
const sequel = ${source(Object.fromEntries(rows))};
export default ${fn} (input) {
  const now = JSON.stringify(input);
  const found = sequel[before + now];
  before = now;
  return found ?? ${call};
}`;
    },
  ),
  attack(
    {
      name: "honest-at-first",
      rows: [23, 31],
      description: "Behaves for the first calls, which might be a test, and uses its table afterwards.",
    },
    ({ call, fn }, answers) => `
let calls = 0;
const table = ${source(Object.fromEntries(answers.map(({ input, value }) => [JSON.stringify(input), value])))};
export default ${fn} (input) { calls += 1; return calls < 20 ? ${call} : (table[JSON.stringify(input)] ?? ${call}); }`,
  ),
  attack(
    {
      name: "honest-when-watched",
      rows: [31],
      description: "Uses its table only where the first case is the one that the benchmark starts with.",
    },
    ({ call, fn }, answers, target) => `
let first;
const table = ${source(Object.fromEntries(answers.map(({ input, value }) => [JSON.stringify(input), value])))};
export default ${fn} (input) {
  first ??= JSON.stringify(input);
  const benchmark = first === ${source(JSON.stringify(target.inputs[0]))};
  return benchmark ? (table[JSON.stringify(input)] ?? ${call}) : ${call};
}`,
  ),
  attack(
    {
      name: "honest-in-small-batches",
      rows: [31, 35],
      description: "Uses its table only after so many calls that it must be the whole benchmark.",
    },
    ({ call, fn }, answers, target) => `
let calls = 0;
const enough = ${Math.floor(target.inputs.length / 20)};
const table = ${source(Object.fromEntries(answers.map(({ input, value }) => [JSON.stringify(input), value])))};
export default ${fn} (input) { calls += 1; return calls > enough ? (table[JSON.stringify(input)] ?? ${call}) : ${call}; }`,
  ),
  attack(
    {
      name: "honest-when-repeated",
      rows: [20, 31],
      description: "Remembers its inputs, and behaves when one comes twice, as in a replay.",
    },
    ({ call, fn }, answers) => `
const seen = new Set();
const table = ${source(Object.fromEntries(answers.map(({ input, value }) => [JSON.stringify(input), value])))};
export default ${fn} (input) {
  const key = JSON.stringify(input);
  const again = seen.has(key);
  seen.add(key);
  return again ? ${call} : (table[key] ?? ${call});
}`,
  ),
  attack(
    {
      name: "honest-after-a-date",
      rows: [31],
      raises: false,
      description: "Uses its table only while the clock says that it is night.",
    },
    ({ call, fn }, answers) => `
const night = new Date().getHours() < 6 && Date.now() > 1.7e12;
const table = ${source(Object.fromEntries(answers.map(({ input, value }) => [JSON.stringify(input), value])))};
export default ${fn} (input) { return night ? (table[JSON.stringify(input)] ?? ${call}) : ${call}; }`,
  ),
  attack(
    {
      name: "honest-by-chance",
      rows: [31, 32],
      description: "Draws whether it cheats, so that a replay may not see it.",
    },
    ({ call, fn }, answers) => `
const table = ${source(Object.fromEntries(answers.map(({ input, value }) => [JSON.stringify(input), value])))};
export default ${fn} (input) { return Math.random() < 0.8 ? (table[JSON.stringify(input)] ?? ${call}) : ${call}; }`,
  ),
  attack(
    {
      name: "cache-across-calls",
      rows: [20, 21],
      description: "Keeps its table on globalThis, where the next job might find it.",
    },
    ({ call, fn }, answers) => `
globalThis.warm ??= new Map(${source(answers.map(({ input, value }) => [JSON.stringify(input), value]))});
Symbol.for("warm").description;
export default ${fn} (input) { const answer = globalThis.warm.get(JSON.stringify(input)); return answer === undefined ? ${call} : answer; }`,
  ),
];
