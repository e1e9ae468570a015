/**
 * One card payment as the rules see it, at the moment of payment. There is nothing in it that names the customer, the
 * card or the terminal. Everything about the past is about payments before this one.
 */
export type Transaction = {
  /** Amount of this payment, in euros. */
  readonly amount: number;
  /** Hour of the day, 0 to 23. */
  readonly hour: number;
  /** 1 on Saturday and Sunday, else 0. */
  readonly weekend: number;
  /** 1 from midnight until 7 o'clock, else 0. */
  readonly night: number;
  /** From the customer's home to the terminal; homes and terminals lie on a square of 100 by 100. */
  readonly distance: number;
  /** Hours since the customer's last payment, at most 720. */
  readonly hoursSinceLast: number;
  /** The customer's payments in the last day, and their mean amount: 0 where there are none. */
  readonly customerCount1: number;
  readonly customerMean1: number;
  /** The same in the last 7 days. */
  readonly customerCount7: number;
  readonly customerMean7: number;
  /** The same in the last 30 days. */
  readonly customerCount30: number;
  readonly customerMean30: number;
  /**
   * Payments at this terminal in the newest day of which the bank knows what was fraud, which ended 7 days ago, and
   * the share of them that was: 0 where there are none.
   */
  readonly terminalCount1: number;
  readonly terminalRisk1: number;
  /** The same in the newest 7 known days. */
  readonly terminalCount7: number;
  readonly terminalRisk7: number;
  /** The same in the newest 30 known days. */
  readonly terminalCount30: number;
  readonly terminalRisk30: number;
};
//# sourceMappingURL=transaction.d.ts.map
