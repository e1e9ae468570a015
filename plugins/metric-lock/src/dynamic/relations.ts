import type { Json, Output, Random, Relation } from "@pawl/plugin";
import { drawn, positions } from "./draw.ts";
import { pathOf, valueAt, withValue } from "./fields.ts";
import { agree, numberOf } from "./outputs.ts";

/** A relation that can be tested on answers alone: pairs of inputs, and what must hold between their answers. */
export interface Pairing {
  readonly name: string;
  readonly pairs: readonly { readonly position: number; readonly input: Json; readonly changed: Json }[];
  holds(before: Output, after: Output, input: Json, changed: Json): boolean;
}

/** Numbers of an equation that floating point may part by so much, relative to themselves. */
const ROUNDING = 1e-9;

const map = (input: Json, fields: readonly string[], change: (value: number) => number): Json => {
  let changed = input;
  for (const name of fields) {
    const value = valueAt(input, pathOf(name));
    if (typeof value === "number") changed = withValue(changed, pathOf(name), change(value));
  }
  return changed;
};

/** The pairings that scale, monotone and custom relations ask for, on at most `most` cases each. */
export function pairingsOf(
  relations: readonly Relation[],
  inputs: readonly Json[],
  most: number,
  random: Random,
): Pairing[] {
  return relations.flatMap((relation, i): Pairing[] => {
    const own = random.fork(`relation/${i}`);
    const cases = drawn(positions(inputs.length), most, own.fork("cases"));
    const pairs = (change: (input: Json) => Json) =>
      cases
        .map((position) => ({ position, input: inputs[position]!, changed: change(inputs[position]!) }))
        .filter(({ input, changed }) => input !== changed);
    switch (relation.kind) {
      case "scale": {
        // No power of ten or two, and no factor that anybody would divide by.
        const factor = 0.6 + 0.8 * own.next();
        return [
          {
            name: `scale: ${relation.fields.join(", ")} by ${factor.toFixed(3)}, answers ${relation.answers}`,
            pairs: pairs((input) => map(input, relation.fields, (value) => value * factor)),
            holds: (before, after) => {
              const [a, b] = [numberOf(before), numberOf(after)];
              if (a === undefined || b === undefined) return agree(before, after, ROUNDING);
              const wanted = relation.answers === "same" ? a : a * factor;
              return Math.abs(b - wanted) <= ROUNDING * Math.max(Math.abs(b), Math.abs(wanted));
            },
          },
        ];
      }
      case "monotone":
        return [
          {
            name: `monotone: ${relation.field}, answers ${relation.answers}`,
            pairs: pairs((input) => map(input, [relation.field], (value) => raised(value, own))),
            holds: (before, after) => {
              const [a, b] = [numberOf(before), numberOf(after)];
              if (a === undefined || b === undefined) return agree(before, after);
              const slack = ROUNDING * Math.max(Math.abs(a), Math.abs(b));
              return relation.answers === "up" ? b >= a - slack : b <= a + slack;
            },
          },
        ];
      case "custom": {
        const before = cases.map((position) => inputs[position]!);
        const after = relation.transform(before, own.fork("transform"));
        return [
          {
            name: `custom: ${relation.name}`,
            pairs: cases.map((position, at) => ({ position, input: before[at]!, changed: after[at]! })),
            holds: relation.holds.bind(relation),
          },
        ];
      }
      default:
        return [];
    }
  });
}

/** A larger value, by a little or by much; a whole number stays one. */
function raised(value: number, random: Random): number {
  const step = Math.max(Math.abs(value), 1) * 10 ** (-3 + 3 * random.next());
  return Number.isInteger(value) ? value + Math.max(1, Math.round(step)) : value + step;
}
