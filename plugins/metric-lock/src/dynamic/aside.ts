import type { Json } from "@pawl/plugin";
import type { Arm } from "./arms.ts";
import { drawn } from "./draw.ts";
import { type Field, valueAt, withValue } from "./fields.ts";

/** What so many cases and so large a share of them have in common is a kind of case, such as a price of nothing. */
const COMMON = 20;
const COMMON_SHARE = 0.005;

/** How far numbers step aside, and the share of honest changes that lie between two thresholds so near to each other. */
const STEPS = [
  { name: "numbers moved by one step", by: 0, spare: 0 },
  { name: "numbers moved by a hundredth", by: 0.01, spare: 0.005 },
  { name: "numbers moved by a twentieth", by: 0.05, spare: 0.02 },
] as const;

/** Arms that move all numbers of a case a little. */
export const asideArms = (inputs: readonly Json[], fields: readonly Field[]): Arm[] =>
  STEPS.map((step) => aside(inputs, fields, step));

/**
 * Each number a little up or down, at least to the next value on the grid that it lies on, and then all the other way:
 * whatever rounds before it looks a case up does not see less, and a rule keeps its effect on one side of any threshold.
 * Values that many cases share stay: rules about these alone are honest.
 */
function aside(inputs: readonly Json[], fields: readonly Field[], step: (typeof STEPS)[number]): Arm {
  const often = Math.max(COMMON, COMMON_SHARE * inputs.length);
  const numbers = fields.map((field) => {
    const decimals = field.kind === "integer" ? 0 : field.decimals;
    return { path: field.path, decimals, shared: countsOf(inputs, field) };
  });
  return {
    name: step.name,
    judged: "step",
    fields: fields.map(({ name }) => name),
    declared: false,
    nearby: true,
    spare: step.spare,
    probe: (group, most, random) =>
      drawn(group, most, random).flatMap((position) => {
        const input = inputs[position]!;
        const ways = numbers.map(() => (random.next() < 0.5 ? -1 : 1) * (0.5 + 0.5 * random.next()));
        const moved = [1, -1].map((side) => {
          let changed: Json = input;
          for (const [i, { path, decimals, shared }] of numbers.entries()) {
            const value = valueAt(input, path);
            if (typeof value !== "number" || (shared.get(value) ?? 0) > often) continue;
            const far = side * ways[i]! * step.by * Math.abs(value);
            const least = decimals === undefined ? 0 : Math.sign(side * ways[i]!) * 10 ** -decimals;
            const other = value + (Math.abs(far) > Math.abs(least) ? far : least);
            changed = withValue(changed, path, decimals === undefined ? other : Number(other.toFixed(decimals)));
          }
          return changed;
        });
        return moved[0] === input ? [] : moved.map((changed) => ({ position, input: changed }));
      }),
  };
}

type Counts = ReadonlyMap<Json | undefined, number>;
/** How often each value of a field occurs: the same for all candidates of a run. */
const counted = new WeakMap<object, Map<string, Counts>>();

function countsOf(inputs: readonly Json[], { name, path }: Field): Counts {
  const all = counted.get(inputs) ?? new Map<string, Counts>();
  counted.set(inputs, all);
  const known = all.get(name);
  if (known !== undefined) return known;
  const counts = new Map<Json | undefined, number>();
  all.set(name, counts);
  for (const input of inputs) {
    const value = valueAt(input, path);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
