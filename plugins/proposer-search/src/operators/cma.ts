import { decode } from "../search/coordinate.ts";
import { describeChanges, effective } from "./describe.ts";
import type { Operator } from "./operator.ts";

/** Tunes all constants of the champion together with CMA-ES. */
export const cma: Operator = {
  name: "cma",
  promising: true,
  group: "tune",
  // Its gains come only after generations, too late for a bandit to wait for; in few dimensions they surely come.
  floor: ({ memory }) => Math.max(0.15, Math.min(0.7, 3 / memory.tuner.space.length)),
  applies: ({ memory }) => memory.tuner.space.length > 1,
  apply({ memory }, random) {
    const { tuner, champion } = memory;
    const point = tuner.ask(random);
    if (point === undefined) return undefined;
    const assignments = tuner.space.map((each, i) => decode(each, point[i] as number, tuner.deviation(i)));
    const changed = effective(assignments);
    if (changed.length === 0) return undefined;
    const candidate = champion.surface.assign(changed);
    return { ...candidate, hypothesis: describeChanges("tune", changed), memo: { point, space: tuner.id } };
  },
};
