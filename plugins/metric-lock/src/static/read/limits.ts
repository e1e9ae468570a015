import type { Node } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { tell } from "./origins.ts";
import { type ListValue, type Value, alternatives } from "./value.ts";

/** More than an honest surface asks for at once, and less than what breaks. */
const GIANT = 2 ** 22;

/** Notes that something so large is asked for that it may fail, where somebody waits for that. */
export function noteSize(m: Machine, size: Value | number | undefined, node: Node): void {
  if (m.attempts === 0 || size === undefined) return;
  const counts = typeof size === "number" ? [size] : alternatives(size).map(numberOf);
  if (counts.some((count) => count >= GIANT)) tell(m, "engine limit", node);
}

/** More items than a call takes everywhere. */
const MANY = 2 ** 15;

/** Remembers how long a list is whose items are not kept. */
export function keepLength(m: Machine, list: ListValue, length: number): void {
  if (length >= MANY) m.long.add(list.items);
}

/** Notes that a call gets so many arguments that it may fail, where somebody waits for that. */
export function noteSpread(m: Machine, list: ListValue, node: Node): void {
  if (m.attempts > 0 && m.long.has(list.items)) tell(m, "engine limit", node);
}

const numberOf = (value: Value): number => (value.kind === "constant" ? Number(value.value) : Number.NaN);

/** So many brackets in brackets end the stack of whoever reads them. */
const DEEPEST = 500;

/** The same of text that something of the language has to parse. */
export function noteNesting(m: Machine, text: Value | undefined, node: Node): void {
  if (m.attempts === 0 || text?.kind !== "constant" || typeof text.value !== "string") return;
  let depth = 0;
  for (const each of text.value) {
    if (each === "[" || each === "{" || each === "(") depth += 1;
    else if (each === "]" || each === "}" || each === ")") depth -= 1;
    if (depth > DEEPEST) return tell(m, "engine limit", node);
  }
}
