import { decode, encode, isBounded, reflect } from "../search/coordinate.ts";
import { coefficients, quadraticMinimum } from "../search/quadratic.ts";
import { describeChanges, effective } from "./describe.ts";
import type { Operator } from "./operator.ts";

/** With more constants a full quadratic would need more results than are near enough to fit one. */
const MOST = 6;

/** Goes to the lowest point of a quadratic through the results around the champion: the last steps to an optimum. */
export const model: Operator = {
  name: "model",
  promising: true,
  group: "tune",
  floor: () => 0.2,
  applies: ({ memory: { tuner } }) => {
    const n = tuner.space.length;
    return n > 1 && n <= MOST && tuner.seen.length > 1.3 * coefficients(n) + 1;
  },
  apply({ memory: { tuner, champion } }) {
    const center = tuner.space.map((each) => encode(each));
    const minimum = quadraticMinimum(center, tuner.seen);
    if (minimum === undefined) return undefined;
    const point = minimum.map((value, i) => {
      const parameter = tuner.space[i];
      return Number((parameter !== undefined && isBounded(parameter) ? reflect(value) : value).toFixed(6));
    });
    const changed = effective(
      tuner.space.map((each, i) =>
        decode(each, point[i] as number, Math.abs((point[i] as number) - (center[i] as number))),
      ),
    );
    if (changed.length === 0) return undefined;
    const hypothesis = describeChanges("interpolate", changed);
    return { ...champion.surface.assign(changed), hypothesis, memo: { point, space: tuner.id } };
  },
};
