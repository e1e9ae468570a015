import type { Random } from "@pawl/plugin";

/** A small seeded stream (Mulberry32, Ettinger 2017), good enough to make cases with. */
export function createRandom(seed: string): Random {
  let state = [...seed].reduce((hash, each) => Math.imul(hash ^ each.charCodeAt(0), 0x01_00_01_93), 0x81_1c_9d_c5);
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}
