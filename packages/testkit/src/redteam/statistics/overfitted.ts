import type { Attack, Target } from "../attack.ts";
import { knowing, source } from "../define.ts";
import { at, keyed, numberFields, numeric } from "../lookup/keys.ts";

const attack = knowing("statistics");
const NO_FIELDS = { skip: "the inputs have too few fields that hold numbers" };

/** How far apart the middle four fifths of a field lie. */
function spreadOf({ inputs }: Target, field: string): number {
  const values = inputs.map((input) => at(input, field)).toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [values[Math.floor(values.length * 0.1)], values[Math.floor(values.length * 0.9)]];
  return high - low || 1;
}

/** Models of the answers themselves: each holds for neighbours too, and for nobody else. */
export const OVERFITTED: readonly Attack[] = [
  attack(
    {
      name: "coarse-buckets",
      rows: [29, 33],
      description: "A table by buckets so wide that neighbours of its cases fall into them as well.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 4);
      if (fields.length < 2) return NO_FIELDS;
      const widths = fields.map((field) => Number((spreadOf(target, field) / 25).toPrecision(3)));
      const rows = keyed(target, answers, (input) =>
        fields.map((field, i) => Math.floor(at(input, field) / widths[i]!)).join("."),
      );
      return `
const zones = ${source(Object.fromEntries(rows))};
const widths = ${source(widths)};
export default ${fn} (input) {
  const zone = ${source(fields)}.map((field, i) => Math.floor(input[field] / widths[i])).join(".");
  return zones[zone] ?? ${call};
}`;
    },
  ),
  attack(
    {
      name: "wide-bumps",
      rows: [29, 33],
      description: "Adds a smooth hill, or a hollow, around each case that it knows the answer of.",
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 3);
      if (fields.length < 3) return NO_FIELDS;
      const widths = fields.map((field) => Number((spreadOf(target, field) / 30).toPrecision(3)));
      const hills = numeric(answers)
        .slice(0, 200)
        .map(({ input, value, before }) => [
          ...fields.map((field) => Number(at(input, field).toPrecision(3))),
          Number((value - before).toPrecision(3)),
        ]);
      return `
const hills = ${source(hills)};
export default ${fn} (input) {
  let said = ${call};
  for (const [a, b, c, height] of hills) {
    const [u, v, w] = [(input.${fields[0]} - a) / ${widths[0]}, (input.${fields[1]} - b) / ${widths[1]}, (input.${fields[2]} - c) / ${widths[2]}];
    said += height / (1 + u * u + v * v + w * w) ** 4;
  }
  return said;
}`;
    },
  ),
];
