import { callUnknown, runFunction } from "./calls.ts";
import { FUNCTIONS, type Node, child, isNode, slots, text } from "@pawl/source";
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
  for (const entry of entriesOf(m, program, scope)) enter(m, entry);
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

/** What is called from outside: the default export first, which gets the input. */
function entriesOf(m: Machine, program: Node, scope: Scope): (Value & { kind: "function" })[] {
  const values: Value[] = [];
  for (const statement of slots(program, "body")) {
    if (statement?.type !== "ExportDefaultDeclaration" && statement?.type !== "ExportNamedDeclaration") continue;
    const declaration = child(statement, "declaration");
    if (declaration !== undefined) {
      const name = child(declaration, "id") ?? (declaration.type === "Identifier" ? declaration : undefined);
      const cell = name === undefined ? undefined : scope.find(text(name, "name"));
      if (cell !== undefined) values.push(cell.value);
      else values.push(...m.functions.filter(({ node }) => within(declaration, node)));
      for (const each of slots(declaration, "declarations")) {
        const declared = each === undefined ? undefined : child(each, "id");
        const found = declared === undefined ? undefined : scope.find(text(declared, "name"));
        if (found !== undefined) values.push(found.value);
      }
    }
    for (const each of slots(statement, "specifiers")) {
      const local = each === undefined ? undefined : child(each, "local");
      const found = local === undefined ? undefined : scope.find(text(local, "name"));
      if (found !== undefined) values.push(found.value);
    }
  }
  return values.flatMap(alternatives).filter((value) => value.kind === "function");
}

const within = (outer: Node, node: Node): boolean => node.start >= outer.start && node.end <= outer.end;

function enter(m: Machine, entry: Value & { kind: "function" }): void {
  if (!FUNCTIONS.has(entry.node.type)) return;
  m.entered = true;
  const first = slots(entry.node, "params")[0];
  const rest = slots(entry.node, "params").slice(1);
  const args: Value[] =
    first === undefined ? [] : [{ kind: "unknown", path: "" }, ...rest.map((): Value => ({ kind: "unknown" }))];
  const result = runFunction(m, entry, { kind: "unknown" }, args);
  m.escape(result, entry.node);
  m.entered = false;
  m.run += 1;
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
