import type { Output } from "@pawl/plugin";
import { exactly, ONE } from "./exact.ts";

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** What is wrong with a placement: the circle or the two, and the sentence. */
export interface Flaw {
  readonly cause: "no circles" | "leaves the square" | "overlap";
  readonly detail: string;
}

/** Reads circles from an answer: x, y and radius one after the other, so many as were asked for. */
export function circlesOf(output: Output | undefined, count: number): readonly Circle[] | Flaw {
  const flaw = (detail: string): Flaw => ({ cause: "no circles", detail });
  if (output === undefined) return flaw("there is no answer");
  if ("error" in output) return flaw(output.error);
  const { value } = output;
  if (!Array.isArray(value) || value.length !== 3 * count) return flaw(`the answer is no list of ${3 * count} numbers`);
  if (!value.every((each) => typeof each === "number" && Number.isFinite(each))) {
    return flaw("the answer holds something that is no number");
  }
  const numbers = value as readonly number[];
  return Array.from({ length: count }, (_, i) => ({
    x: numbers[3 * i]!,
    y: numbers[3 * i + 1]!,
    r: numbers[3 * i + 2]!,
  }));
}

/** Everything that is wrong with circles in the unit square. Exact: no tolerance, and no rounding anywhere. */
export function flawsOf(circles: readonly Circle[]): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const exact = circles.map(({ x, y, r }) => ({ x: exactly(x), y: exactly(y), r: exactly(r) }));
  for (const [i, { x, y, r }] of exact.entries()) {
    if (r <= 0n) flaws.push({ cause: "no circles", detail: `the radius of circle ${i} is not positive` });
    if (x - r < 0n || x + r > ONE || y - r < 0n || y + r > ONE) {
      flaws.push({ cause: "leaves the square", detail: `circle ${i} reaches out of the square` });
    }
    for (const [before, other] of exact.slice(0, i).entries()) {
      const [dx, dy, sum] = [x - other.x, y - other.y, r + other.r];
      if (dx * dx + dy * dy < sum * sum) {
        flaws.push({ cause: "overlap", detail: `circles ${before} and ${i} overlap` });
      }
    }
  }
  return flaws;
}
