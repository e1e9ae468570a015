/** Who wants room, and how much it weighs against the others. */
export interface Claim {
  readonly wants: number;
  readonly weight: number;
}

/**
 * Divides room fairly: nobody gets more than it wants, and what it does not want goes to the others, by their weights
 * (weighted max-min fairness).
 */
export function divide(room: number, claims: readonly Claim[]): readonly number[] {
  const granted = claims.map(() => 0);
  let open = claims.map((_, index) => index);
  let left = Math.max(0, room);
  while (open.length > 0) {
    const weights = open.reduce((sum, index) => sum + (claims[index] as Claim).weight, 0);
    const share = (index: number): number => (left * (claims[index] as Claim).weight) / weights;
    const content = open.filter((index) => (claims[index] as Claim).wants <= share(index));
    if (content.length === 0) {
      for (const index of open) granted[index] = Math.floor(share(index));
      return granted;
    }
    for (const index of content) {
      const { wants } = claims[index] as Claim;
      granted[index] = wants;
      left -= wants;
    }
    open = open.filter((index) => !content.includes(index));
  }
  return granted;
}
