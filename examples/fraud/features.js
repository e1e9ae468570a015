import { DAY_SECONDS } from "./simulator.js";
/** Days until the bank knows whether a payment was fraud: no feature may use a label before that. */
export const DELAY_DAYS = 7;
/** The longest window that a feature looks back over. */
export const WINDOW_DAYS = 30;
/** What the rules see of each of the payments, which must be in the order of time. */
export function describePayments(payments) {
  const customers = new Histories();
  const terminals = new Histories();
  return payments.map((payment) => {
    const { time, amount, distance } = payment;
    const day = Math.floor(time / DAY_SECONDS);
    const hour = Math.floor((time % DAY_SECONDS) / 3_600);
    const customer = customers.of(payment.customer);
    const terminal = terminals.of(payment.terminal);
    const hours = (time - customer.last) / 3_600;
    const spent = (days) => customer.window(time, days);
    const known = (days) => terminal.window(time - DELAY_DAYS * DAY_SECONDS, days);
    const [spent1, spent7, spent30] = [spent(1), spent(7), spent(WINDOW_DAYS)];
    const [known1, known7, known30] = [known(1), known(7), known(WINDOW_DAYS)];
    customer.add(time, amount);
    terminal.add(time, payment.scenario === 0 ? 0 : 1);
    return {
      amount,
      hour,
      weekend: day % 7 >= 5 ? 1 : 0,
      night: hour < 7 ? 1 : 0,
      distance: round(distance, 100),
      hoursSinceLast: round(Math.min(hours, WINDOW_DAYS * 24), 10),
      customerCount1: spent1.count,
      customerMean1: round(spent1.mean, 100),
      customerCount7: spent7.count,
      customerMean7: round(spent7.mean, 100),
      customerCount30: spent30.count,
      customerMean30: round(spent30.mean, 100),
      terminalCount1: known1.count,
      terminalRisk1: round(known1.mean, 1_000),
      terminalCount7: known7.count,
      terminalRisk7: round(known7.mean, 1_000),
      terminalCount30: known30.count,
      terminalRisk30: round(known30.mean, 1_000),
    };
  });
}
/** What happened to one customer or at one terminal so far. */
class History {
  #times = [];
  /** `#sums[i]` is the sum of the first `i` values. */
  #sums = [0];
  /** When the last value was added; long ago where there is none. */
  get last() {
    return this.#times.at(-1) ?? -Infinity;
  }
  add(time, value) {
    this.#times.push(time);
    this.#sums.push((this.#sums.at(-1) ?? 0) + value);
  }
  /** The values of the `days` that end with `until`: later than their start, and no later than their end. */
  window(until, days) {
    const first = this.#countUntil(until - days * DAY_SECONDS);
    const end = this.#countUntil(until);
    const count = end - first;
    const sum = (this.#sums[end] ?? 0) - (this.#sums[first] ?? 0);
    return { count, mean: count === 0 ? 0 : sum / count };
  }
  /** How many values are no later than `time`, by bisection. */
  #countUntil(time) {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? Infinity) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
class Histories {
  #byId = new Map();
  of(id) {
    let history = this.#byId.get(id);
    if (history === undefined) this.#byId.set(id, (history = new History()));
    return history;
  }
}
function round(value, steps) {
  return Math.round(value * steps) / steps;
}
//# sourceMappingURL=features.js.map
