import { createRandom } from "@pawl/core";
import { type Problem, run } from "./loop.ts";

const LOW = -5;
const HIGH = 5;
/** The minimum, at about (-1.704, 0.678), found on a fine grid and polished. */
const MINIMUM = -1.518_676;
const TOLERANCE = 0.001 * Math.abs(MINIMUM);

/** The function of OpenEvolve's function-minimization example. */
export function f(x: number, y: number): number {
  return Math.sin(x) * Math.cos(y) + Math.sin(x * y) + (x * x + y * y) / 20;
}

/** A start in the far corner, behind several other minima. */
export const POOR_START: readonly [number, number] = [4.2, -3.9];

/** Finds the minimum from a start, by default a random one. */
export function functionMinimum(seed: number, start?: readonly [number, number]): Problem {
  const random = createRandom(`function-minimum:${seed}`);
  const draw = (): number => Number((LOW + random.next() * (HIGH - LOW)).toFixed(2));
  const [x, y] = start ?? [draw(), draw()];
  const point = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
  const source = [
    `const X = ${point(x)}; // @tune ${LOW}..${HIGH}`,
    `const Y = ${point(y)}; // @tune ${LOW}..${HIGH}`,
    "",
    "export default () => [X, Y];",
    "",
  ].join("\n");
  return {
    metric: { name: "f", direction: "minimize" },
    files: { "point.ts": source },
    score: (files) => f(...(run(files["point.ts"] ?? "") as () => [number, number])()),
    solved,
  };
}

function solved(score: number): boolean {
  return score - MINIMUM <= TOLERANCE;
}

/** Evaluations until a uniform random point is as good; `undefined` beyond `most`. */
export function randomFunctionMinimum(seed: number, most: number): number | undefined {
  const random = createRandom(`function-minimum-random:${seed}`);
  const draw = (): number => LOW + random.next() * (HIGH - LOW);
  for (let evaluation = 1; evaluation <= most; evaluation += 1) {
    if (solved(f(draw(), draw()))) return evaluation;
  }
  return undefined;
}
