import { createHash } from "node:crypto";
import type { Random } from "@pawl/plugin";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded stream of random numbers (xoroshiro128+); see {@link Random}. */
export function createRandom(seed: number | string): Random {
  const generator = xoroshiro128plus(toInt32(`${seed}`));
  return {
    next: () => uniformFloat64(generator),
    integer: (min, max) => uniformInt(generator, min, max),
    normal: () => {
      // Box and Muller 1958; 1 - u keeps the logarithm away from zero.
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
    },
    pick: (items) => {
      const item = items[uniformInt(generator, 0, items.length - 1)];
      if (item === undefined && items.length === 0) throw new RangeError("pick() needs a list that is not empty");
      return item as (typeof items)[number];
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}

/** Streams are named by text; the generator wants 32 bits that differ in many places for names that differ in one. */
function toInt32(text: string): number {
  return createHash("sha256").update(text).digest().readInt32LE(0);
}
