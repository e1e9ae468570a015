import type { Day } from "./scorer.ts";

/**
 * How many ice creams a stand sells on a day. This is the surface: the one file that may change. The comments at the
 * ends of lines tell the search how far it may turn their numbers.
 */
export default function sales({ temperature, weekend, rain }: Day): number {
  const base = 40; // @tune 0..200
  const perDegree = 2; // @tune 0..20
  let sold = base + perDegree * temperature;
  if (weekend) sold += 10; // @tune 0..100
  if (rain > 5) sold -= 5; // @tune 0..100
  return sold;
}
