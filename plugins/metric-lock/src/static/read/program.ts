import { callUnknown, parametersOf, runFunction } from "./calls.ts";
import { FUNCTIONS, type Node, child, isNode, slots, text, walk } from "@pawl/source";
import type { Constant, Fact } from "./fact.ts";
import { Machine, type World } from "./machine.ts";
import { addWritten } from "./written.ts";
import { declareAhead } from "./blocks.ts";
import { evaluate } from "./expressions.ts";
import { execute } from "./statements.ts";
import { Scope } from "./scope.ts";
import { type Value, alternatives, global } from "./value.ts";

/** What a program was found to do and to contain. */
export interface ProgramReading {
  readonly facts: readonly Fact[];
  readonly constants: readonly Constant[];
}

/**
 * Reads a whole program: first as it is loaded, then what it exports, called with the input, then whatever was not
 * reached that way.
 *
 * @throws TooLong, and RangeError where it is nested too deeply
 */
export function readProgram(program: Node, world: World): ProgramReading {
  const written = new Written();
  written.visit(program, false);
  const m = new Machine(world, { evaluate, execute }, written.byFunctions);
  const scope = new Scope();
  m.declare(scope, "this", global("globalThis"));
  declareAhead(m, program, scope);
  for (const statement of slots(program, "body")) if (statement !== undefined) m.execute(statement, scope);
  m.run += 1;
  for (const entry of entriesOf(m, program, scope)) enter(m, entry, program);
  readTheRest(m);
  for (const { of, node } of m.measured)
    if (m.changed.has(of)) m.note({ op: "state", name: "the size of a collection", at: node.start });
  return { facts: m.facts, constants: [...written.constants, ...m.computed] };
}

/** What is written in a program: its constants, and the names that functions of it write. */
class Written {
  readonly constants: Constant[] = [];
  readonly byFunctions = new Set<string>();

  visit(node: Node, inFunction: boolean): void {
    this.#constant(node);
    if (inFunction) addWritten(node, this.byFunctions);
    const isFunction = FUNCTIONS.has(node.type);
    for (const key in node) {
      const value = node[key];
      const inside = inFunction || (isFunction && key === "body");
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) this.visit(item, inside);
      } else if (isNode(value)) this.visit(value, inside);
    }
  }

  #constant(node: Node): void {
    if (node.type === "Literal") {
      const value = typeof node["bigint"] === "string" ? BigInt(node["bigint"]) : node["value"];
      const regex = node["regex"] as { pattern: string } | null | undefined;
      const kept = regex === null || regex === undefined ? value : regex.pattern;
      if (typeof kept === "string" || typeof kept === "number" || typeof kept === "bigint") this.#add(kept, node);
    } else if (node.type === "TemplateElement") {
      const { cooked } = node["value"] as { cooked?: string | null };
      if (typeof cooked === "string" && cooked !== "") this.#add(cooked, node);
    } else if (node.type === "Property" && node["computed"] !== true && node["shorthand"] !== true) {
      const key = child(node, "key");
      if (key?.type === "Identifier") this.#add(text(key, "name"), key);
    }
  }

  #add(value: string | number | bigint, { start }: Node): void {
    this.constants.push({ value, at: start, computed: false });
  }
}

/** Something that a file exports. */
interface Entry {
  readonly value: Value & { kind: "function" };
  /** The engine calls the default export, with the input and nothing else. */
  readonly isDefault: boolean;
}

/** What is called from outside. */
function entriesOf(m: Machine, program: Node, scope: Scope): Entry[] {
  const found: Entry[] = [];
  const add = (value: Value | undefined, isDefault: boolean): void => {
    if (value === undefined) return;
    for (const each of alternatives(value)) if (each.kind === "function") found.push({ value: each, isDefault });
  };
  const named = (node: Node | undefined): Value | undefined =>
    node === undefined ? undefined : scope.find(text(node, "name"))?.value;
  for (const statement of slots(program, "body")) {
    const isDefault = statement?.type === "ExportDefaultDeclaration";
    if (statement === undefined || (!isDefault && statement.type !== "ExportNamedDeclaration")) continue;
    const declaration = child(statement, "declaration");
    if (declaration !== undefined) {
      const name = child(declaration, "id") ?? (declaration.type === "Identifier" ? declaration : undefined);
      const value = named(name);
      if (value !== undefined) add(value, isDefault);
      else for (const each of m.functions) if (within(declaration, each.node)) add(each, isDefault);
      for (const each of slots(declaration, "declarations"))
        add(named(each === undefined ? undefined : child(each, "id")), false);
    }
    for (const each of slots(statement, "specifiers")) {
      if (each === undefined) continue;
      const exported = child(each, "exported") ?? each;
      add(named(child(each, "local")), text(exported, "name") === "default" || exported["value"] === "default");
    }
  }
  return found;
}

const within = (outer: Node, node: Node): boolean => node.start >= outer.start && node.end <= outer.end;

function enter(m: Machine, { value: entry, isDefault }: Entry, program: Node): void {
  if (!FUNCTIONS.has(entry.node.type)) return;
  m.entered = true;
  const rest = parametersOf(entry.node).slice(1);
  const unknown: Value = { kind: "unknown" };
  // Who calls himself may well want to know with what.
  const beside: Value =
    isDefault && !callsWithMore(program, entry.node) ? { kind: "unknown", from: "beside the input" } : unknown;
  const args: Value[] = [{ kind: "unknown", path: "" }, ...rest.map(() => beside)];
  if (isDefault) m.passed.add(args);
  const result = runFunction(m, entry, isDefault ? { kind: "unknown", from: "receiver" } : unknown, args);
  m.escape(result, entry.node);
  m.entered = false;
  m.run += 1;
}

/** Whether a function is called by its name with more than the input. */
function callsWithMore(program: Node, entry: Node): boolean {
  const name = text(child(entry, "id") ?? entry, "name");
  if (name === "") return false;
  for (const each of walk(program)) {
    if (each.type !== "CallExpression" || slots(each, "arguments").length < 2) continue;
    const callee = child(each, "callee");
    if (callee?.type === "Identifier" && text(callee, "name") === name) return true;
  }
  return false;
}

/** Branches that were left out, and functions that nothing has called. */
function readTheRest(m: Machine): void {
  for (let done = 0, left = 0; done < m.functions.length || left < m.leftOut.length;) {
    const branch = m.leftOut[left];
    if (branch !== undefined) {
      left += 1;
      m.maybe([branch.way], true);
      continue;
    }
    const next = m.functions[done];
    done += 1;
    if (next !== undefined && !m.seen.has(next.node)) callUnknown(m, next);
  }
}
