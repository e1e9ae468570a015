import { type Node, child, slots, isNode, text, walk } from "@pawl/source";
import { type End, declareAhead, runBlock } from "./blocks.ts";
import { noteTest } from "./comparisons.ts";
import type { Machine } from "./machine.ts";
import { loop } from "./loops.ts";
import { noteAsked, noteCompared } from "./origins.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { UNDEFINED, UNKNOWN, type Value, join, truth } from "./value.ts";

/** Runs one statement. */
export function execute(m: Machine, node: Node, scope: Scope): End {
  m.step();
  switch (node.type) {
    case "ExpressionStatement":
      m.operand(node, "expression", scope);
      return "next";
    case "VariableDeclaration":
      return declare(m, node, scope);
    case "FunctionDeclaration":
      return "next";
    case "ClassDeclaration": {
      const value = m.evaluate(node, scope);
      const name = child(node, "id");
      if (name !== undefined) bind(m, name, value, scope, "declare");
      return "next";
    }
    case "ReturnStatement":
      m.returns.push(m.operand(node, "argument", scope));
      return "return";
    case "ThrowStatement": {
      const thrown = m.operand(node, "argument", scope);
      if (m.attempts > 0 && m.thrown.length < MOST_THROWN) m.thrown.push(thrown);
      m.escape(thrown, node);
      return "return";
    }
    case "IfStatement":
      return branch(m, node, scope);
    case "BlockStatement":
      return runBlock(m, node, scope);
    case "ForStatement":
    case "ForOfStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return loop(m, node, scope);
    case "BreakStatement":
      return "break";
    case "ContinueStatement":
      return "continue";
    case "SwitchStatement":
      return choose(m, node, scope);
    case "TryStatement":
      return attempt(m, node, scope);
    case "LabeledStatement": {
      const body = child(node, "body");
      const end = body === undefined ? "next" : m.execute(body, scope);
      return end === "return" ? end : "next";
    }
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      return exported(m, node, scope);
    case "ImportDeclaration":
      return imported(m, node, scope);
    case "ExportAllDeclaration":
      m.note({ op: "import", name: text(child(node, "source") ?? node, "value"), at: node.start });
      return "next";
    case "TSEnumDeclaration":
      return enumerate(m, node, scope);
    case "TSModuleDeclaration": {
      const body = child(node, "body");
      if (body !== undefined) runBlock(m, body, scope);
      return "next";
    }
    case "TSImportEqualsDeclaration":
      m.note({
        op: "import",
        name: text(child(child(node, "moduleReference") ?? node, "expression") ?? node, "value"),
        at: node.start,
      });
      return "next";
    case "TSExportAssignment":
      m.escape(m.operand(node, "expression", scope), node);
      return "next";
    default: {
      const own = m.world.execute?.(m, node, scope);
      if (own !== undefined) return own;
      if (!node.type.startsWith("TS") && node.type !== "EmptyStatement") m.evaluate(node, scope);
      return "next";
    }
  }
}

function declare(m: Machine, node: Node, scope: Scope): End {
  const binding = text(node, "kind") === "var" ? "declare in function" : "declare";
  for (const declarator of slots(node, "declarations")) {
    const target = declarator === undefined ? undefined : child(declarator, "id");
    if (declarator === undefined || target === undefined) continue;
    const init = child(declarator, "init");
    if (init === undefined && binding !== "declare" && scope.home.cells.has(text(target, "name"))) continue;
    bind(m, target, init === undefined ? UNDEFINED : m.evaluate(init, scope), scope, binding);
  }
  return "next";
}

function branch(m: Machine, node: Node, scope: Scope): End {
  const outer = { conditions: m.conditions, tests: m.tests };
  m.tests = [];
  const test = m.operand(node, "test", scope);
  noteAsked(m, test, node);
  const known = truth(test);
  const tests = m.tests;
  const [yes, no] = [child(node, "consequent"), child(node, "alternate")];
  m.tests = outer.tests;
  if (yes === undefined) return "next";
  if (known !== undefined) {
    const [taken, other] = known ? [yes, no] : [no, yes];
    if (other !== undefined) m.leaveOut(other, () => m.execute(other, scope));
    return taken === undefined ? "next" : m.execute(taken, scope);
  }
  const ends: End[] = [];
  const ways = [
    () => {
      m.conditions = [...outer.conditions, ...tests];
      ends.push(m.execute(yes, scope));
      m.conditions = outer.conditions;
    },
  ];
  if (no !== undefined) ways.push(() => void ends.push(m.execute(no, scope)));
  m.maybe(ways, no === undefined);
  const [first, second] = ends;
  if (ends.some((end) => end !== "next")) m.exits += 1;
  return first !== undefined && first !== "next" && second !== undefined && second !== "next" ? second : "next";
}

function choose(m: Machine, node: Node, scope: Scope): End {
  const value = m.operand(node, "discriminant", scope);
  const inside = new Scope(scope);
  const cases = slots(node, "cases").filter((each) => each !== undefined);
  for (const each of cases) declareAhead(m, { ...each, body: each["consequent"] }, inside);
  const tests = cases.map((each) => {
    const test = child(each, "test");
    const of = test === undefined ? undefined : m.evaluate(test, inside);
    if (of !== undefined) noteCompared(m, value, of, each);
    if (of?.kind === "constant") noteTest(m, each, value, "==", of.value);
    // `switch (true) { case amount === 118.37: … }` has its comparisons in the cases.
    return of;
  });
  const known = value.kind === "constant" && tests.every((test) => test === undefined || test.kind === "constant");
  const from = known
    ? tests.findIndex((test) => test?.kind === "constant" && test.value === (value as { value: unknown }).value)
    : -1;
  if (known && from >= 0) {
    for (const each of cases.slice(from)) {
      const end = all(m, each, inside);
      if (end !== "next") return end === "break" ? "next" : end;
    }
    return "next";
  }
  m.maybe(
    cases.map((each) => () => void all(m, each, inside)),
    true,
  );
  return "next";
}

function all(m: Machine, node: Node, scope: Scope): End {
  for (const statement of slots(node, "consequent")) {
    const end = statement === undefined ? "next" : m.execute(statement, scope);
    if (end !== "next") return end;
  }
  return "next";
}

function attempt(m: Machine, node: Node, scope: Scope): End {
  const [body, handler, last] = ["block", "handler", "finalizer"].map((key) => child(node, key));
  let end: End = "next";
  const outer = m.thrown;
  const thrown: Value[] = (m.thrown = []);
  // What ends a `finally` early swallows errors as well.
  const catches = handler !== undefined || (last !== undefined && leaves(last));
  if (catches) m.attempts += 1;
  if (body !== undefined) end = m.execute(body, scope);
  if (catches) m.attempts -= 1;
  m.thrown = outer;
  if (handler !== undefined) {
    m.maybe([() => handle(m, handler, thrown, scope)], true);
    end = "next";
  } else outer.push(...thrown.slice(0, MOST_THROWN));
  if (last !== undefined) {
    const after = m.execute(last, scope);
    if (after !== "next") return after;
  }
  return end;
}

const MOST_THROWN = 16;

function leaves(node: Node): boolean {
  for (const each of walk(node)) if (/^(?:Return|Break|Continue)Statement$/.test(each.type)) return true;
  return false;
}

function handle(m: Machine, handler: Node, thrown: readonly Value[], scope: Scope): void {
  const inside = new Scope(scope);
  const param = child(handler, "param");
  if (param !== undefined) bind(m, param, join({ kind: "unknown", type: "error" }, ...thrown), inside, "declare");
  const body = child(handler, "body");
  if (body !== undefined) m.execute(body, inside);
}

function exported(m: Machine, node: Node, scope: Scope): End {
  const declaration = child(node, "declaration");
  if (declaration === undefined) {
    const source = child(node, "source");
    if (source !== undefined) m.note({ op: "import", name: text(source, "value"), at: node.start });
    else
      for (const each of slots(node, "specifiers"))
        if (each !== undefined) m.escape(m.operand(each, "local", scope), each);
    return "next";
  }
  if (
    !declaration.type.endsWith("Declaration") ||
    (declaration.type === "FunctionDeclaration" && child(declaration, "id") === undefined)
  ) {
    m.escape(m.evaluate(declaration, scope), declaration);
    return "next";
  }
  m.execute(declaration, scope);
  for (const each of slots(declaration, "declarations")) {
    const name = each === undefined ? undefined : child(each, "id");
    if (name?.type === "Identifier") m.escape(scope.find(text(name, "name"))?.value ?? UNKNOWN, declaration);
  }
  return "next";
}

function imported(m: Machine, node: Node, scope: Scope): End {
  if (text(node, "importKind") === "type") return "next";
  const specifiers = slots(node, "specifiers").filter((each) => each !== undefined);
  if (specifiers.length > 0 && specifiers.every((each) => text(each, "importKind") === "type")) return "next";
  m.note({ op: "import", name: text(child(node, "source") ?? node, "value"), at: node.start });
  for (const each of specifiers) {
    const local = child(each, "local");
    if (local !== undefined) m.declare(scope, text(local, "name"), UNKNOWN);
  }
  return "next";
}

function enumerate(m: Machine, node: Node, scope: Scope): End {
  const name = child(node, "id");
  if (name !== undefined) m.declare(scope, text(name, "name"), UNKNOWN);
  const members = child(node, "body") ?? node;
  for (const each of slots(members, "members")) {
    const init = each?.["initializer"];
    if (isNode(init)) m.evaluate(init, scope);
  }
  return "next";
}
