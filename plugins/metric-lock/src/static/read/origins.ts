import type { Node } from "@pawl/source";
import type { Telling } from "./fact.ts";
import type { Machine } from "./machine.ts";
import { type Origin, type Value, alternatives } from "./value.ts";

/** Notes that something is learnt which is not the same everywhere. */
export function tell(m: Machine, name: Telling, node: Node): void {
  m.note({ op: "tell", name, at: node.start });
}

/** Whether a value may come from there. */
export function isFrom(value: Value, ...origins: readonly Origin[]): boolean {
  return alternatives(value).some(
    (each) => each.kind === "unknown" && each.from !== undefined && origins.includes(each.from),
  );
}

/** Whether a value may be an error that was caught, or text of one. */
export function isError(value: Value): boolean {
  return alternatives(value).some(
    (each) => each.kind === "unknown" && (each.type === "error" || each.from === "error text"),
  );
}

/** The same of what a value holds. */
export function holdsError(value: Value, depth = 0): boolean {
  if (depth > 3) return false;
  if (value.kind === "list") return value.items.slice(0, 64).some((item) => holdsError(item, depth + 1));
  if (value.kind === "record") return [...value.entries.values()].some((item) => holdsError(item, depth + 1));
  return isError(value);
}

export const ERROR_TEXT: Value = { kind: "unknown", type: "string", from: "error text" };
export const ZONE: Value = { kind: "unknown", type: "number", from: "time zone" };

/** What an operator makes of two values, with what it says of where they come from. */
export function combined(m: Machine, operator: string, left: Value, right: Value, node: Node): Value {
  const made = m.world.binary(m, operator, left, right, node);
  const plus = operator === "+";
  for (const [of, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (isError(of)) {
      if (plus) return ERROR_TEXT;
      if (operator !== "%" || of === left) tell(m, "error text", node);
    }
    // The time since a day that is written down: what a zone does to both ends does little to what is between.
    if (isFrom(of, "wall clock", "time zone") && !(operator === "-" && isOpen(other))) tell(m, "time zone", node);
    if (plus && isDate(of)) tell(m, "time zone", node);
  }
  // `"… %s" % (name, error)`
  if (operator === "%" && holdsError(right)) return ERROR_TEXT;
  if (operator === "-" && areTwoTimes(left, right)) tell(m, "time zone", node);
  if (made.kind !== "unknown") return made;
  // An hour in minutes is still an hour of the same day.
  if (right.kind === "constant" || sameOrigin(left, right)) return originOf(left) ?? made;
  return left.kind === "constant" ? (originOf(right) ?? made) : made;
}

/** Notes what a comparison tells of where its sides come from. */
export function noteCompared(m: Machine, left: Value, right: Value, node: Node): void {
  for (const [of, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (isFrom(of, "error text") ? mayBeText(other, true) : isError(of) && mayBeText(other, false))
      tell(m, "error text", node);
    if (isFrom(of, "wall clock", "time zone") && !isOpen(other)) tell(m, "time zone", node);
    // A date that is compared with text is told as one.
    if (isDate(of) && alternatives(other).some((each) => each.kind === "constant" && typeof each.value === "string"))
      tell(m, "time zone", node);
    const nothing = alternatives(other).some((each) => each.kind === "constant" && each.value == null);
    if (nothing && (isFrom(of, "beside the input", "receiver") || isGlobalObject(of))) tell(m, "call", node);
  }
  if (areTwoTimes(left, right)) tell(m, "time zone", node);
}

/** Notes that something is measured, counted, looked up or made a number. */
export function noteUse(m: Machine, value: Value, node: Node): void {
  if (isError(value)) tell(m, "error text", node);
  // What is looked up is looked up as text.
  if (isFrom(value, "time zone") || isDate(value)) tell(m, "time zone", node);
}

/** Notes that a way depends on whether there is something. */
export function noteAsked(m: Machine, value: Value, node: Node): void {
  if (isFrom(value, "beside the input", "receiver")) tell(m, "call", node);
  if (isFrom(value, "time zone")) tell(m, "time zone", node);
}

/** Notes that somebody counts or goes through what the surface was called with. */
export function notePassed(m: Machine, value: Value, node: Node): void {
  if (value.kind === "list" && m.passed.has(value.items)) tell(m, "call", node);
}

const PARTS: readonly Origin[] = ["local part", "universal part"];
const originOf = (value: Value): Value | undefined => (isFrom(value, ...PARTS) ? value : undefined);
const sameOrigin = (left: Value, right: Value): boolean =>
  PARTS.some((part) => isFrom(left, part) && isFrom(right, part));

const isGlobalObject = (value: Value): boolean => value.kind === "global" && value.path === "globalThis";

export const isDate = (value: Value): boolean =>
  alternatives(value).some((each) => each.kind === "unknown" && each.type === "date");

/** Something that a case may decide. */
const isOpen = (value: Value): boolean =>
  value.kind === "union" || (value.kind === "unknown" && !isFrom(value, "moment", "wall clock", "time zone"));

function mayBeText(value: Value, orUnknown: boolean): boolean {
  return alternatives(value).some((each) =>
    each.kind === "list"
      ? orUnknown
      : each.kind === "constant"
        ? typeof each.value === "string" || typeof each.value === "number"
        : each.kind === "unknown" && (orUnknown || each.type === "string"),
  );
}

/** The same date told in two ways: what is between them is the zone. */
const areTwoTimes = (left: Value, right: Value): boolean =>
  (isFrom(left, "local part") && isFrom(right, "universal part")) ||
  (isFrom(left, "universal part") && isFrom(right, "local part"));
