import type { Random } from "@pawl/plugin";
import { decode, encode, finest, isBounded, isNumeric, type NumericParameter, reflect } from "../search/coordinate.ts";
import type { Memory } from "../search/memory.ts";
import type { Assignment, Surface } from "../surface/surface.ts";
import { sample, weighted } from "./choose.ts";
import { describeChange, describeChanges, effective } from "./describe.ts";
import type { Operator } from "./operator.ts";

/** Moves one constant by its own step, which grows where moves succeed and shrinks where they fail. */
export const nudge: Operator = {
  name: "nudge",
  promising: true,
  group: "tune",
  applies: ({ surface }) => surface.parameters.some(isNumeric),
  apply({ surface, memory }, random) {
    const numeric = surface.parameters.filter(isNumeric);
    const parameter = weighted(numeric, (each) => memory.steps.weight(each), random);
    if (parameter === undefined) return undefined;
    const { assignment, delta } = move(parameter, memory, 1, random);
    if (effective([assignment]).length === 0) return undefined;
    return {
      ...surface.assign([assignment]),
      hypothesis: describeChange(assignment),
      memo: { moves: [[parameter.id, delta, finest(parameter)]] },
    };
  },
};

/** Moves several constants at once, for gains that no single one can bring. */
export const jitter: Operator = {
  name: "jitter",
  promising: true,
  group: "tune",
  applies: ({ surface }) => steady(surface).length > 1,
  apply({ surface, memory }, random) {
    const numeric = steady(surface);
    const most = Math.max(2, Math.min(8, Math.ceil(numeric.length / 2)));
    const chosen = sample(numeric, random.integer(2, most), random);
    const moves = chosen.map((each) => move(each, memory, 1 / Math.sqrt(chosen.length), random));
    const changed = effective(moves.map(({ assignment }) => assignment));
    if (changed.length === 0) return undefined;
    return { ...surface.assign(changed), hypothesis: describeChanges("shift", changed), memo: {} };
  },
};

/** The constants that are more than a bare 0 or 1. */
function steady({ parameters }: Surface): NumericParameter[] {
  return parameters.filter(isNumeric).filter(({ weak }) => !weak);
}

/** A step along one coordinate; an integer moves by one at least. */
function move(
  parameter: NumericParameter,
  memory: Memory,
  scale: number,
  random: Random,
): { assignment: Assignment; delta: number } {
  const { size, direction } = memory.steps.get(parameter.id);
  const keepWay = direction !== 0 && random.next() < 0.8;
  const way = keepWay ? direction : random.next() < 0.5 ? -1 : 1;
  const length = size * scale * Math.exp(0.4 * random.normal());
  const here = encode(parameter);
  const there = here + way * length;
  const target = isBounded(parameter) ? reflect(there) : there;
  let assignment = decode(parameter, target, Math.abs(target - here));
  if (parameter.domain.integer && assignment.value === parameter.value) {
    const next = parameter.value + way;
    assignment = decode(parameter, encode(parameter, next === 0 ? -way : next), 1);
  }
  return { assignment, delta: Number((target - here || way * length).toFixed(6)) };
}
