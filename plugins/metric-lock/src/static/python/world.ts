import type { Node } from "@pawl/source";
import { callValue } from "../read/calls.ts";
import { fromClass } from "../read/literals.ts";
import type { Machine, World } from "../read/machine.ts";
import { noteSize } from "../read/limits.ts";
import { isFrom, tell } from "../read/origins.ts";
import { NUMBER, UNDEFINED, UNKNOWN, type Value, constant, global, join, listOf } from "../read/value.ts";
import { namedArguments } from "./arguments.ts";
import { callBuiltin } from "./builtins.ts";
import { evaluatePython, executePython } from "./evaluate.ts";
import { callWithError, ofErrorOrText } from "./errors.ts";
import { isPath, ofFile, pathFrom } from "./files.ts";
import { callMethod } from "./methods.ts";
import { BORROWED, HOOKS } from "./names.ts";
import { callPlace } from "./places.ts";

const BUILTINS = new Set(
  (
    "abs all any ascii bin bool breakpoint bytearray bytes callable chr compile complex delattr dict dir divmod enumerate " +
    "eval exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter " +
    "len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set " +
    "setattr slice sorted staticmethod classmethod str sum super tuple type vars zip exit quit copyright credits __import__ __builtins__ " +
    "__build_class__ __loader__ __spec__ __debug__"
  ).split(" "),
);

/** Python, as a reader must know it to see what names lead to. */
export const python: World = {
  hooks: HOOKS,
  leavesLoopsByErrors: true,
  assigns: "declare in function",
  evaluate: evaluatePython,
  execute: executePython,

  name(machine, name, node) {
    if (name === "__builtins__") return provided(machine, "builtins", node);
    // Its folder is where the program runs: paths that are made from it are those that lie there.
    if (name === "__file__") return constant(name);
    if (BUILTINS.has(name)) return provided(machine, `builtins.${name}`, node);
    return UNKNOWN;
  },

  property(machine, of, key, node) {
    if (node["attribute"] === true || key.startsWith("__")) noteInside(machine, key, node);
    const said = ofErrorOrText(of, key);
    if (said !== undefined) return said;
    if (of.kind === "unknown" && /^(?:astimezone|timestamp)$/.test(key)) return { kind: "method", of, name: key };
    switch (of.kind) {
      case "global":
        return ofGlobal(machine, of.path, key, node);
      case "list":
        return ofList(of, key);
      case "record":
        return ofRecord(machine, of, key, node);
      case "constant":
        return ofConstant(of, key);
      case "function":
        return machine.staticsOf(of.node).entries.get(key) ?? UNKNOWN;
      default:
        return UNKNOWN;
    }
  },

  invoke(machine, callee, self, args, site) {
    if (callee.kind === "method") return callMethod(machine, callee, args, site);
    if (callee.kind === "function") return callValue(machine, callee, self, args, site);
    if (callee.kind !== "global") return UNKNOWN;
    const { path } = callee;
    machine.note({ op: "call", name: path, args, isNew: false, at: site.node.start });
    const made = callWithError(machine, path, args, site.node) ?? callPlace(machine, path, args, site.node);
    if (made !== undefined) return made;
    for (const arg of args) if (isFrom(arg, "time zone")) tell(machine, "time zone", site.node);
    return callBuiltin(machine, callee.path, args, site);
  },

  named: namedArguments,
  // Types take types, and some helpers of numpy take slices.
  takesAnything: (path) =>
    /^(?:typing|typing_extensions|collections\.abc)\.\w+$|^builtins\.(?:dict|list|tuple|set|frozenset|type)$|^numpy\.(?:c_|r_|s_|index_exp|mgrid|ogrid|ndarray|typing\.\w+)$/.test(
      path,
    ),
  binary: combine,
};

/** Ways into the inside of objects, from where everything can be reached. */
const INSIDES = new Set(
  (
    "__class__ __bases__ __base__ __mro__ __subclasses__ __globals__ __builtins__ __code__ __closure__ __func__ __self__ " +
    "__dict__ __getattribute__ __getattr__ __reduce__ __reduce_ex__ __loader__ __spec__ __wrapped__ f_back f_globals " +
    "f_locals f_builtins f_code gi_frame gi_code cr_frame ag_frame tb_frame tb_next co_code co_consts func_globals mro " +
    "ctypes tofile"
  ).split(" "),
);

function noteInside(machine: Machine, key: string, node: Node): void {
  if (INSIDES.has(key)) machine.note({ op: "read", name: `?.${key}`, at: node.start });
}

export function provided(machine: Machine, path: string, node: Node): Value {
  machine.note({ op: "read", name: path, at: node.start });
  return global(path);
}

function ofGlobal(machine: Machine, path: string, key: string, node: Node): Value {
  // A module's dictionary holds what the module holds.
  if (key === "__dict__" || (path === "builtins" && key === "get")) return global(path);
  if (path === "sys.modules" || path === "?modules") return provided(machine, key, node);
  if (key === "__builtins__") return global("builtins");
  if (BORROWED.has(key) && !BORROWED.has(path.split(".")[0] ?? path)) return provided(machine, key, node);
  return provided(machine, `${path}.${key}`, node);
}

function ofList(of: Value & { kind: "list" }, key: string): Value {
  const index = Number(key);
  if (key !== "" && Number.isInteger(index)) {
    const item = of.items.at(index);
    return of.open ? join(item ?? UNKNOWN, UNKNOWN) : (item ?? UNDEFINED);
  }
  return { kind: "method", of, name: key };
}

function ofRecord(machine: Machine, of: Value & { kind: "record" }, key: string, node: Node): Value {
  const found = of.entries.get(key);
  if (found !== undefined) return of.open ? join(found, UNKNOWN) : found;
  const file = ofFile(of, key);
  if (file !== undefined) return file;
  if (typeof of.of === "object") return fromClass(machine, of, of.of, key, node);
  return { kind: "method", of, name: key };
}

function ofConstant(of: Value & { kind: "constant" }, key: string): Value {
  const index = Number(key);
  if (typeof of.value === "string" && key !== "" && Number.isInteger(index)) return constant(of.value.at(index));
  return { kind: "method", of, name: key };
}

const LONGEST = 200_000;
const LONGEST_LIST = 20_000;

function combine(m: Machine, operator: string, left: Value, right: Value, node: Node): Value {
  noteProduct(m, operator, left, right, node);
  if (operator === "/" && (isPath(left) || isPath(right))) {
    const path = pathFrom([left, right]);
    if (path === undefined) m.note({ op: "call", name: "pathlib.Path", args: [UNKNOWN], isNew: false, at: node.start });
    return path ?? UNKNOWN;
  }
  if (left.kind === "list" && right.kind === "list" && operator === "+") {
    const long = left.items.length + right.items.length > LONGEST_LIST;
    return listOf(long ? left.items : [...left.items, ...right.items], long || left.open || right.open);
  }
  if (left.kind === "list" && operator === "*" && right.kind === "constant") return times(left, Number(right.value));
  if (left.kind !== "constant" || (right.kind !== "constant" && operator !== "%")) {
    const text = [left, right].some((each) => each.kind === "constant" && typeof each.value === "string");
    return text ? { kind: "unknown", type: "string" } : UNKNOWN;
  }
  const a = left.value;
  if (typeof a === "string" && operator === "%") return percent(a, right);
  const b = right.kind === "constant" ? right.value : undefined;
  if (typeof a === "string") {
    if (operator === "+" && typeof b === "string" && a.length + b.length < LONGEST) return constant(a + b);
    if (operator === "*" && typeof b === "number" && a.length * b < LONGEST && b >= 0) return constant(a.repeat(b));
    return UNKNOWN;
  }
  if (typeof a !== "number" || typeof b !== "number") return NUMBER;
  const made = arithmetic(operator, a, b);
  return made === undefined || !Number.isFinite(made) ? NUMBER : constant(made);
}

/** What is repeated so often, or raised so high, that it may not fit. */
function noteProduct(m: Machine, operator: string, left: Value, right: Value, node: Node): void {
  if (operator === "**" || operator === "<<") noteSize(m, right, node);
  if (operator !== "*") return;
  for (const [of, count] of [
    [left, right],
    [right, left],
  ] as const) {
    const isText = of.kind === "constant" && typeof of.value === "string";
    if (of.kind === "list" || isText) noteSize(m, count, node);
  }
}

function times(list: Value & { kind: "list" }, count: number): Value {
  if (!(list.items.length * count < 10_000)) return listOf([...list.items], true);
  return listOf(Array.from({ length: count }, () => list.items).flat(), list.open);
}

function arithmetic(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.floor(a / b);
    case "%":
      return a - b * Math.floor(a / b);
    case "**":
      return a ** b;
    case "&":
      return Number(BigInt.asIntN(64, safe(a) & safe(b)));
    case "|":
      return Number(safe(a) | safe(b));
    case "^":
      return Number(safe(a) ^ safe(b));
    case "<<":
      return b >= 0 && b < 53 ? a * 2 ** b : undefined;
    case ">>":
      return b >= 0 && b < 1024 ? Math.floor(a / 2 ** b) : undefined;
    default:
      return undefined;
  }
}

const safe = (value: number): bigint => (Number.isSafeInteger(value) ? BigInt(value) : 0n);

/** `"%s%c" % (…)` */
function percent(template: string, right: Value): Value {
  const values = right.kind === "list" ? right.items : [right];
  if (!values.every(({ kind }) => kind === "constant")) return { kind: "unknown", type: "string" };
  let at = 0;
  const made = template.replaceAll(/%([sdrcxi%])/g, (_, kind: string) => {
    if (kind === "%") return "%";
    const value = values[at]?.kind === "constant" ? (values[at] as { value: unknown }).value : "";
    at += 1;
    if (kind === "c" && typeof value === "number")
      return String.fromCodePoint(Math.min(Math.max(0, value), 0x10_ff_ff));
    return kind === "x" ? Number(value).toString(16) : String(value);
  });
  return constant(made);
}
