import { uniform } from "./random.js";
export const HABITS = {
  newcomer: {
    visits: 1,
    quantity: [1, 2],
    tenure: [0, 0],
    attention: 0.7,
    appeal: -0.3,
    sensitivity: 13,
    annoyance: 0,
  },
  bargain: {
    visits: 0.1,
    quantity: [1, 2],
    tenure: [30, 600],
    attention: 0.9,
    appeal: -0.4,
    sensitivity: 17,
    annoyance: 0.2,
  },
  loyal: {
    visits: 0.14,
    quantity: [1, 3],
    tenure: [200, 2_000],
    attention: 0.2,
    appeal: 1.5,
    sensitivity: 4,
    annoyance: 0.25,
  },
  business: {
    visits: 0.15,
    quantity: [2, 12],
    tenure: [100, 2_000],
    attention: 0.5,
    appeal: 0.9,
    sensitivity: 6,
    annoyance: 0.4,
  },
};
/** Customers who come back, by segment. */
export const REGULARS = { bargain: 600, loyal: 500, business: 120 };
/** Newcomers on an average day. */
export const NEWCOMERS_PER_DAY = 60;
/** One customer: like others of the segment, and a little different. */
export function makeCustomer(next, segment) {
  const { tenure, appeal, sensitivity, annoyance } = HABITS[segment];
  return {
    segment,
    tenureOnDay0: Math.floor(uniform(next, ...tenure)),
    appeal: appeal + uniform(next, -0.4, 0.4),
    sensitivity: sensitivity * uniform(next, 0.8, 1.2),
    annoyance: annoyance * uniform(next, 0.6, 1.4),
  };
}
//# sourceMappingURL=customers.js.map
