import { hash } from "node:crypto";
import { PawlError, SPLITS, type Json, type Split } from "@pawl/plugin";
import type { Fractions, SplitSpec } from "./options.ts";
import { badRow, quote, type Source } from "./table/row.ts";
import { isNumericMoment, momentOf } from "./table/values.ts";

/** A row's split as a small number: 0 for none, else 1 more than its place in `SPLITS`. */
export type SplitCode = 0 | 1 | 2 | 3 | 4;
export const splitCode = (split: Split): SplitCode => (SPLITS.indexOf(split) + 1) as SplitCode;

/** Deals rows to splits. */
export interface Splitter {
  /** Which splits the config asks for. */
  readonly splits: ReadonlySet<Split>;
  /** Takes the next row. A splitter that must see all rows first answers `undefined`. */
  add(values: readonly (Json | undefined)[], line: number): SplitCode | undefined;
  /** After the last row: the split of every row, where `add` could not tell. */
  finish?(): Uint8Array;
  /** More about the rows, for the message about an empty split. */
  explain?(): string;
}

/** A number in [0, 1) from the first 48 bits of the SHA-256 of a text: the same everywhere and for ever. */
export function unitHash(text: string): number {
  return Number.parseInt(hash("sha256", text, "hex").slice(0, 12), 16) / 2 ** 48;
}

function byFractions(fractions: Fractions): (position: number) => SplitCode {
  let sum = 0;
  const ends = SPLITS.map((split) => {
    sum += fractions[split];
    // Fractions such as 0.6 + 0.2 + 0.2 may add up to a little less than 1.
    return sum > 1 - 1e-9 ? 1 : sum;
  });
  return (position) => (ends.findIndex((end) => position < end) + 1) as SplitCode;
}

function splitsOf(present: Partial<Record<Split, unknown>>): Set<Split> {
  return new Set(SPLITS.filter((split) => present[split] !== undefined && present[split] !== 0));
}

/** Finds a column by name. The place in the config is for the message. */
export type FindColumn = (column: string, optionPath: string) => number;

/** Makes the splitter for one pass over the table. `find` is asked when the first row is there. */
export function makeSplitter(spec: SplitSpec, source: Source, label: string, find: FindColumn): Splitter {
  switch (spec.by) {
    case "hash":
      return hashSplitter(spec, source, () => find(label, "label"), find);
    case "time":
      return timeSplitter(spec, source, find);
    case "column":
      return columnSplitter(spec, find);
  }
}

type Spec<By extends SplitSpec["by"]> = Extract<SplitSpec, { by: By }>;

function hashSplitter(spec: Spec<"hash">, source: Source, label: () => number, find: FindColumn): Splitter {
  const place = byFractions(spec.fractions);
  return {
    splits: splitsOf(spec.fractions),
    add(values, line) {
      if (spec.key !== undefined) {
        const key = values[find(spec.key, "split.key")];
        if (key === undefined || key === null || key === "") {
          throw badRow(source, line, `Column "${spec.key}" is the split key and is missing here.`);
        }
        return place(unitHash(`${spec.seed}\n${String(key)}`));
      }
      // Without the label, so that rows which look alike to the surface are never on both sides.
      const labelAt = label();
      let text = `${spec.seed}\n`;
      for (const [i, value] of values.entries()) {
        if (i === labelAt || value === undefined || value === null) continue;
        text += `${i}:${typeof value === "string" ? value : JSON.stringify(value)}\n`;
      }
      return place(unitHash(text));
    },
  };
}

function timeSplitter(spec: Spec<"time">, source: Source, find: FindColumn): Splitter {
  let numeric: boolean | undefined;
  const timeOf = (values: readonly (Json | undefined)[], line: number): number => {
    const value = values[find(spec.column, "split.column")];
    const time = momentOf(value);
    if (time === undefined || (numeric ??= isNumericMoment(value)) !== isNumericMoment(value)) {
      const kind = numeric === true ? "number" : numeric === false ? "ISO 8601 date" : "number or ISO 8601 date";
      throw badRow(source, line, `Column "${spec.column}" is the time and holds no ${kind} here: ${quote(value)}.`, {
        remedy: "Write times as numbers, or as 2026-01-31 or 2026-01-31T08:30:00Z.",
      });
    }
    return time;
  };
  return spec.fractions === undefined
    ? cutTimeSplitter(spec, timeOf, () => numeric === true)
    : fractionTimeSplitter(spec.fractions, timeOf);
}

type TimeOf = (values: readonly (Json | undefined)[], line: number) => number;

function cutTimeSplitter(spec: Spec<"time">, timeOf: TimeOf, isNumeric: () => boolean): Splitter {
  const cuts = (["validationFrom", "holdoutFrom", "vaultFrom", "until"] as const).map((option) => {
    const value = spec[option];
    const moment = value === undefined ? Infinity : momentOf(value);
    if (moment === undefined) {
      throw new PawlError("PAWL_CONFIG_INVALID", `${quote(value)} is neither a number nor an ISO 8601 date.`, {
        path: `scorer.options.split.${option}`,
      });
    }
    return { option, value, moment };
  });
  const given = cuts.filter(({ value }) => value !== undefined);
  if (given.some(({ moment }, i) => i > 0 && !(given[i - 1]!.moment < moment))) {
    throw new PawlError("PAWL_CONFIG_INVALID", "The cut points are not in order of time.", {
      path: "scorer.options.split",
      remedy: "Make it validationFrom < holdoutFrom < vaultFrom < until.",
    });
  }
  const [validationFrom, holdoutFrom, vaultFrom, until] = cuts.map(({ moment }) => moment) as [
    number,
    number,
    number,
    number,
  ];
  let checked = false;
  return {
    splits: splitsOf({ train: 1, validation: 1, holdout: spec.holdoutFrom, vault: spec.vaultFrom }),
    add(values, line) {
      const time = timeOf(values, line);
      if (!checked) {
        const odd = cuts.find(({ value }) => value !== undefined && isNumericMoment(value) !== isNumeric());
        if (odd !== undefined) {
          const message = `${quote(odd.value)} and the times in column "${spec.column}" are not of one kind.`;
          throw new PawlError("PAWL_CONFIG_INVALID", message, { path: `scorer.options.split.${odd.option}` });
        }
        checked = true;
      }
      if (time >= until) return 0;
      if (time >= vaultFrom) return 4;
      return time < validationFrom ? 1 : time < holdoutFrom ? 2 : 3;
    },
  };
}

function fractionTimeSplitter(fractions: Fractions, timeOf: TimeOf): Splitter {
  const times: number[] = [];
  return {
    splits: splitsOf(fractions),
    add(values, line) {
      times.push(timeOf(values, line));
      return undefined;
    },
    finish() {
      // Rows of the same time stay together: each goes where the first row of that time stands.
      const sorted = Float64Array.from(times).toSorted();
      const place = byFractions(fractions);
      const placeOf = new Map<number, SplitCode>();
      for (const [i, time] of sorted.entries()) if (!placeOf.has(time)) placeOf.set(time, place(i / sorted.length));
      return Uint8Array.from(times, (time) => placeOf.get(time)!);
    },
  };
}

function columnSplitter(spec: Spec<"column">, find: FindColumn): Splitter {
  const codes = new Map<string, SplitCode>();
  for (const split of SPLITS) {
    for (const value of [spec[split] ?? []].flat()) {
      if (codes.has(value)) {
        throw new PawlError("PAWL_CONFIG_INVALID", `${quote(value)} is given to two splits.`, {
          path: `scorer.options.split.${split}`,
        });
      }
      codes.set(value, splitCode(split));
    }
  }
  const seen = new Set<string>();
  return {
    splits: splitsOf(spec),
    add(values) {
      const value = String(values[find(spec.column, "split.column")] ?? "");
      if (seen.size < 20) seen.add(value);
      return codes.get(value) ?? 0;
    },
    explain: () => `Column "${spec.column}" holds ${[...seen].map(quote).join(", ")}.`,
  };
}
