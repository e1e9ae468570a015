import type { Random } from "@pawl/plugin";

/** The items in an order drawn by chance (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const list = [...items];
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = random.integer(0, last);
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
  return list;
}

/** At most `count` of the items, drawn by chance. */
export const drawn = <T>(items: readonly T[], count: number, random: Random): T[] =>
  shuffled(items, random).slice(0, count);

/** Positions from 0 on. */
export const positions = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
