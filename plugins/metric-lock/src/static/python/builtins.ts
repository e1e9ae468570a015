import { callValue, handOver } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { getProperty, setProperty } from "../read/properties.ts";
import {
  UNDEFINED,
  UNKNOWN,
  type Value,
  alternatives,
  constant,
  global,
  join,
  joinAll,
  listOf,
  recordOf,
  textOf,
} from "../read/value.ts";
import { encoded, textOfBytes } from "../javascript/encodings.ts";
import { isOpenFile, joined, memoryFile, openFile, parentOf, pathFrom, pathText, plainPath } from "./files.ts";

const STRING: Value = { kind: "unknown", type: "string" };
const FOLLOWED_ITEMS = 512;
const COPIES =
  /^builtins\.(?:dict|list|tuple|set|frozenset|sorted|iter|enumerate|zip|map|filter|reversed|len|str|repr|print)$/;

/** Calls something that Python or a module provides. */
export function callBuiltin(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [first, second, third] = args;
  const { node } = site;
  const number = first?.kind === "constant" ? Number(first.value) : Number.NaN;
  // Whoever copies what the language provides into a list has all of it.
  if (COPIES.test(path)) for (const arg of args) if (arg.kind === "global") m.escape(arg, node);
  switch (path) {
    case "builtins.getattr": {
      const found = getProperty(m, first ?? UNKNOWN, second ?? UNKNOWN, { ...node, attribute: true });
      return third === undefined ? found : join(found, third);
    }
    case "builtins.setattr":
      setProperty(m, first ?? UNKNOWN, second ?? UNKNOWN, third ?? UNKNOWN, node);
      return UNDEFINED;
    case "builtins.delattr":
      for (const each of alternatives(first ?? UNKNOWN))
        if (each.kind === "global") m.note({ op: "write", name: each.path, how: "delattr", at: node.start });
      return UNDEFINED;
    case "builtins.vars":
      // The variables of an object are what it holds.
      if (first?.kind === "global" || first?.kind === "record") return first;
      return args.length === 0 ? global("builtins") : UNKNOWN;
    case "builtins.globals":
    case "builtins.locals":
      return global("builtins");
    case "builtins.__import__":
    case "importlib.import_module":
    case "importlib.__import__":
      return imported(m, first, site);
    case "builtins.dir":
      if (first?.kind === "global") m.note({ op: "look", name: first.path, at: node.start });
      return UNKNOWN;
    case "builtins.hasattr":
      if (first?.kind === "global") m.note({ op: "look", name: first.path, at: node.start });
      return UNKNOWN;
    case "builtins.chr":
      return number >= 0 && number <= 0x10_ff_ff ? constant(String.fromCodePoint(Math.floor(number))) : STRING;
    case "builtins.ord":
      return first?.kind === "constant" ? constant(String(first.value).codePointAt(0)) : UNKNOWN;
    case "builtins.type":
      // The class of what the language provides leads on like the thing itself.
      if (args.length === 1 && (first?.kind === "global" || isOpenFile(first)))
        return getProperty(m, first as Value, constant("__class__"), { ...node, attribute: true });
      handOver(m, args, node);
      return UNKNOWN;
    case "builtins.open":
    case "io.open":
      return openFile();
    case "io.BytesIO":
    case "io.StringIO":
      return memoryFile();
    case "pathlib.Path":
    case "pathlib.PurePath":
      return pathFrom(args) ?? UNKNOWN;
    case "os.path.join":
      return textFrom(joined(args));
    case "os.path.abspath":
    case "os.path.realpath":
    case "os.path.normpath":
    case "os.fspath":
      return textFrom(pathText(first), plainPath);
    case "os.path.dirname":
      return textFrom(pathText(first), parentOf);
    case "builtins.str": {
      const asText = first?.kind === "record" ? pathText(first) : undefined;
      if (asText !== undefined) return constant(asText);
      const text = first?.kind === "list" && first.bytes === true ? textOfBytes(first) : undefined;
      return text ?? (first?.kind === "constant" ? constant(textOf(first) ?? "") : STRING);
    }
    case "builtins.int":
    case "builtins.float": {
      const base = second?.kind === "constant" ? Number(second.value) : 10;
      if (first?.kind !== "constant") return UNKNOWN;
      const made =
        typeof first.value === "string" && base !== 10 ? Number.parseInt(first.value, base) : Number(first.value);
      return Number.isNaN(made) ? UNKNOWN : constant(path === "builtins.int" ? Math.trunc(made) : made);
    }
    case "builtins.bytes":
    case "builtins.bytearray":
      return first?.kind === "list" ? { ...first, bytes: true } : encoded(first, second);
    case "builtins.bytes.fromhex":
    case "builtins.bytearray.fromhex":
    case "binascii.unhexlify":
      return encoded(first, constant("hex"));
    case "base64.b64decode":
    case "base64.standard_b64decode":
    case "base64.urlsafe_b64decode":
    case "binascii.a2b_base64":
      return encoded(first?.kind === "list" ? textOfBytes(first) : first, constant("base64"));
    case "codecs.decode":
      return decoded(first, second);
    case "builtins.len":
      return first?.kind === "list" && !first.open ? constant(first.items.length) : UNKNOWN;
    case "builtins.list":
    case "builtins.tuple":
    case "builtins.set":
    case "builtins.frozenset":
    case "builtins.sorted":
    case "builtins.iter":
    case "numpy.array":
    case "numpy.asarray":
      return copied(first, path === "builtins.sorted" || path === "builtins.set");
    case "builtins.reversed": {
      const list = copied(first, false);
      return list.kind === "list" ? listOf(list.items.toReversed(), list.open) : UNKNOWN;
    }
    case "builtins.range":
      return ranged(args);
    case "builtins.map":
    case "builtins.filter":
      return mapped(m, path, args, site);
    case "builtins.enumerate": {
      const list = copied(first, false);
      return list.kind === "list"
        ? listOf(
            list.items.map((item, index) => listOf([constant(index), item])),
            list.open,
          )
        : UNKNOWN;
    }
    case "builtins.zip":
      return zipped(args);
    case "builtins.dict":
      return { ...recordOf(pairsOf(first)), open: true };
    case "builtins.abs":
      return Number.isNaN(number) ? UNKNOWN : constant(Math.abs(number));
    default:
      if (!HARMLESS.test(path)) handOver(m, args, node);
      else callEach(m, args, site);
      return UNKNOWN;
  }
}

const textFrom = (text: string | undefined, change = (whole: string): string => whole): Value =>
  text === undefined ? STRING : constant(change(text));

/** What a dictionary is made of, where its keys are known. */
function pairsOf(list: Value | undefined): [string, Value][] {
  if (list?.kind === "record") return [...list.entries];
  if (list?.kind !== "list") return [];
  return list.items.flatMap((item): [string, Value][] => {
    const [key, value] = item.kind === "list" ? item.items : [];
    return key?.kind === "constant" && value !== undefined ? [[String(key.value), value]] : [];
  });
}

/** A key or a condition is asked of what else is given, item by item. */
function callEach(m: Machine, args: readonly Value[], site: CallSite): void {
  const items = args.flatMap((arg) => (arg.kind === "list" ? [joinAll(arg.items, arg.open)] : []));
  const given = [joinAll([...items, ...args.filter(({ kind }) => kind === "global")], items.length === 0), UNKNOWN];
  for (const arg of args)
    for (const each of alternatives(arg)) if (each.kind === "function") callValue(m, each, undefined, given, site);
}

/** They look at their arguments and keep nothing. */
const HARMLESS =
  /^(?:builtins\.(?:print|isinstance|issubclass|len|repr|id|hash|min|max|sum|any|all|round|next)|numpy\..*|math\..*)$/;

function imported(m: Machine, name: Value | undefined, { node }: CallSite): Value {
  const found: Value[] = [];
  for (const each of alternatives(name ?? UNKNOWN)) {
    if (each.kind === "constant") {
      const module = String(each.value);
      m.note({ op: "import", name: module, at: node.start });
      m.note({ op: "read", name: module, at: node.start });
      found.push(global(module));
    } else m.note({ op: "unknown key", name: "importlib", at: node.start });
  }
  return found.length === 0 ? UNKNOWN : join(...found);
}

function decoded(text: Value | undefined, encoding: Value | undefined): Value {
  const name = encoding?.kind === "constant" ? String(encoding.value).replaceAll("_", "").toLowerCase() : "";
  if (text?.kind === "constant" && typeof text.value === "string" && /^rot-?13$/.test(name)) {
    return constant(
      text.value.replaceAll(/[a-z]/gi, (each) => {
        const base = each <= "Z" ? 65 : 97;
        return String.fromCharCode(((each.charCodeAt(0) - base + 13) % 26) + base);
      }),
    );
  }
  const bytes = text?.kind === "list" ? textOfBytes(text) : text;
  return /^(?:hex|base64)$/.test(name) ? encoded(bytes, constant(name)) : textOfBytes(text);
}

function copied(from: Value | undefined, shuffled: boolean): Value {
  if (from === undefined) return listOf([]);
  if (from.kind === "constant" && typeof from.value === "string")
    return listOf([...from.value].slice(0, 10_000).map((each) => constant(each)));
  if (from.kind === "record")
    return listOf(
      [...from.entries.keys()].map((key) => constant(key)),
      from.open,
    );
  return from.kind === "list" ? listOf([...from.items], from.open || (shuffled && from.items.length > 1)) : UNKNOWN;
}

function ranged(args: readonly Value[]): Value {
  const numbers = args.map((arg) => (arg.kind === "constant" ? Number(arg.value) : Number.NaN));
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return UNKNOWN;
  const [from, to, step] =
    numbers.length === 1 ? [0, numbers[0] as number, 1] : [numbers[0] as number, numbers[1] as number, numbers[2] ?? 1];
  const count = step === 0 ? Number.NaN : Math.ceil((to - from) / step);
  if (!(count <= 512)) return UNKNOWN;
  return listOf(Array.from({ length: Math.max(0, count) }, (_, index) => constant(from + index * step)));
}

function mapped(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [callback, over] = args;
  const list = copied(over, false);
  if (callback === undefined) return UNKNOWN;
  if (list.kind !== "list" || list.open || list.items.length > FOLLOWED_ITEMS || args.length > 2) {
    return listOf(
      [
        callValue(
          m,
          callback,
          undefined,
          args.slice(1).map(() => UNKNOWN),
          site,
        ),
      ],
      true,
    );
  }
  const made = list.items.map((item) => callValue(m, callback, undefined, [item], site));
  return path === "builtins.map" ? listOf(made) : listOf([...list.items], true);
}

function zipped(args: readonly Value[]): Value {
  const lists = args.map((arg) => copied(arg, false));
  if (!lists.every((list) => list.kind === "list")) return UNKNOWN;
  const length = Math.min(...lists.map(({ items }) => items.length));
  return listOf(
    Array.from({ length }, (_, index) => listOf(lists.map(({ items }) => items[index] ?? UNKNOWN))),
    lists.some(({ open }) => open),
  );
}
