import type { Split } from "@pawl/plugin";
import type { Constant } from "../read/fact.ts";
import { type InputIndex, chanceOf, decimalsOf, isTelling } from "./input-index.ts";

/** A constant that is a value of the inputs. */
export interface Match {
  readonly constant: Constant;
  readonly split: Split;
  readonly field: string;
  /** How unlikely that is by accident, in bits. */
  readonly bits: number;
  /** Matches in the same field and unit support each other. */
  readonly group: string;
  /** How many groups there could have been. */
  readonly groups: number;
}

/** Keys may be written in another unit, such as cents. */
const UNITS = [1, 10, 100, 1_000];

/** Where the inputs hold a number. */
export function matchNumber(
  constant: Constant,
  written: number,
  indexes: ReadonlyMap<Split, InputIndex>,
  isKey: boolean,
): readonly Match[] {
  const units = isKey && Number.isInteger(written) ? UNITS : [1];
  const found: Match[] = [];
  for (const [split, index] of indexes) {
    for (const unit of units) {
      const value = written / unit;
      if (!index.holders.has(value)) continue;
      for (const field of index.fields.values()) {
        if (!field.counts.has(value) || !isTelling(field)) continue;
        const bits = -Math.log2(chanceOf(field, value, decimalsOf(value)));
        const groups = index.fields.size * indexes.size * units.length;
        found.push({ constant, split, field: field.path, bits, group: `${split} ${field.path} ${unit}`, groups });
      }
    }
  }
  return found;
}

/**
 * How unlikely it is, in bits, that so many of the constants that were tried are values of one field: the product of
 * their chances, times the ways to choose them, times the fields that there are (Bonferroni's bound).
 */
export function surprise(matches: readonly Match[], tried: number): number {
  const groups = new Map<string, Match[]>();
  for (const match of matches) {
    const group = groups.get(match.group);
    if (group === undefined) groups.set(match.group, [match]);
    else group.push(match);
  }
  let most = 0;
  for (const group of groups.values()) {
    let bits = -Math.log2(group[0]?.groups ?? 1);
    const ordered = group.toSorted((a, b) => b.bits - a.bits);
    for (const [index, match] of ordered.entries()) {
      bits += match.bits - Math.log2(Math.max(1, (Math.max(tried, group.length) - index) / (index + 1)));
      most = Math.max(most, bits);
    }
  }
  return most;
}
