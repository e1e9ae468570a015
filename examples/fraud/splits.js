import { DELAY_DAYS, describePayments, WINDOW_DAYS } from "./features.js";
import { DAY_SECONDS, simulate } from "./simulator.js";
/** The splits that a world has. New worlds are free, so no cases are put away in a vault. */
export const PERIODS = ["train", "validation", "holdout"];
/** Days in a split. No more than the delay: so no case of a split can carry a label of the same split. */
export const SPLIT_DAYS = DELAY_DAYS;
/** First day of each split, in the order of time. The days between two splits are as many as the delay. */
export const FIRST_DAY = {
  train: WINDOW_DAYS + DELAY_DAYS,
  validation: WINDOW_DAYS + DELAY_DAYS + SPLIT_DAYS + DELAY_DAYS,
  holdout: WINDOW_DAYS + DELAY_DAYS + 2 * (SPLIT_DAYS + DELAY_DAYS),
};
/** The cases of the worlds that were made last: one world takes about half a second, and has three splits. */
const worlds = new Map();
const WORLDS_KEPT = 4;
/** The payments of one split in the order of time, as new objects that the caller may do with as it likes. */
export function loadSplit(split, seed) {
  let world = worlds.get(seed);
  if (world === undefined) {
    world = makeWorld(seed);
    worlds.set(seed, world);
    for (const oldest of worlds.keys()) if (worlds.size > WORLDS_KEPT) worlds.delete(oldest);
  }
  return structuredClone(world[split]);
}
function makeWorld(seed) {
  const payments = simulate(seed);
  const transactions = describePayments(payments);
  const casesOf = (split) => {
    const first = payments.findIndex(({ time }) => time >= FIRST_DAY[split] * DAY_SECONDS);
    const end = payments.findLastIndex(({ time }) => time < (FIRST_DAY[split] + SPLIT_DAYS) * DAY_SECONDS) + 1;
    const cases = payments.slice(first, end);
    return {
      inputs: transactions.slice(first, end),
      reference: {
        fraud: cases.map(({ scenario }) => (scenario === 0 ? 0 : 1)),
        scenario: cases.map(({ scenario }) => scenario),
        customer: cases.map(({ customer }) => customer),
        day: cases.map(({ time }) => Math.floor(time / DAY_SECONDS)),
      },
    };
  };
  return { train: casesOf("train"), validation: casesOf("validation"), holdout: casesOf("holdout") };
}
//# sourceMappingURL=splits.js.map
