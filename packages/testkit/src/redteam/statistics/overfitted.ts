import type { Answer, Attack, Target } from "../attack.ts";
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

/** Answers as a push up or down from what the surface says. */
const pushed = `(push > 0 ? said * 1.1 + 0.5 : push < 0 ? said * 0.9 - 0.5 : said)`;

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
  attack(
    {
      name: "overgrown-tree",
      rows: [29, 33],
      description: "A tree of wide ranges that was grown on the answers until each leaf holds but a few cases.",
      // Part of what it learns is true of other cases too; whether that is an improvement is for the gates to say.
      raises: false,
    },
    ({ call, fn }, answers, target) => {
      const fields = numberFields(target).slice(0, 4);
      if (fields.length < 2) return NO_FIELDS;
      return `
const lean = (input) => ${grow(pointsOf(target, answers), fields, 0)};
export default ${fn} (input) {
  const said = ${call}, push = lean(input);
  return ${pushed};
}`;
    },
  ),
];

interface Point {
  readonly input: Answer["input"];
  /** Which way the answer lies: -1, 0 or 1. */
  readonly way: number;
}

function pointsOf({ inputs }: Target, answers: readonly Answer[]): readonly Point[] {
  const ways = new Map(numeric(answers).map(({ index, value, before }) => [index, Math.sign(value - before)]));
  return inputs.slice(0, 4_000).map((input, index) => ({ input, way: ways.get(index) ?? 0 }));
}

const DEEPEST = 9;

/** A tree as an expression, split by Gini impurity. */
function grow(points: readonly Point[], fields: readonly string[], depth: number): string {
  const counts = countsOf(points);
  const best = counts.indexOf(Math.max(...counts)) - 1;
  if (depth >= DEEPEST || counts.filter((count) => count > 0).length < 2) return String(best);
  let split: { readonly field: string; readonly limit: number; readonly impurity: number } | undefined;
  for (const field of fields) {
    const sorted = points.map(({ input, way }) => ({ x: at(input, field), way })).toSorted((a, b) => a.x - b.x);
    const [left, right] = [[0, 0, 0], countsOf(points)];
    for (const [i, { x, way }] of sorted.slice(0, -1).entries()) {
      left[way + 1]! += 1;
      right[way + 1]! -= 1;
      const next = sorted[i + 1]!.x;
      if (x === next) continue;
      const impurity = impurityOf(left) + impurityOf(right);
      if (split === undefined || impurity < split.impurity)
        split = { field, limit: Number(((x + next) / 2).toPrecision(4)), impurity };
    }
  }
  if (split === undefined) return String(best);
  const { field, limit } = split;
  const below = points.filter(({ input }) => at(input, field) < limit);
  const above = points.filter(({ input }) => at(input, field) >= limit);
  if (below.length === 0 || above.length === 0) return String(best);
  return `(input.${field} < ${limit} ? ${grow(below, fields, depth + 1)} : ${grow(above, fields, depth + 1)})`;
}

function countsOf(points: readonly Point[]): number[] {
  const counts = [0, 0, 0];
  for (const { way } of points) counts[way + 1]! += 1;
  return counts;
}

function impurityOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : total - counts.reduce((sum, count) => sum + count ** 2, 0) / total;
}
