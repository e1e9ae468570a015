/**
 * The surface: places circles in the unit square so that the sum of their radii is large.
 *
 * It is written in what TypeScript and AssemblyScript have in common, and its only function is the square root, on
 * which all engines agree: the same file runs in V8, in QuickJS and as WebAssembly, and gives the same bits.
 */

/** Circles one after the other: x, y and radius of each. Each must lie in the square and overlap no other. */
export default function pack(circles: number): Array<number> {
  const spread = 0.9; // @tune 0.5..1
  const stagger = 0.5; // @tune 0..1
  const step = 0.2; // @tune 0.001..0.5
  const cooling = 0.9995; // @tune 0.98..1
  const rounds = 400.0; // @tune 100..5000
  const seed = 1.0; // @tune 1..100000

  // To begin with, five rows, every other one shifted.
  const xs = new Array<number>();
  const ys = new Array<number>();
  for (let row = 0; row < 5; row++) {
    const before = xs.length;
    const until = (circles * (row + 1.0)) / 5.0 - 0.5;
    const shift = row % 2 == 0 ? 0.5 : 0.5 + stagger;
    while (xs.length < until) {
      const column = xs.length - before + shift;
      xs.push(0.5 + spread * (column / (circles / 5.0 + stagger) - 0.5));
      ys.push(0.5 + spread * ((row + 0.5) / 5.0 - 0.5));
    }
  }

  // Then one circle after the other is moved a little, and left there if that helps.
  let best = total(radii(xs, ys));
  let reach = step;
  let state = seed;
  let i = 0;
  for (let round = 0.0; round < rounds; round++) {
    const x = xs[i]!;
    const y = ys[i]!;
    state = (state * 48271.0) % 2147483647.0;
    xs[i] = inside(x + reach * (state / 1073741823.5 - 1.0));
    state = (state * 48271.0) % 2147483647.0;
    ys[i] = inside(y + reach * (state / 1073741823.5 - 1.0));
    const found = total(radii(xs, ys));
    if (found > best) {
      best = found;
    } else {
      xs[i] = x;
      ys[i] = y;
    }
    reach *= cooling;
    i = i + 1 < xs.length ? i + 1 : 0;
  }

  const placed = new Array<number>();
  const rs = radii(xs, ys);
  for (let k = 0; k < rs.length; k++) {
    placed.push(xs[k]!);
    placed.push(ys[k]!);
    // Rounding must not make circles touch that only just do not.
    placed.push(rs[k]! * 0.999999999999);
  }
  return placed;
}

function inside(value: number): number {
  return value < 0.001 ? 0.001 : value > 0.999 ? 0.999 : value;
}

/** Radii for these centres: half the way to the nearest neighbour, and then each as large as the others let it be. */
function radii(xs: Array<number>, ys: Array<number>): Array<number> {
  const rs = new Array<number>();
  for (let i = 0; i < xs.length; i++) {
    let room = border(xs[i]!, ys[i]!);
    for (let j = 0; j < xs.length; j++) {
      const half = i == j ? room : distance(xs[i]! - xs[j]!, ys[i]! - ys[j]!) / 2.0;
      if (half < room) room = half;
    }
    rs.push(room);
  }
  for (let i = 0; i < xs.length; i++) {
    let room = border(xs[i]!, ys[i]!);
    for (let j = 0; j < xs.length; j++) {
      const left = i == j ? room : distance(xs[i]! - xs[j]!, ys[i]! - ys[j]!) - rs[j]!;
      if (left < room) room = left;
    }
    if (room > rs[i]!) rs[i] = room;
  }
  return rs;
}

function border(x: number, y: number): number {
  const across = x < 0.5 ? x : 1.0 - x;
  const along = y < 0.5 ? y : 1.0 - y;
  return across < along ? across : along;
}

function distance(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

function total(rs: Array<number>): number {
  let sum = 0.0;
  for (let i = 0; i < rs.length; i++) sum += rs[i]!;
  return sum;
}

/** What the WebAssembly sandbox calls: JSON text in, JSON text out. */
export function answer(input: string): string {
  return "[" + pack(parseFloat(input)).join(",") + "]";
}
