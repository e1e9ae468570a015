import type { Node } from "@pawl/source";
import { callValue, runFunction } from "./calls.ts";
import type { Machine } from "./machine.ts";
import { tell } from "./origins.ts";
import { UNKNOWN, type Value, alternatives } from "./value.ts";

/**
 * Asks a comparator as a sort does. How often it is asked, and about what, every engine decides for itself; so it does where
 * the comparator contradicts itself.
 */
export function callComparator(m: Machine, comparator: Value, node: Node, items: readonly Value[] = []): void {
  const outer = m.watched;
  m.watched = { own: new Set(), name: "sort order" };
  const said = alternatives(comparator).map((each) => ask(m, each, [UNKNOWN, UNKNOWN], node));
  // How constants are ordered says something of the place where words are ordered as they are there.
  for (const [index, item] of items.slice(0, ASKED_ABOUT).entries()) {
    const next = items[index + 1];
    if (next?.kind !== "constant" || item.kind !== "constant") continue;
    for (const each of alternatives(comparator)) ask(m, each, [item, next], node);
  }
  m.watched = outer;
  if (said.some(contradicts)) tell(m, "sort order", node);
}

const ASKED_ABOUT = 16;

function ask(m: Machine, comparator: Value, args: readonly Value[], node: Node): Value {
  // With nothing known it may have been asked before, outside of a sort.
  if (comparator.kind === "function" && m.follows && !m.active.has(comparator.node))
    return runFunction(m, comparator, comparator.self ?? UNKNOWN, args);
  return callValue(m, comparator, undefined, args, { node, isNew: false });
}

/** Always the same, or never "before", or never "behind": asked the other way round it would have to be. */
function contradicts(said: Value): boolean {
  const all = alternatives(said);
  if (all.every((each) => each.kind === "unknown" && each.type === "boolean")) return true;
  if (!all.every((each) => each.kind === "constant")) return false;
  const numbers = all.map((each) => Number(each.value) || 0);
  return numbers.some((each) => each !== 0) && !(numbers.some((each) => each < 0) && numbers.some((each) => each > 0));
}
