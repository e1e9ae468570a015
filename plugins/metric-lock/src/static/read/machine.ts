import type { Constant, Fact, Telling, Test } from "./fact.ts";
import { type Node, child } from "@pawl/source";
import type { Binding } from "./patterns.ts";
import type { End } from "./blocks.ts";
import { type Cell, Journal, Scope } from "./scope.ts";
import { noteUse } from "./origins.ts";
import { UNDEFINED, UNKNOWN, type Primitive, type RecordValue, type Value, alternatives, recordOf } from "./value.ts";

/** What differs between languages. */
export interface World {
  /** A name that the file does not declare. */
  name(machine: Machine, name: string, node: Node): Value;
  /** A property that is known by name, of a value that is no union. */
  property(machine: Machine, of: Value, key: string, node: Node): Value;
  /** A call of something that is no function of the file, nor a union. */
  invoke(machine: Machine, callee: Value, self: Value | undefined, args: readonly Value[], site: CallSite): Value;
  /** Whether something that the language provides takes anything in brackets, and leads nowhere by it. */
  takesAnything?(path: string): boolean;
  /** What a call gives each of its callees, where that is more than a row of values. */
  named?(machine: Machine, node: Node, scope: Scope): ((callee: Value) => readonly Value[]) | undefined;
  binary(machine: Machine, operator: string, left: Value, right: Value, node: Node): Value;
  /** Names of properties that the language calls on its own when somebody touches the object. */
  readonly hooks: ReadonlySet<string>;
  /** Whether an error is a usual way out of a loop, as at the end of what is iterated. */
  readonly leavesLoopsByErrors: boolean;
  /** What a plain assignment does to a name. */
  readonly assigns: Binding;
  /** Expressions and statements that other languages do not have; `undefined` for what it does not know either. */
  evaluate?(machine: Machine, node: Node, scope: Scope): Value | undefined;
  execute?(machine: Machine, node: Node, scope: Scope): End | undefined;
}

export interface CallSite {
  readonly node: Node;
  readonly isNew: boolean;
}

/** How expressions and statements are read: given to the machine, so that they can call each other through it. */
export interface Parts {
  evaluate(machine: Machine, node: Node, scope: Scope): Value;
  execute(machine: Machine, node: Node, scope: Scope): End;
}

/** Steps until calls and loops are no longer followed one by one, and until reading ends. */
const FOLLOWED = 12_000;
const MOST_STEPS = 400_000;

/** The text takes longer to read than any honest one. */
export class TooLong extends Error {}

/**
 * Runs a program as far as that is possible without its input: constants are computed, calls of its own functions are
 * followed, and where a condition is not known both ways are taken. What the program takes from its language on the way
 * is noted, whatever name or spelling it went by. Nothing of the text itself is ever executed.
 */
export class Machine {
  readonly world: World;
  readonly facts: Fact[] = [];
  readonly computed: Constant[] = [];
  readonly journal = new Journal();
  /** Names that are written by a function that did not declare them. */
  readonly sharedNames: ReadonlySet<string>;
  /** Functions seen, in case nothing calls them. */
  readonly functions: (Value & { kind: "function" })[] = [];
  /** Results of functions that were called with nothing known. */
  readonly results = new Map<Scope, Map<Node, Value>>();
  /** Branches that a known condition left out. */
  readonly leftOut: { readonly way: () => void }[] = [];
  readonly seen = new Set<Node>();
  /** Properties that functions and classes of the file were given. */
  readonly statics = new Map<Node, RecordValue>();
  /** What the function under way returns, or yields. */
  returns: Value[] = [];
  yields: Value[] = [];
  /** Comparisons that must have held to get here. */
  conditions: readonly Test[] = [];
  /** Comparisons of the condition that is being read. */
  tests: Test[] | undefined;
  calls = 0;
  /** Ways that may not be taken, around the one under way. */
  uncertain = 0;
  /** Ways that may have been taken, and out of the block. */
  exits = 0;
  /** Loops around what is read, and `try`s whose end somebody catches. */
  loops = 0;
  attempts = 0;
  /** What is thrown within the `try` under way. */
  thrown: Value[] = [];
  /** Items of lists that hold what the surface is called with. */
  readonly passed = new WeakSet<readonly Value[]>();
  /** Items of lists that are longer than a call takes. */
  readonly long = new WeakSet<readonly Value[]>();
  /** While something runs whose effects would tell: which variables are its own, and what they would tell. */
  watched: { readonly own: Set<Cell>; readonly name: Telling } | undefined;
  /** Functions under way. */
  readonly active = new Set<Node>();
  /** Times that it was not known which way is taken. */
  forks = 0;
  run = 0;
  /** Whether the run began with what is called from outside. */
  entered = false;
  steps = 0;
  /** The run in which an object or a list first had a name. */
  readonly #births = new WeakMap<Value, number>();
  /** Collections of earlier runs that were asked for their size. */
  readonly measured: { readonly of: Value; readonly node: Node }[] = [];
  /** Those that a later run changed. */
  readonly changed = new WeakSet<Value>();
  readonly #noted = new Set<string>();

  readonly #parts: Parts;

  constructor(world: World, parts: Parts, sharedNames: ReadonlySet<string>) {
    this.world = world;
    this.#parts = parts;
    this.sharedNames = sharedNames;
  }

  /** What an expression comes to. */
  evaluate(node: Node, scope: Scope): Value {
    return this.#parts.evaluate(this, node, scope);
  }

  /** What the operand under `key` comes to. */
  operand(node: Node, key: string, scope: Scope): Value {
    const found = child(node, key);
    return found === undefined ? UNDEFINED : this.#parts.evaluate(this, found, scope);
  }

  /** Runs a statement. */
  execute(node: Node, scope: Scope): End {
    return this.#parts.execute(this, node, scope);
  }

  /** A way that is not taken here is read later, in case it is never taken anywhere. */
  leaveOut(node: Node, way: () => void): void {
    if (this.seen.has(node) || this.leftOut.length > 2_000) return;
    this.seen.add(node);
    this.leftOut.push({ way });
  }

  /** @throws TooLong */
  step(): void {
    this.steps += 1;
    if (this.steps > MOST_STEPS) throw new TooLong();
  }

  /** Whether calls and loops are still followed one by one. */
  get follows(): boolean {
    return this.steps < FOLLOWED;
  }

  note(fact: Fact): void {
    const key = `${fact.op} ${fact.name} ${fact.at}`;
    if (fact.op !== "compare" && fact.op !== "call") {
      if (this.#noted.has(key)) return;
      this.#noted.add(key);
    }
    if (this.facts.length < 20_000) this.facts.push(fact);
  }

  declare(scope: Scope, name: string, value: Value = UNDEFINED): Cell {
    if (value.kind !== "constant" && !this.#births.has(value)) this.#births.set(value, this.run);
    const shared = this.sharedNames.has(name);
    const cell: Cell = { name, value, depth: scope.depth, born: this.run, set: this.run, shared };
    scope.cells.set(name, cell);
    this.watched?.own.add(cell);
    return cell;
  }

  assign(cell: Cell, value: Value, node: Node): void {
    this.affect(cell, node);
    this.journal.write(cell, value);
    cell.set = this.run;
  }

  /** Notes what an effect on a variable, or on what is in it, tells. */
  affect(cell: Cell | undefined, node: Node): void {
    if (this.watched === undefined || (cell !== undefined && this.watched.own.has(cell))) return;
    this.note({ op: "tell", name: this.watched.name, at: node.start });
  }

  /** Notes that something is looked up among keys, unless it is known what. */
  lookUp(name: string, key: Value | undefined, keys: readonly Primitive[], node: Node): void {
    if (key?.kind === "constant") return;
    if (key !== undefined) noteUse(this, key, node);
    const path = key?.kind === "unknown" && key.path !== undefined ? { path: key.path } : {};
    this.note({ op: "lookup", name, keys, at: node.start, ...path });
  }

  /** Whether an object or a list was there before the run under way began. */
  isOld(value: Value): boolean {
    return (this.#births.get(value) ?? this.run) !== this.run;
  }

  /** An object or a list gets something, or loses it. */
  touch(value: Value): void {
    if (this.entered && this.isOld(value)) this.changed.add(value);
  }

  /** Somebody wants to know how much an object or a list holds. */
  measure(of: Value, node: Node): void {
    if (this.entered && this.isOld(of)) this.measured.push({ of, node });
  }

  /** A constant that was made from others. */
  compute(value: Value, node: Node): Value {
    if (value.kind !== "constant" || this.computed.length > 20_000) return value;
    const made = value.value;
    if (typeof made === "string" ? made.length > 3 : typeof made === "number" || typeof made === "bigint") {
      this.computed.push({ value: made as string | number | bigint, at: node.start, computed: true });
    }
    return value;
  }

  staticsOf(node: Node): RecordValue {
    let found = this.statics.get(node);
    if (found === undefined) this.statics.set(node, (found = recordOf()));
    return found;
  }

  /** Notes what of a value the language provides: from here on nobody can tell what happens to it. */
  escape(value: Value, node: Node, depth = 0): void {
    for (const each of alternatives(value)) {
      if (each.kind === "global") this.note({ op: "escape", name: each.path, at: node.start });
      else if (depth > 3) continue;
      else if (each.kind === "list") for (const item of each.items.slice(0, 64)) this.escape(item, node, depth + 1);
      else if (each.kind === "record") for (const item of each.entries.values()) this.escape(item, node, depth + 1);
    }
  }

  /** Takes ways of which it is not known whether they are taken. */
  maybe(ways: readonly (() => void)[], orNone: boolean): void {
    this.forks += 1;
    this.uncertain += 1;
    this.journal.branch(ways, orNone);
    this.uncertain -= 1;
  }

  /** Forgets what variables hold before a loop whose rounds are not followed. */
  forget(scope: Scope, names: readonly string[]): void {
    for (const name of names) {
      const cell = scope.find(name);
      if (cell === undefined) continue;
      for (const each of alternatives(cell.value)) if (each.kind === "list" || each.kind === "record") each.open = true;
      const kept = alternatives(cell.value).filter(
        (each) => each.kind !== "constant" && (each.kind !== "unknown" || each.from !== undefined),
      );
      this.journal.write(cell, kept.length === 0 ? UNKNOWN : { kind: "union", values: [UNKNOWN, ...kept] });
    }
  }
}
