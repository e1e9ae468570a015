import { HABITS, makeCustomer, NEWCOMERS_PER_DAY, REGULARS } from "./customers.js";
import { makeProducts } from "./products.js";
import { index, poisson, stream } from "./random.js";
/** The splits that a market has. New markets are free, so no cases are put away in a vault. */
export const PERIODS = ["train", "validation", "holdout"];
/** Days in a split: four weeks. Day 0 is a Monday. */
export const SPLIT_DAYS = 28;
/** First day of each split, in the order of time. */
export const FIRST_DAY = {
  train: 0,
  validation: SPLIT_DAYS,
  holdout: 2 * SPLIT_DAYS,
};
/** What is sold from the last so many days of stock is reordered by express, at up to so much more. */
const EXPRESS_DAYS = 4;
const EXPRESS_SURCHARGE = 0.35;
/** The market of one split. Products and regulars are the same in every split of a seed. */
export function simulateMarket(split, seed) {
  const products = makeProducts(stream(seed, "products"), 3 * SPLIT_DAYS);
  const regulars = makeRegulars(stream(seed, "regulars"));
  const visits = stream(seed, `visits in ${split}`);
  const requests = [];
  const situations = [];
  let customers = regulars.length;
  for (let day = FIRST_DAY[split]; day < FIRST_DAY[split] + SPLIT_DAYS; day += 1) {
    const today = [];
    for (const [id, customer] of regulars.entries()) {
      const count = poisson(visits, HABITS[customer.segment].visits);
      for (let visit = 0; visit < count; visit += 1) today.push({ id, customer });
    }
    const newcomers = poisson(visits, NEWCOMERS_PER_DAY);
    for (let visit = 0; visit < newcomers; visit += 1) {
      today.push({ id: customers++, customer: makeCustomer(visits, "newcomer") });
    }
    shuffle(visits, today);
    for (const { id, customer } of today) {
      const request = ask(visits, customer, products, day);
      requests.push(request);
      situations.push(situationOf(id, customer, request));
    }
  }
  return { requests, answers: { situations, regulars: regulars.length, customers } };
}
function makeRegulars(next) {
  const segments = ["bargain", "loyal", "business"];
  return segments.flatMap((segment) => Array.from({ length: REGULARS[segment] }, () => makeCustomer(next, segment)));
}
function ask(next, { segment, tenureOnDay0 }, products, day) {
  const { name, listPrice, unitCost, days } = products[index(next, products.length)];
  const [least, most] = HABITS[segment].quantity;
  return {
    product: name,
    segment,
    quantity: least + index(next, most - least + 1),
    listPrice,
    unitCost,
    ...days[day],
    tenureDays: segment === "newcomer" ? 0 : tenureOnDay0 + day,
    weekend: day % 7 >= 5 ? 1 : 0,
  };
}
function situationOf(id, customer, request) {
  const { listPrice, competitorPrice, unitCost, stockDays, product, segment, quantity } = request;
  const { appeal, sensitivity, annoyance } = customer;
  const { attention } = HABITS[segment];
  return {
    customer: id,
    product,
    segment,
    quantity,
    listPrice,
    fairPrice: Math.exp((1 - attention) * Math.log(listPrice) + attention * Math.log(competitorPrice)),
    cost: unitCost * (1 + EXPRESS_SURCHARGE * Math.max(0, 1 - stockDays / EXPRESS_DAYS)),
    appeal,
    sensitivity,
    annoyance,
  };
}
/** In place, by the method of Fisher and Yates. */
function shuffle(next, items) {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = index(next, last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
}
//# sourceMappingURL=market.js.map
