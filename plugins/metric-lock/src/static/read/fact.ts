import type { Primitive, Value } from "./value.ts";

/** What tells where a surface runs, or how it is called, without asking anybody for it. */
export type Telling = "error text" | "engine limit" | "time zone" | "locale" | "sort order" | "call";

/** One comparison of a part of the input with a constant. */
export interface Test {
  /** Names of properties, joined by dots; empty for the input itself, absent where it is something computed from it. */
  readonly path?: string;
  readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
  readonly value: Primitive;
}

/** Something that a text does, as far as it can be told without running it. */
export type Fact = { readonly at: number } &
  /** Takes something that the language provides; `name` is its path from the global object. */
  (
    | { readonly op: "read"; readonly name: string }
    | { readonly op: "call"; readonly name: string; readonly args: readonly Value[]; readonly isNew: boolean }
    /** Gives something constant under the name of an argument. */
    | { readonly op: "argument"; readonly name: string; readonly value: Primitive }
    /** Changes something that the language provides. */
    | { readonly op: "write"; readonly name: string; readonly how: string }
    /** Reads or writes a property of it whose name cannot be told. */
    | { readonly op: "unknown key"; readonly name: string }
    /** Hands it to something that cannot be followed. */
    | { readonly op: "escape"; readonly name: string }
    /** Looks at what it holds, or whether it is there. */
    | { readonly op: "look"; readonly name: string }
    /** Gives an object a behaviour that runs when somebody else touches it. */
    | { readonly op: "hook"; readonly name: string }
    /** Turns a function into text. */
    | { readonly op: "print"; readonly name: string }
    /** Calls what came out of two unknown properties: how the constructor of functions is reached. */
    | { readonly op: "blind call"; readonly name: string }
    /** A variable of the module that a function makes from what it held before. */
    | { readonly op: "state"; readonly name: string }
    /** Calls a function from within itself where somebody catches what happens when the stack ends. */
    | { readonly op: "depth"; readonly name: string }
    /** Learns something that is not the same everywhere, or on every call. */
    | { readonly op: "tell"; readonly name: Telling }
    | { readonly op: "import"; readonly name: string }
    | { readonly op: "compare"; readonly name: string; readonly test: Test; readonly conditions: readonly Test[] }
    /** Looks something unknown up among known keys. */
    | {
        readonly op: "lookup";
        readonly name: string;
        readonly keys: readonly Primitive[];
        /** Which part of the input is looked up. */
        readonly path?: string;
      }
  );

/** A constant, as written or as it comes out of constants. */
export interface Constant {
  readonly value: string | number | bigint;
  readonly at: number;
  readonly computed: boolean;
}
