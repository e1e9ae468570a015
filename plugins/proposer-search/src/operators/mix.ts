import { decode, encode, isNumeric, scaleOf } from "../search/coordinate.ts";
import { isValue } from "../surface/tune.ts";
import type { Parameter } from "../surface/parameters.ts";
import type { Assignment } from "../surface/surface.ts";
import { weighted } from "./choose.ts";
import { describeChanges, effective } from "./describe.ts";
import { partners } from "./partner.ts";
import type { Operator } from "./operator.ts";

/** Takes over some of the constants of an earlier good candidate, or values between its and the champion's. */
export const mix: Operator = {
  name: "mix",
  group: "crossover",
  applies: (view) => view.surface.parameters.length > 1 && partners(view).length > 0,
  apply(view, random) {
    const elites = partners(view);
    const partner = weighted(elites, (each) => 1 / (1 + elites.indexOf(each)), random);
    if (partner === undefined) return undefined;
    const theirs = new Map(
      view.memory.surfaceOf(partner.key, partner.files).parameters.map((each) => [each.id, each] as const),
    );
    // All of one, or a share of the constants; wholly, half-way, or a little beyond.
    const share = random.pick([0.3, 0.5, 1]);
    const blend = random.pick([0.5, 1, 1, 1.3]);
    const changed = effective(
      view.surface.parameters.flatMap((mine) => {
        const other = theirs.get(mine.id);
        return other === undefined || random.next() > share ? [] : between(mine, other, blend);
      }),
    );
    if (changed.length === 0) return undefined;
    const hypothesis = `take over from experiment ${partner.number}: ${describeChanges("set", changed)}`;
    return { ...view.surface.assign(changed), hypothesis, memo: {} };
  },
};

function between(mine: Parameter, other: Parameter, blend: number): Assignment[] {
  if (mine.domain.kind !== other.domain.kind) return [];
  if (isNumeric(mine) && isNumeric(other)) {
    if (scaleOf(mine) !== scaleOf(other)) return [];
    const from = encode(mine);
    const target = from + blend * (encode(mine, other.value) - from);
    return [decode(mine, target, Math.max(1e-4, Math.abs(target - from)))];
  }
  if (mine.domain.kind !== "choice" || !isValue(other.value) || !mine.domain.options.includes(other.value)) return [];
  return [{ parameter: mine, value: other.value, written: other.file.source(other.site.node) }];
}
