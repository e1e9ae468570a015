import { type Node, slots } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { noteSpread } from "./limits.ts";
import { isError, tell } from "./origins.ts";
import type { Scope } from "./scope.ts";
import { UNDEFINED, type Value, alternatives, constant, listOf } from "./value.ts";

/** A list of expressions, with what is spread into it. */
export function listFrom(m: Machine, node: Node, key: string, scope: Scope): Value & { kind: "list" } {
  const items: Value[] = [];
  let open = false;
  for (const element of slots(node, key)) {
    if (element === undefined) items.push(UNDEFINED);
    else if (element.type === "SpreadElement") {
      const spread = m.operand(element, "argument", scope);
      if (isError(spread)) tell(m, "error text", element);
      if (spread.kind === "list") {
        if (m.passed.has(spread.items)) m.passed.add(items);
        if (key === "arguments") noteSpread(m, spread, element);
        items.push(...spread.items.slice(0, 4096));
        open ||= spread.open;
      } else if (spread.kind === "constant" && typeof spread.value === "string") {
        items.push(...[...spread.value].slice(0, 4096).map((each) => constant(each)));
      } else {
        for (const each of alternatives(spread)) if (each.kind === "global") m.escape(each, element);
        open = true;
      }
    } else items.push(m.evaluate(element, scope));
  }
  return listOf(items, open);
}
