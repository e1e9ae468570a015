import type { Random } from "@pawl/plugin";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { fingerprint } from "../surface/canonical.ts";

/**
 * A random stream named by a label. Decisions that follow from results alone are drawn from one that is named by
 * those results, so that a resumed run decides as the uninterrupted one did.
 */
export function createStream(label: string): Random {
  const generator = xoroshiro128plus(Buffer.from(fingerprint([label]), "base64url").readInt32LE(0));
  const next = (): number => uniformFloat64(generator);
  return {
    next,
    integer: (min, max) => uniformInt(generator, min, max),
    // Box and Muller (1958).
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[uniformInt(generator, 0, items.length - 1)] as (typeof items)[number],
    fork: (name) => createStream(JSON.stringify([label, name])),
  };
}
