import type { Split } from "@pawl/plugin";
import { DELAY_DAYS, describePayments, WINDOW_DAYS } from "./features.ts";
import { DAY_SECONDS, type Payment, type Scenario, simulate } from "./simulator.ts";
import type { Transaction } from "./transaction.ts";

/** Days in a split. No more than the delay: so no case of a split can carry a label of the same split. */
export const SPLIT_DAYS = DELAY_DAYS;

/** First day of each split, in the order of time. The days between two splits are as many as the delay. */
export const FIRST_DAY: Readonly<Record<Split, number>> = {
  train: WINDOW_DAYS + DELAY_DAYS,
  validation: WINDOW_DAYS + DELAY_DAYS + SPLIT_DAYS + DELAY_DAYS,
  holdout: WINDOW_DAYS + DELAY_DAYS + 2 * (SPLIT_DAYS + DELAY_DAYS),
};

/** What stays on the host: one entry per payment in each list. */
export type Answers = {
  readonly fraud: readonly (0 | 1)[];
  readonly scenario: readonly Scenario[];
  readonly customer: readonly number[];
  readonly day: readonly number[];
};

interface World {
  readonly payments: readonly Payment[];
  readonly transactions: readonly Transaction[];
}

/** The worlds that were made last. One takes about half a second to make, and each has three splits. */
const worlds = new Map<number, World>();
const WORLDS_KEPT = 4;

function worldOf(seed: number): World {
  let world = worlds.get(seed);
  if (world === undefined) {
    const payments = simulate(seed);
    world = { payments, transactions: describePayments(payments) };
    worlds.set(seed, world);
    for (const oldest of worlds.keys()) if (worlds.size > WORLDS_KEPT) worlds.delete(oldest);
  }
  return world;
}

/** The payments of one split, as new objects that the caller may do with as it likes. */
export function loadSplit(split: Split, seed: number): { inputs: Transaction[]; reference: Answers } {
  const { payments, transactions } = worldOf(seed);
  const from = payments.findIndex(({ time }) => time >= FIRST_DAY[split] * DAY_SECONDS);
  const until = payments.findLastIndex(({ time }) => time < (FIRST_DAY[split] + SPLIT_DAYS) * DAY_SECONDS) + 1;
  const cases = payments.slice(from, until);
  return {
    inputs: transactions.slice(from, until).map(copy),
    reference: {
      fraud: cases.map(({ scenario }) => (scenario === 0 ? 0 : 1)),
      scenario: cases.map(({ scenario }) => scenario),
      customer: cases.map(({ customer }) => customer),
      day: cases.map(({ time }) => Math.floor(time / DAY_SECONDS)),
    },
  };
}

function copy(transaction: Transaction): Transaction {
  return { ...transaction };
}
