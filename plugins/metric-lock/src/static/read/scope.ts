import { UNKNOWN, type Value, join } from "./value.ts";

/** One variable. */
export interface Cell {
  readonly name: string;
  value: Value;
  /** How many functions deep it was declared: 0 for the module. */
  readonly depth: number;
  /** The run of the program in which it was declared, and the one in which it was last given a value of its own. */
  readonly born: number;
  set: number;
  /** A function other than its own writes it: a later run cannot know what it holds. */
  readonly shared: boolean;
}

/** A block or function, with its variables. */
export class Scope {
  readonly cells = new Map<string, Cell>();
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** Where variables of the whole function lie. */
  readonly home: Scope;

  constructor(parent?: Scope, isFunction = false) {
    this.parent = parent;
    this.depth = (parent?.depth ?? 0) + (isFunction ? 1 : 0);
    this.home = isFunction || parent === undefined ? this : parent.home;
  }

  find(name: string): Cell | undefined {
    let scope: Scope | undefined = this as Scope;
    for (; scope !== undefined; scope = scope.parent) {
      const cell = scope.cells.get(name);
      if (cell !== undefined) return cell;
    }
    return undefined;
  }
}

/** What was written since a point, so that two ways through the program can be joined where they meet again. */
export class Journal {
  #writes: Map<Cell, Value> | undefined;

  write(cell: Cell, value: Value): void {
    if (this.#writes !== undefined && !this.#writes.has(cell)) this.#writes.set(cell, cell.value);
    cell.value = value;
  }

  /** Takes one of the ways, or (`orNone`) perhaps none of them. */
  branch(ways: readonly (() => void)[], orNone: boolean): void {
    const outer = this.#writes;
    const before = new Map<Cell, Value>();
    const after: Map<Cell, Value>[] = [];
    for (const way of ways) {
      const writes = new Map<Cell, Value>();
      this.#writes = writes;
      way();
      const found = new Map<Cell, Value>();
      for (const [cell, old] of writes) {
        found.set(cell, cell.value);
        if (!before.has(cell)) before.set(cell, old);
        cell.value = old;
      }
      after.push(found);
    }
    this.#writes = outer;
    for (const [cell, old] of before) {
      const ends = after.map((found) => found.get(cell) ?? old);
      this.write(cell, join(...(orNone ? [old, ...ends] : ends)));
    }
  }
}

/** What a variable holds, as far as this run can know. */
export function valueOf(cell: Cell, run: number): Value {
  return cell.shared && cell.born !== run && cell.set !== run ? join(cell.value, UNKNOWN) : cell.value;
}
