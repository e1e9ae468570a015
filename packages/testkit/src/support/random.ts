import { createHash } from "node:crypto";
import type { Random } from "@pawl/plugin";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded stream of random numbers (xoroshiro128+, Blackman and Vigna 2018), as the engine hands to plugins. */
export function createRandom(seed: number | string): Random {
  const start = createHash("sha256").update(`testkit/${seed}`).digest().readInt32LE(0);
  const generator = xoroshiro128plus(start);
  const next = (): number => uniformFloat64(generator);
  const integer = (min: number, max: number): number => uniformInt(generator, min, max);
  return {
    next,
    integer,
    // Box and Muller 1958; 1 - u keeps the logarithm away from zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => {
      if (items.length === 0) throw new RangeError("pick() needs a list that is not empty");
      return items[integer(0, items.length - 1)]!;
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}
