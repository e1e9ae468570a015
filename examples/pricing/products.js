import { normal, uniform } from "./random.js";
const NAMES = ["blender", "chair", "drill", "fan", "heater", "kettle", "lamp", "mirror", "rug", "toaster"];
/** The catalogue, and what happens to it in so many days. Neither depends on the shop's quotes. */
export function makeProducts(next, days) {
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
function competitorPrices(next, listPrice, days) {
  let drift = normal(next, 0, 0.03);
  let promotionLeft = 0;
  return Array.from({ length: days }, () => {
    drift = 0.9 * drift + normal(next, -0.002, 0.012);
    promotionLeft = promotionLeft > 0 ? promotionLeft - 1 : next() < 0.03 ? 5 : 0;
    return cents(listPrice * Math.exp(drift) * (promotionLeft > 0 ? 0.9 : 1));
  });
}
/** Stock is used up at an uneven pace, and filled up every second week. */
function stockLevels(next, days) {
  const deliveryDay = Math.floor(uniform(next, 0, 14));
  let stock = uniform(next, 4, 16);
  return Array.from({ length: days }, (_, day) => {
    stock = Math.max(0, stock - uniform(next, 0.6, 1.6)) + (day % 14 === deliveryDay ? uniform(next, 13, 17) : 0);
    return Math.round(stock * 10) / 10;
  });
}
function cents(euros) {
  return Math.round(euros * 100) / 100;
}
//# sourceMappingURL=products.js.map
