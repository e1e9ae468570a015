/** Who asks. Newcomers ask once; all others come back, as long as they are treated well. */
export type Segment = "newcomer" | "bargain" | "loyal" | "business";
/** One customer asking for the price of one product, as the shop sees it at that moment. */
export type Request = {
  readonly product: string;
  readonly segment: Segment;
  /** Units asked for; the quote is for one of them. */
  readonly quantity: number;
  /** The price in the shop's catalogue, in euros. */
  readonly listPrice: number;
  /** What the shop paid for one unit, in euros. */
  readonly unitCost: number;
  /** What the competitor asks today, in euros. */
  readonly competitorPrice: number;
  /** Days that the stock lasts by plan. The last few days are dear: what is sold then must be reordered by express. */
  readonly stockDays: number;
  /** Days since the customer's first order; 0 for newcomers. */
  readonly tenureDays: number;
  /** 1 on Saturday and Sunday, else 0. */
  readonly weekend: number;
};
//# sourceMappingURL=request.d.ts.map
