import type { Node } from "@pawl/source";
import type { Machine } from "../read/machine.ts";
import { ERROR_TEXT, holdsError, isError, tell } from "../read/origins.ts";
import { UNKNOWN, type Value } from "../read/value.ts";

/** What errors say of themselves. */
const TEXTS =
  /^(?:args|msg|message|name|strerror|errno|winerror|filename|lineno|offset|text|reason|obj|__doc__|__name__|__qualname__|__notes__)$/;
/** Methods that give text for text. */
const KEEPS =
  /^(?:strip|lstrip|rstrip|lower|upper|casefold|title|capitalize|swapcase|replace|format|encode|decode|removeprefix|removesuffix|ljust|rjust|center|zfill|expandtabs|__str__|__repr__|__format__)$/;

/** What a caught error, or text of one, has under a name; `undefined` where it is neither. */
export function ofErrorOrText(of: Value, key: string): Value | undefined {
  if (of.kind !== "unknown") return undefined;
  if (of.type === "error") {
    if (TEXTS.test(key)) return ERROR_TEXT;
    if (/^__(?:str|repr|format)__$/.test(key)) return { kind: "method", of, name: key };
    return /^__(?:cause|context|class)__$/.test(key) ? { kind: "unknown", type: "error" } : UNKNOWN;
  }
  if (of.from !== "error text") return undefined;
  // `args[0]` is a text like the others; what is looked at letter by letter is compared in the end.
  return /^-?\d+$/.test(key) ? ERROR_TEXT : { kind: "method", of, name: key };
}

/** Calls a method of a caught error or its text. */
export function callErrorText(m: Machine, name: string, node: Node): Value {
  if (KEEPS.test(name)) return ERROR_TEXT;
  tell(m, "error text", node);
  return UNKNOWN;
}

/** They make text of anything. */
const MAKES_TEXT = /^(?:builtins\.(?:str|repr|format|ascii)|json\.dumps|pprint\.pformat|textwrap\.\w+)$/;
/** They print what they get, or hand it on. */
const HANDS_ON =
  /^(?:builtins\.(?:print|isinstance|issubclass|id|callable|getattr|hasattr|setattr|super|dict|list|tuple|iter|bool)|logging\b.*|warnings\.warn|json\.dump|sys\.(?:exit|std\w+\.write)|(?:.*\.)?\w*(?:Error|Exception|Warning)|.*\blog(?:ger)?\.\w+|pprint\.pprint|tqdm\b.*)$/;

/** What something that Python provides makes of an error or its text; `undefined` where it makes what it always makes. */
export function callWithError(m: Machine, path: string, args: readonly Value[], node: Node): Value | undefined {
  if (!args.some((arg) => holdsError(arg))) return undefined;
  if (MAKES_TEXT.test(path)) return ERROR_TEXT;
  if (path === "builtins.type" && args.some(isError)) return { kind: "unknown", type: "error" };
  if (!HANDS_ON.test(path)) tell(m, "error text", node);
  return undefined;
}
