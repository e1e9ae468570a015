import type { Json } from "@pawl/plugin";
import type { Finding } from "../detector.ts";
import { binomialAtMost } from "./chance.ts";
import type { Changes } from "./changes.ts";
import { drawn, positions } from "./draw.ts";
import { type Field, valueAt } from "./fields.ts";
import { gainsOf } from "./gains.ts";
import type { Lab } from "./lab.ts";

const CASES = 300;
const FEWEST = 10;
const NEARLY_ALL = 0.9;
const FEW = 0.3;
const SURE = 1e-6;

/** Keys of shown inputs, per list of them: the same for a whole run. */
const known = new WeakMap<object, ReadonlySet<string>>();

/**
 * Where no case can be moved: whether the gain lives on cases that look like shown ones, while others hardly ever do.
 * Two cases are near where all fields agree, numbers in their first two digits.
 */
export async function nearShown(lab: Lab, changes: Changes): Promise<Finding | null> {
  const { trial, inputs, fields } = lab;
  const shown = (await trial.inputs("train")) ?? [];
  // Where samples do not belong to cases, those with another answer.
  const gains = gainsOf(trial);
  const gainful = gains === null ? changes.changed : positions(inputs.length).filter((i) => gains[i]! > 0);
  if (shown.length === 0 || gainful.length < FEWEST) return null;
  const told = fields.filter(({ kind }) => kind !== "identifier" && kind !== "constant");
  const keys = known.get(shown) ?? new Set(shown.map((input) => keyOf(input, told)));
  known.set(shown, keys);
  const is = new Set(gainful);
  const random = trial.random.fork("memorisation/near");
  const count = (cases: readonly number[]): number => cases.filter((i) => keys.has(keyOf(inputs[i]!, told))).length;
  const those = drawn(gainful, CASES, random);
  const others = drawn(
    positions(inputs.length).filter((i) => !is.has(i)),
    CASES,
    random,
  );
  if (others.length < FEWEST) return null;
  const [near, nearOthers] = [count(those), count(others)];
  const rate = (nearOthers + 1) / (others.length + 2);
  if (near < NEARLY_ALL * those.length || rate > FEW) return null;
  // As many near ones as that, if gain had nothing to do with nearness.
  const p = binomialAtMost(those.length - near, those.length, 1 - rate);
  if (p >= SURE) return null;
  return {
    reason: `the gain lives on cases like those that were shown: ${near} of ${those.length}, against ${nearOthers} of ${others.length} others`,
    evidence: { near, of: those.length, nearOthers, others: others.length, p, limit: SURE },
    severity: "hold",
  };
}

function keyOf(input: Json, fields: readonly Field[]): string {
  return fields
    .map(({ path }) => {
      const value = valueAt(input, path);
      return typeof value === "number" ? value.toPrecision(2) : JSON.stringify(value);
    })
    .join("|");
}
