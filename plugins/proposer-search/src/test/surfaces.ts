import type { Json } from "@pawl/plugin";

/** A surface with odd formatting on purpose: nothing of it may change beside the edit. */
export const RULES = `// Scores one transaction.
export interface Tx { amount:number; hour : number; country: string; online: boolean }

const AMOUNT_HIGH = 120; // @tune 1..500
const WEIGHTS = { night: 0.5, /* @tune 0..3 */ abroad : 2.0 };
const MODE: "sum" | "max" = 'sum'; // @tune ["sum", "max"]

export default function score( tx : Tx ): number {
    let s = 0;
    if (tx.amount>AMOUNT_HIGH) s += 1.5;   // large
    if (tx.hour < 6 && tx.online) {
        s += WEIGHTS.night;
    } else { s -= 0.25 }
    if (tx.country !== "FR") s += WEIGHTS.abroad;
    const usual = Math.min(1, tx.amount / 1_000) ;
    s = MODE === 'sum' ? s + usual : Math.max(s, usual);
    for (let i = 0; i < 2; i += 1) s += -0.1 * i;
    return s;
}
`;

/** One line, an arrow, a destructured parameter, JavaScript. */
export const ARROW = `export default ({ amount, hour }) => (amount > 50 ? 1.5 : -0.5) + 0.25 * hour;\n`;

export const HELPERS = `const night = (tx) => tx.hour < 6 || tx.hour > 22;
function base(tx) {
  if (tx.amount > 300) return 0.9;
  if (tx.amount > 100) return 0.4;
  return 0.1;
}
export { score as default };
function score(tx) { return base(tx) * (night(tx) ? 1.5 : 1) }
`;

/** Comments that a careless edit of their line would turn into nonsense. */
export const TUNED = `export default (tx) => {
  let s = 0.5 * tx.amount; // @tune 0.1..5
  if (tx.hour > 5) s += 1.5; // @tune 1..23
  return s;
};
`;

/** Two numbers and nothing else. */
export const POINT = `const X = 1.5; // @tune -5..5
const Y = -2.5; // @tune -5..5
export default () => [X, Y];
`;

/** A byte order mark, Windows line ends, characters of two code units, no semicolons, await, a class, a switch. */
export const ODD = `\uFEFF"use strict"
// 🚀 é
const 名 = "🚀"
class Rule { static #w = 0.75; weigh(x) { return x * Rule.#w } }
let mood = 0.5 // @tune 0..2
async function later(x) { await null; return x }
export default async function score(tx) {
  let s = /[(]+/.test("((🚀") ? 1.5 : 2.5
  switch (tx.country) { case "FR": s += 3.5; break; default: s -= 4.5 }
  outer: for (const a of [1, 2]) { if (a > tx.hour) { continue outer } else if (tx.online) s *= 1.1
    else { s -= 0.3 } }
  s = s - -mood + (await later(tx.amount ?? 2)) / 30
  ;[1].forEach((n) => { s += n * tx.amount })
  const o = { amount: tx.amount, "7": 3, [名]: s ** 2, f() { return -2 ** 2 } , ...tx }
  return typeof o.amount === "number" ? s + new Rule().weigh(s) : \`\${s} \${1 + 1}\`
}
`
  .replaceAll("\n", "\r\n")
  .replace("-2 ** 2", "(-2) ** 2");

export const INPUTS: readonly Json[] = Array.from({ length: 120 }, (_, i) => ({
  amount: ((i * 37) % 500) / 2,
  hour: i % 24,
  country: ["FR", "DE", "US"][i % 3] as string,
  online: i % 2 === 0,
  customer: { age: 20 + (i % 50), "days since": i },
  ...(i % 4 === 0 ? { limit: i } : {}),
}));
