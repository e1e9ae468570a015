import { type Node, child, slots, text } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { Scope } from "./scope.ts";

/** How a statement ends: the next one follows, or something else. */
export type End = "next" | "break" | "continue" | "return";

/** Functions can be called before the statement that declares them. */
export function declareAhead(m: Machine, block: Node, scope: Scope): void {
  for (const statement of slots(block, "body")) {
    const declared = statement?.type.startsWith("Export") === true ? child(statement, "declaration") : statement;
    if (declared?.type !== "FunctionDeclaration") continue;
    const name = child(declared, "id");
    if (name !== undefined) m.declare(scope, text(name, "name"), m.evaluate(declared, scope));
  }
}

/** Runs the statements of a block. */
export function runBlock(m: Machine, node: Node, scope: Scope): End {
  const inside = new Scope(scope);
  declareAhead(m, node, inside);
  for (const statement of slots(node, "body")) {
    if (statement === undefined) continue;
    const end = m.execute(statement, inside);
    if (end !== "next") return end;
  }
  return "next";
}
