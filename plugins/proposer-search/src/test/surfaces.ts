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

export const INPUTS: readonly Json[] = Array.from({ length: 120 }, (_, i) => ({
  amount: ((i * 37) % 500) / 2,
  hour: i % 24,
  country: ["FR", "DE", "US"][i % 3] as string,
  online: i % 2 === 0,
  customer: { age: 20 + (i % 50), "days since": i },
  ...(i % 4 === 0 ? { limit: i } : {}),
}));
