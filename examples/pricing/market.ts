import type { Split } from "@pawl/plugin";
import { type Customer, HABITS, makeCustomer, NEWCOMERS_PER_DAY, REGULARS } from "./customers.ts";
import { makeProducts, type Product } from "./products.ts";
import { index, poisson, type Stream, stream } from "./random.ts";
import type { Request, Segment } from "./request.ts";

/** The splits that a market has. There is no fourth month that could be put away in a vault. */
export const PERIODS = ["train", "validation", "holdout"] as const satisfies readonly Split[];
export type Period = (typeof PERIODS)[number];

/** Days in a split: four weeks. Day 0 is a Monday. */
export const SPLIT_DAYS = 28;
/** First day of each split, in the order of time. */
export const FIRST_DAY: Readonly<Record<Period, number>> = {
  train: 0,
  validation: SPLIT_DAYS,
  holdout: 2 * SPLIT_DAYS,
};

/** What is sold from the last so many days of stock is reordered by express, at up to so much more. */
const EXPRESS_DAYS = 4;
const EXPRESS_SURCHARGE = 0.35;

/** What decides about one request, and stays on the host. Prices and costs are per unit, in euros. */
export type Situation = {
  /** Customers are numbered from 0, those who come back first. */
  readonly customer: number;
  readonly product: string;
  readonly segment: Segment;
  readonly quantity: number;
  readonly listPrice: number;
  /** The price that seems right to this customer. */
  readonly fairPrice: number;
  /** What the unit costs the shop, express reordering included. */
  readonly cost: number;
  /** Log odds of buying at the fair price. */
  readonly appeal: number;
  /** How much these fall per unit of the logarithm of the price. */
  readonly sensitivity: number;
  /** Hazard of leaving for good, per unit of the logarithm of the price above the fair one. */
  readonly annoyance: number;
};

/** What stays on the host. */
export type Answers = {
  /** One per request. */
  readonly situations: readonly Situation[];
  /** Customers who come back, also those who ask for nothing in these weeks. */
  readonly regulars: number;
  /** All customers, newcomers included. */
  readonly customers: number;
};

/** Four weeks of requests in the order of time. Who asks for what, and when, does not depend on any quote. */
export interface Market {
  readonly requests: Request[];
  readonly answers: Answers;
}

/** The market of one split. Products and regulars are the same in every split of a seed. */
export function simulateMarket(split: Period, seed: number): Market {
  const products = makeProducts(stream(seed, "products"), 3 * SPLIT_DAYS);
  const regulars = makeRegulars(stream(seed, "regulars"));
  const visits = stream(seed, `visits in ${split}`);

  const requests: Request[] = [];
  const situations: Situation[] = [];
  let customers = regulars.length;
  for (let day = FIRST_DAY[split]; day < FIRST_DAY[split] + SPLIT_DAYS; day += 1) {
    const today: { readonly id: number; readonly customer: Customer }[] = [];
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

function makeRegulars(next: Stream): Customer[] {
  const segments = ["bargain", "loyal", "business"] as const;
  return segments.flatMap((segment) => Array.from({ length: REGULARS[segment] }, () => makeCustomer(next, segment)));
}

function ask(next: Stream, { segment, tenureOnDay0 }: Customer, products: readonly Product[], day: number): Request {
  const { name, listPrice, unitCost, days } = products[index(next, products.length)]!;
  const [least, most] = HABITS[segment].quantity;
  return {
    product: name,
    segment,
    quantity: least + index(next, most - least + 1),
    listPrice,
    unitCost,
    ...days[day]!,
    tenureDays: segment === "newcomer" ? 0 : tenureOnDay0 + day,
    weekend: day % 7 >= 5 ? 1 : 0,
  };
}

function situationOf(id: number, customer: Customer, request: Request): Situation {
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
function shuffle<T>(next: Stream, items: T[]): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = index(next, last + 1);
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
}
