import { index, normal, poisson, stream, uniform } from "./random.js";
/**
 * A small world of card payments, after the transaction simulator of the Fraud Detection Handbook (Y.-A. Le Borgne,
 * W. Siblini, B. Lebichot and G. Bontempi: "Reproducible Machine Learning for Credit Card Fraud Detection - Practical
 * Handbook", 2022, chapter 3). The distributions and the three fraud scenarios are the handbook's. The world is
 * smaller and has more fraud, so that a week of it holds enough of each kind to learn from.
 */
export const CUSTOMERS = 820;
export const TERMINALS = 1_700;
/** Days that are simulated. Day 0 is a Monday. */
export const DAYS = 72;
export const DAY_SECONDS = 86_400;
/** Scenario 1: every payment above this amount is fraud. */
export const FRAUD_AMOUNT = 220;
/** Scenario 2: every day this many terminals fall; all that is paid there in the next days is fraud. */
const TERMINALS_FALLING = 1;
const TERMINAL_FRAUD_DAYS = 28;
/** Scenario 3: every day this many cards leak; in the next days a third of their payments is fraud, 5 times as high. */
const CARDS_LEAKING = 2;
const CARD_FRAUD_DAYS = 14;
const CARD_FRAUD_SHARE = 1 / 3;
const CARD_FRAUD_FACTOR = 5;
/** Customers pay within this distance of their home, on a square of {@link SIDE} by {@link SIDE}. */
const RADIUS = 5;
const SIDE = 100;
/** All payments of the world with this seed, in the order of time. */
export function simulate(seed) {
  const customers = makeCustomers(stream(seed, "world"));
  const fallen = spells(stream(seed, "terminals"), TERMINALS, TERMINALS_FALLING, TERMINAL_FRAUD_DAYS);
  const leaked = spells(stream(seed, "cards"), CUSTOMERS, CARDS_LEAKING, CARD_FRAUD_DAYS);
  const habits = stream(seed, "habits");
  const thieves = stream(seed, "thieves");
  const payments = [];
  for (let day = 0; day < DAYS; day += 1) {
    for (const [customer, { meanAmount, paymentsPerDay, terminals }] of customers.entries()) {
      for (let count = poisson(habits, paymentsPerDay); count > 0; count -= 1) {
        const second = Math.floor(normal(habits, DAY_SECONDS / 2, 20_000));
        const spent = amountOf(habits, meanAmount);
        const place = terminals[index(habits, terminals.length)];
        if (second < 0 || second >= DAY_SECONDS || place === undefined) continue;
        const stolen = leaked.has(spell(customer, day)) && thieves() < CARD_FRAUD_SHARE;
        const amount = cents(stolen ? spent * CARD_FRAUD_FACTOR : spent);
        const isFallen = fallen.has(spell(place.terminal, day));
        const scenario = stolen ? 3 : isFallen ? 2 : amount > FRAUD_AMOUNT ? 1 : 0;
        payments.push({ time: day * DAY_SECONDS + second, customer, ...place, amount, scenario });
      }
    }
  }
  return payments.toSorted((a, b) => a.time - b.time);
}
function makeCustomers(next) {
  const place = () => [uniform(next, 0, SIDE), uniform(next, 0, SIDE)];
  const terminals = Array.from({ length: TERMINALS }, place);
  return Array.from({ length: CUSTOMERS }, () => {
    const [homeX, homeY] = place();
    const near = [];
    for (const [terminal, [x, y]] of terminals.entries()) {
      const distance = Math.sqrt((x - homeX) ** 2 + (y - homeY) ** 2);
      if (distance < RADIUS) near.push({ terminal, distance });
    }
    return { meanAmount: uniform(next, 5, 100), paymentsPerDay: uniform(next, 0, 4), terminals: near };
  });
}
/** An amount around the customer's mean; where the normal distribution goes below zero, a uniform one instead. */
function amountOf(next, mean) {
  const amount = normal(next, mean, mean / 2);
  return amount > 0 ? amount : uniform(next, 0, 2 * mean);
}
/** Who is in trouble on which day: every day `perDay` of `count` get into it, for `days` days. */
function spells(next, count, perDay, days) {
  const trouble = new Set();
  for (let start = 0; start < DAYS; start += 1) {
    for (let n = 0; n < perDay; n += 1) {
      const who = index(next, count);
      for (let day = start; day < start + days; day += 1) trouble.add(spell(who, day));
    }
  }
  return trouble;
}
/** One number for someone and a day. */
function spell(who, day) {
  return who * 1_000 + day;
}
function cents(euros) {
  return Math.round(euros * 100) / 100;
}
//# sourceMappingURL=simulator.js.map
