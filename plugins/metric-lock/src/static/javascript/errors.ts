import type { Node } from "@pawl/source";
import type { Machine } from "../read/machine.ts";
import { ERROR_TEXT, tell } from "../read/origins.ts";
import { NUMBER, UNKNOWN, type Value } from "../read/value.ts";

/** Properties of errors whose text, or number, every engine chooses for itself. */
const TEXTS = /^(?:message|name|stack|fileName|lineNumber|columnNumber|sourceURL)$/;

/** What a caught error has under a name. */
export function ofError(machine: Machine, of: Value, key: string, node: Node): Value {
  if (key === "stack") machine.note({ op: "read", name: "Error.stack", at: node.start });
  if (TEXTS.test(key)) return ERROR_TEXT;
  if (key === "cause") return { kind: "unknown", type: "error" };
  return /^(?:toString|toLocaleString|valueOf)$/.test(key) ? { kind: "method", of, name: key } : UNKNOWN;
}

/** Methods that give text for text. */
const KEEPS =
  /^(?:concat|slice|substring|substr|trim|trimStart|trimEnd|toLowerCase|toUpperCase|toString|toLocaleString|valueOf|replace|replaceAll|normalize|padEnd|padStart|repeat|at|charAt)$/;

/** What text of an error has under a name. */
export function ofErrorText(machine: Machine, of: Value, key: string, node: Node): Value {
  if (key !== "length" && !/^\d+$/.test(key)) return { kind: "method", of, name: key };
  tell(machine, "error text", node);
  return key === "length" ? NUMBER : UNKNOWN;
}

/** Calls a method of an error that was caught, or of its text. */
export function callErrorText(m: Machine, name: string, node: Node): Value {
  if (KEEPS.test(name)) return ERROR_TEXT;
  tell(m, "error text", node);
  return UNKNOWN;
}

/** They make text of anything. */
const MAKES_TEXT = /^(?:String|JSON\.stringify|String\.raw|encodeURI|encodeURIComponent|escape|btoa|structuredClone)$/;
/** They hand on what they get, or make another error of it. */
const HANDS_ON =
  /^(?:console\.\w+|Object|Object\.(?:assign|freeze|is|hasOwn|getOwnPropertyDescriptor|fromEntries|getPrototypeOf)|Reflect\.(?:get|has|apply|construct|set|getPrototypeOf)|Promise(?:\.\w+)?|Array\.of|Array|\w*Error|Error\.isError|Map|WeakMap|Set|WeakSet|Boolean|Symbol)$/;

/** What something of the language makes of an error, or of its text; `undefined` where it makes what it always makes. */
export function callWithError(m: Machine, path: string, node: Node): Value | undefined {
  if (MAKES_TEXT.test(path)) return ERROR_TEXT;
  if (!HANDS_ON.test(path)) tell(m, "error text", node);
  return undefined;
}
