import { FUNCTIONS, type Node, child, isNode, slots } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { writtenIn } from "./written.ts";
import { isError, notePassed, tell } from "./origins.ts";
import { bind, type Binding } from "./patterns.ts";
import type { End } from "./blocks.ts";
import { Scope } from "./scope.ts";
import { STRING, UNKNOWN, type Value, constant, joinAll, truth } from "./value.ts";

/** Rounds that are followed one by one. */
const ROUNDS = 2_000;
const ITEMS = 256;
const UNCERTAIN_STEPS = 100;

/** Runs a loop: round by round as long as its condition is known, else one round that stands for all. */
export function loop(m: Machine, node: Node, scope: Scope): End {
  m.loops += 1;
  const end = goRound(m, node, scope);
  m.loops -= 1;
  return end;
}

function goRound(m: Machine, node: Node, scope: Scope): End {
  if (node.type === "ForOfStatement" || node.type === "ForInStatement") return loopOver(m, node, scope);
  const inside = new Scope(scope);
  const init = child(node, "init");
  if (init !== undefined) m.execute(init, inside);
  const [test, update, body] = ["test", "update", "body"].map((key) => child(node, key));
  if (body === undefined) return "next";
  // It goes on until something breaks, and somebody catches that.
  if (m.attempts > 0 && !m.world.leavesLoopsByErrors && isEndless(m, test, inside) && !isLeft(body))
    tell(m, "engine limit", node);
  const begun = m.steps;
  let first = node.type === "DoWhileStatement";
  for (let round = 0; round < ROUNDS && m.follows; round += 1) {
    const holds = first || test === undefined ? true : truth(m.evaluate(test, inside));
    if (holds === undefined) break;
    if (!holds) return "next";
    first = false;
    const { exits, forks } = m;
    const end = m.execute(body, inside);
    if (end === "break") return "next";
    if (end === "return") return end;
    // A loop that may be left in the middle has no known number of rounds.
    if (m.exits > exits) break;
    // Nor is much learnt from going round and round where every round may go this way or that.
    if (m.forks > forks && m.steps - begun > UNCERTAIN_STEPS) break;
    if (update !== undefined) m.evaluate(update, inside);
  }
  generalise(m, node, inside, () => {
    if (test !== undefined) m.evaluate(test, inside);
    m.execute(body, inside);
    if (update !== undefined) m.evaluate(update, inside);
  });
  return "next";
}

const isEndless = (m: Machine, test: Node | undefined, scope: Scope): boolean =>
  test === undefined || (test.type === "Literal" && truth(m.evaluate(test, scope)) === true);

/** Whether anything in a loop may leave it; what its functions return does not. */
function isLeft(node: Node): boolean {
  if (FUNCTIONS.has(node.type)) return false;
  if (/^(?:Return|Break|Throw)Statement$|^(?:Yield|Await)/.test(node.type)) return true;
  return Object.values(node).some((value) =>
    Array.isArray(value) ? value.some((each) => isNode(each) && isLeft(each)) : isNode(value) && isLeft(value),
  );
}

/** One round about whose variables nothing is known stands for all that there may be. */
function generalise(m: Machine, node: Node, scope: Scope, round: () => void): void {
  m.forget(scope, writtenIn(node));
  m.maybe([round], true);
}

function loopOver(m: Machine, node: Node, scope: Scope): End {
  const over = m.operand(node, "right", scope);
  const [left, body] = [child(node, "left"), child(node, "body")];
  if (over.kind === "global" && node.type === "ForOfStatement") m.escape(over, node);
  if (left === undefined || body === undefined) return "next";
  notePassed(m, over, node);
  if (isError(over)) tell(m, "error text", node);
  const known = node.type === "ForOfStatement" ? itemsOf(over) : keysOf(m, over, node);
  if (known !== undefined && m.follows) {
    for (const item of known.items) {
      const end = runRound(m, left, item, body, scope);
      if (end === "break") return "next";
      if (end === "return") return end;
      if (!m.follows) break;
    }
    if (!known.open) return "next";
  }
  const item = over.kind === "list" ? joinAll(over.items, true) : node.type === "ForInStatement" ? STRING : UNKNOWN;
  generalise(m, node, scope, () => runRound(m, left, item, body, scope));
  return "next";
}

function runRound(m: Machine, left: Node, item: Value, body: Node, scope: Scope): End {
  const inside = new Scope(scope);
  const declaration = left.type === "VariableDeclaration" ? slots(left, "declarations")[0] : undefined;
  const target = declaration === undefined ? left : child(declaration, "id");
  const binding: Binding =
    declaration === undefined ? m.world.assigns : left["kind"] === "var" ? "declare in function" : "declare";
  if (target !== undefined) bind(m, target, item, inside, binding);
  return m.execute(body, inside);
}

interface Known {
  readonly items: readonly Value[];
  readonly open: boolean;
}

function itemsOf(over: Value): Known | undefined {
  if (over.kind === "list") return { items: over.items.slice(0, ITEMS), open: over.open || over.items.length > ITEMS };
  if (over.kind === "constant" && typeof over.value === "string") {
    const characters = [...over.value];
    return { items: characters.slice(0, ROUNDS).map((each) => constant(each)), open: characters.length > ROUNDS };
  }
  return undefined;
}

function keysOf(m: Machine, over: Value, node: Node): Known | undefined {
  if (over.kind === "global") m.note({ op: "look", name: over.path, at: node.start });
  if (over.kind === "record" && !over.open)
    return { items: [...over.entries.keys()].map((key) => constant(key)), open: false };
  if (over.kind === "list" && !over.open)
    return { items: over.items.map((_, index) => constant(String(index))), open: false };
  return undefined;
}
