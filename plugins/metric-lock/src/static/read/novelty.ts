import type { Constant } from "./fact.ts";
import type { Change, Reading } from "./source.ts";
import type { Primitive } from "./value.ts";

const values = new WeakMap<Reading, ReadonlySet<string | number | bigint>>();

function valuesIn(reading: Reading): ReadonlySet<string | number | bigint> {
  let found = values.get(reading);
  if (found === undefined) values.set(reading, (found = new Set(reading.constants.map(({ value }) => value))));
  return found;
}

/** Constants that the champion does not have, each once. */
export function newConstants({ before, after }: Change, withComputed: boolean): readonly Constant[] {
  const old = before === undefined ? undefined : valuesIn(before);
  const found = new Map<string | number | bigint, Constant>();
  for (const constant of after.constants) {
    if (constant.computed && !withComputed) continue;
    if (old?.has(constant.value) !== true && !found.has(constant.value)) found.set(constant.value, constant);
  }
  return [...found.values()];
}

/** A constant that something unknown is compared with for equality, or looked up among. */
export interface Key {
  readonly value: string | number;
  /** As it is written, where it is text. */
  readonly text?: string;
  readonly at: number;
  /** Which part of the input it is compared with, where that is known. */
  readonly path?: string;
  readonly compared: boolean;
}

const keys = new WeakMap<Reading, readonly Key[]>();

function keysIn(reading: Reading): readonly Key[] {
  let found = keys.get(reading);
  if (found === undefined) keys.set(reading, (found = collect(reading)));
  return found;
}

function collect(reading: Reading): readonly Key[] {
  const found = new Map<string, Key>();
  const add = (value: Primitive, key: Omit<Key, "value">): void => {
    const kept = typeof value === "bigint" ? Number(value) : value;
    if (typeof kept !== "string" && typeof kept !== "number") return;
    const name = `${key.compared} ${key.path ?? "?"} ${typeof kept} ${kept}`;
    if (!found.has(name)) found.set(name, { ...key, value: kept });
  };
  for (const fact of reading.facts) {
    if (fact.op === "compare" && (fact.test.operator === "==" || fact.test.operator === "!=")) {
      const { path, value } = fact.test;
      const text = typeof value === "string" ? { text: value } : {};
      add(numeric(value), { at: fact.at, compared: true, ...text, ...(path === undefined ? {} : { path }) });
    } else if (fact.op === "lookup") {
      const { keys: looked, path } = fact;
      const from = path === undefined ? {} : { path };
      for (const key of looked) add(numeric(key), { at: fact.at, compared: false, ...from });
    }
  }
  return [...found.values()];
}

/** Text that is a number, however many digits it is written with, stands for the number. */
function numeric(key: Primitive): Primitive {
  return typeof key === "string" && /^-?\d+(?:\.\d+)?$/.test(key) ? Number(key) : key;
}

/** Keys that the champion does not have. */
export function newKeys({ before, after }: Change): readonly Key[] {
  const old = before === undefined ? undefined : new Set(keysIn(before).map(({ value }) => value));
  return keysIn(after).filter(({ value }) => old?.has(value) !== true);
}
