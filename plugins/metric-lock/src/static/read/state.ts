import { type Node, bare, child, children, text, walk } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { keyOf, nameOf } from "./properties.ts";
import type { Cell, Scope } from "./scope.ts";
import { alternatives } from "./value.ts";

/** Notes that something is made from what an earlier call left in it: a variable, or a property of an old object. */
export function noteState(m: Machine, written: Node, scope: Scope, node: Node): void {
  if (!m.entered) return;
  const target = bare(written);
  if (target.type === "Identifier") {
    const cell = scope.find(text(target, "name"));
    if (cell !== undefined && cell.born !== m.run && cell.set !== m.run)
      m.note({ op: "state", name: cell.name, at: node.start });
    return;
  }
  const object = target.type === "MemberExpression" ? child(target, "object") : undefined;
  if (object === undefined) return;
  for (const each of alternatives(m.evaluate(object, scope))) {
    const isOld = each.kind === "function" || m.isOld(each);
    const reset = object.type === "Identifier" && scope.find(text(object, "name"))?.set === m.run;
    if (isOld && !reset) m.note({ op: "state", name: text(object, "name") || "an object", at: node.start });
  }
}

/** The variable that is written to, or whose object is. */
export function ownerOf(written: Node, scope: Scope): Cell | undefined {
  let target = bare(written);
  while (target.type === "MemberExpression") target = bare(child(target, "object") ?? { ...target, type: "" });
  return target.type === "Identifier" ? scope.find(text(target, "name")) : undefined;
}

/** The same of `target = right`, which only counts where the right side has the left one in it. */
export function noteAssigned(m: Machine, written: Node, right: Node, scope: Scope, node: Node): void {
  if (!m.entered) return;
  const target = bare(written);
  if (target.type === "ArrayPattern" || target.type === "ObjectPattern") {
    // `[a, b] = [b, a]`
    for (const each of walk(target))
      if (each.type === "Identifier" && mentions(right, each)) noteState(m, each, scope, node);
  } else if (target.type === "Identifier") {
    if (mentions(right, target)) noteState(m, target, scope, node);
  } else if (target.type === "MemberExpression") {
    const [object, property] = [child(target, "object"), child(target, "property")];
    if (object === undefined || property === undefined) return;
    // `log[log.length] = …` appends, and `o.n = (o.n ?? 0) + 1` counts; `o.n = o.n ?? …` only finds out once.
    const appends = target["computed"] === true && object.type === "Identifier" && mentions(property, object);
    if (appends || (mentions(right, target) && !isOnce(right, target))) noteState(m, target, scope, node);
  }
}

/** `x ?? …` where nothing more is made of x. */
function isOnce(right: Node, target: Node): boolean {
  const value = bare(right);
  const [left, other] = [child(value, "left"), child(value, "right")];
  if (value.type !== "LogicalExpression" || left === undefined || other === undefined) return false;
  return /^(?:\?\?|\|\|)$/.test(text(value, "operator")) && isSame(bare(left), target) && !mentions(other, target);
}

/** Whether something is put together from itself twice: that grows until it breaks. */
export function doubles(right: Node, written: Node): boolean {
  const target = bare(written);
  return piecesOf(bare(right)).filter((piece) => isSame(piece, target)).length > 1;
}

/** What a text or a list is put together from. */
function piecesOf(node: Node): readonly Node[] {
  const of = (...keys: readonly string[]): Node[] =>
    keys.flatMap((key) => child(node, key) ?? []).flatMap((each) => piecesOf(bare(each)));
  switch (node.type) {
    case "BinaryExpression":
    case "AssignmentExpression":
      return /^\+=?$/.test(text(node, "operator")) ? of("left", "right") : [];
    case "TemplateLiteral":
      return children(node, "expressions").map(bare);
    case "ArrayExpression":
      return children(node, "elements").flatMap((each) => (each.type === "SpreadElement" ? piecesOf(each) : []));
    case "SpreadElement":
      return of("argument");
    case "CallExpression": {
      const callee = child(node, "callee");
      const object = callee?.type === "MemberExpression" ? child(callee, "object") : undefined;
      return [...(object === undefined ? [] : [bare(object)]), ...children(node, "arguments").map(bare)];
    }
    default:
      return [node];
  }
}

/** Whether a name, or a property of one, is anywhere in an expression. */
function mentions(node: Node, target: Node): boolean {
  for (const each of walk(node)) if (isSame(each, target)) return true;
  return false;
}

/** Whether two names, or two properties of one, are spelled the same. */
export function isSame(a: Node, b: Node): boolean {
  if (a.type !== b.type) return false;
  switch (a.type) {
    case "Identifier":
      return a["name"] === b["name"];
    case "Literal":
      return a["value"] === b["value"];
    case "ThisExpression":
      return true;
    case "MemberExpression": {
      if (a["computed"] !== b["computed"]) return false;
      return (["object", "property"] as const).every((key) => {
        const [one, other] = [child(a, key), child(b, key)];
        return one !== undefined && other !== undefined && isSame(bare(one), bare(other));
      });
    }
    default:
      return false;
  }
}

const GROWS: ReadonlySet<string> = new Set(["push", "unshift", "pop", "shift", "splice", "add", "append"]);

/** Growing or turning a list of the module in a call leaves something for the next one, and so does a pattern. */
export function noteMethodState(m: Machine, callee: Node, scope: Scope, node: Node): void {
  if (callee.type !== "MemberExpression") return;
  if (m.watched !== undefined && GROWS.has(nameOf(keyOf(m, callee, "property", scope)) ?? ""))
    m.affect(ownerOf(callee, scope), node);
  if (!m.entered) return;
  const method = nameOf(keyOf(m, callee, "property", scope)) ?? "";
  const found = child(callee, "object");
  const object = found === undefined ? undefined : bare(found);
  if (object === undefined || !keeps(m, method, node, object, scope)) return;
  const cell = object.type === "Identifier" ? scope.find(text(object, "name")) : undefined;
  const isOld = cell === undefined ? m.isOld(m.evaluate(object, scope)) : cell.born !== m.run && cell.set !== m.run;
  if (isOld) m.note({ op: "state", name: cell?.name ?? "an object", at: node.start });
}

function keeps(m: Machine, method: string, node: Node, object: Node, scope: Scope): boolean {
  switch (method) {
    case "push":
    case "unshift":
    case "pop":
    case "shift":
    case "splice":
    case "next":
    case "reverse":
    case "copyWithin":
      return true;
    case "set":
      // A cache stores what it finds out; who stores what was stored before, changed, counts.
      return (
        object.type === "Identifier" &&
        children(node, "arguments")
          .slice(1, 2)
          .some((each) => gets(each, object))
      );
    case "fill":
      return children(node, "arguments").some((each) => mentions(each, object));
    case "test":
    case "exec": {
      // A pattern that goes on where it was goes through one text in a loop, and there comes to its end.
      if (method === "exec" && m.loops > 0) return false;
      return alternatives(m.evaluate(object, scope)).some((each) => each.kind === "regex" && /[gy]/.test(each.flags));
    }
    default:
      return false;
  }
}

/** Whether something that a map is given to keep comes from the same map. */
function gets(value: Node, map: Node): boolean {
  for (const each of walk(value)) {
    const callee = each.type === "CallExpression" ? child(each, "callee") : undefined;
    const object = callee === undefined ? undefined : child(callee, "object");
    if (object !== undefined && isSame(bare(object), map)) return true;
  }
  return false;
}

/** `list.length = 0` begins anew. */
export function resetLength(m: Machine, target: Node, scope: Scope): void {
  const object = child(target, "object");
  if (object?.type !== "Identifier" || text(child(target, "property") ?? target, "name") !== "length") return;
  const cell = scope.find(text(object, "name"));
  if (cell !== undefined) cell.set = m.run;
}
