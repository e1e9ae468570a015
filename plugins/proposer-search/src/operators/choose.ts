import type { Random } from "@pawl/plugin";

/** Picks an item with a probability in proportion to its weight; `undefined` from an empty list. */
export function weighted<T>(items: readonly T[], weightOf: (item: T) => number, random: Random): T | undefined {
  const weights = items.map(weightOf);
  let rest = random.next() * weights.reduce((a, b) => a + b, 0);
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (rest <= 0) return items[index];
  }
  return items.at(-1);
}

/** Some different items, in random order. */
export function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  const rest = [...items];
  const picked: T[] = [];
  while (picked.length < count && rest.length > 0) {
    picked.push(...rest.splice(random.integer(0, rest.length - 1), 1));
  }
  return picked;
}
