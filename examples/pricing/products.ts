import { normal, type Stream, uniform } from "./random.ts";

const NAMES = ["blender", "chair", "drill", "fan", "heater", "kettle", "lamp", "mirror", "rug", "toaster"];

/** What changes from day to day. */
export interface ProductDay {
  /** In euros. */
  readonly competitorPrice: number;
  /** How long the stock lasts by plan, in days. */
  readonly stockDays: number;
}

export interface Product {
  readonly name: string;
  /** In euros. */
  readonly listPrice: number;
  /** In euros. */
  readonly unitCost: number;
  readonly days: readonly ProductDay[];
}

/** The catalogue, and what happens to it in so many days. Neither depends on the shop's quotes. */
export function makeProducts(next: Stream, days: number): Product[] {
  return NAMES.map((name) => {
    const listPrice = Math.round(uniform(next, 15, 120)) - 0.01;
    const unitCost = cents(listPrice * uniform(next, 0.55, 0.68));
    const competitor = competitorPrices(next, listPrice, days);
    const stock = stockLevels(next, days);
    return {
      name,
      listPrice,
      unitCost,
      days: competitor.map((competitorPrice, day) => ({ competitorPrice, stockDays: stock[day] ?? 0 })),
    };
  });
}

/** A price that drifts about the list price, and now and then a promotion of five days at 10 % less. */
function competitorPrices(next: Stream, listPrice: number, days: number): number[] {
  let drift = normal(next, 0, 0.03);
  let promotionLeft = 0;
  return Array.from({ length: days }, () => {
    drift = 0.9 * drift + normal(next, -0.002, 0.012);
    promotionLeft = promotionLeft > 0 ? promotionLeft - 1 : next() < 0.03 ? 5 : 0;
    return cents(listPrice * Math.exp(drift) * (promotionLeft > 0 ? 0.9 : 1));
  });
}

/** Stock is used up at an uneven pace, and filled up every second week. */
function stockLevels(next: Stream, days: number): number[] {
  const deliveryDay = Math.floor(uniform(next, 0, 14));
  let stock = uniform(next, 4, 16);
  return Array.from({ length: days }, (_, day) => {
    stock = Math.max(0, stock - uniform(next, 0.6, 1.6)) + (day % 14 === deliveryDay ? uniform(next, 13, 17) : 0);
    return Math.round(stock * 10) / 10;
  });
}

function cents(euros: number): number {
  return Math.round(euros * 100) / 100;
}
