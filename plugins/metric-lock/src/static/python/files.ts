import { posix } from "node:path";
import { handOver } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { UNKNOWN, type RecordValue, type Value, constant, global, recordOf, textOf } from "../read/value.ts";

const PATH = "pathlib.Path";
const FILE = "io.FileIO";
const MEMORY = "io.BytesIO";

/** A file that is open: what reads from it needs no name any more. */
export const openFile = (): Value => recordOf([], FILE);

/** A file that lies in memory alone. */
export const memoryFile = (): Value => recordOf([], MEMORY);

/** Whether a value is a file that was opened already, or one in memory. */
export const isOpenFile = (value: Value | undefined): boolean =>
  value?.kind === "record" && (value.of === FILE || value.of === MEMORY);

/** A path from its parts; nothing where one of them cannot be told. */
export function pathFrom(parts: readonly (Value | undefined)[]): Value | undefined {
  const text = joined(parts);
  return text === undefined ? undefined : recordOf([["?path", constant(text)]], PATH);
}

/** The text of a path, given as text or as an object. */
export function pathText(value: Value | undefined): string | undefined {
  if (value?.kind === "record" && value.of === PATH) return textOf(value.entries.get("?path") ?? UNKNOWN);
  return value?.kind === "constant" && typeof value.value === "string" ? value.value : undefined;
}

/** Parts of a path as one text. */
export function joined(parts: readonly (Value | undefined)[]): string | undefined {
  const texts = parts.map(pathText);
  if (!texts.every((text) => text !== undefined)) return undefined;
  return texts.reduce((path, part) => (part.startsWith("/") ? part : plainPath(posix.join(path, part))), "");
}

/** A path without the steps that lead nowhere. */
export const plainPath = (path: string): string => {
  const plain = posix.normalize(path);
  return plain === "." ? "" : plain;
};

/** What an open file, or a path, has under a name; `undefined` where the value is neither. */
export function ofFile(of: RecordValue, key: string): Value | undefined {
  if (of.of === FILE) {
    if (key === "__class__") return global(FILE);
    if (key === "buffer" || key === "raw") return of;
  }
  if (of.of !== PATH) return undefined;
  const path = pathText(of) ?? "";
  switch (key) {
    case "parent":
      return pathFrom([constant(parentOf(path))]);
    case "name":
      return constant(posix.basename(path));
    case "stem":
      return constant(posix.parse(path).name);
    case "suffix":
      return constant(posix.extname(path));
    default:
      return { kind: "method", of, name: key };
  }
}

/** The folder that something lies in. */
export const parentOf = (path: string): string => (path === "" ? ".." : plainPath(posix.dirname(path)));

/** Calls a method of a path; whatever touches a file is noted with its name. */
export function callPath(m: Machine, of: RecordValue, name: string, args: readonly Value[], site: CallSite): Value {
  const path = pathText(of) ?? "";
  switch (name) {
    case "joinpath":
      return pathFrom([of, ...args]) ?? unknownPath(m, args, site);
    case "with_name":
      return pathFrom([constant(parentOf(path)), ...args]) ?? unknownPath(m, args, site);
    case "resolve":
    case "absolute":
      return of;
    case "as_posix":
    case "__str__":
    case "__fspath__":
      return constant(path);
    default:
      m.note({
        op: "call",
        name: `${PATH}.${name}`,
        args: [constant(path), ...args],
        isNew: false,
        at: site.node.start,
      });
      handOver(m, args, site.node);
      return name === "open" ? openFile() : UNKNOWN;
  }
}

/** A path that cannot be told: said here, since nothing is known of what is done with it. */
function unknownPath(m: Machine, args: readonly Value[], { node }: CallSite): Value {
  m.note({ op: "call", name: PATH, args: [UNKNOWN, ...args], isNew: false, at: node.start });
  return UNKNOWN;
}

export const isPath = (value: Value): boolean => value.kind === "record" && value.of === PATH;
