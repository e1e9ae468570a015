/** Objects that hold functions and are none. */
export const NAMESPACES: ReadonlySet<string> = new Set([
  "Math",
  "JSON",
  "Reflect",
  "Intl",
  "Atomics",
  "WebAssembly",
  "console",
  "performance",
  "crypto",
  "navigator",
  "process",
  "Temporal",
  "globalThis",
]);

/** Constants by name. */
export const CONSTANTS: ReadonlyMap<string, undefined | number> = new Map([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
]);

const list = (names: string): readonly string[] => names.split(" ");

/** Names that a surface may use without anybody asking why: they compute, and know nothing of where they run. */
export const PLAIN: ReadonlySet<string> = new Set(
  list(
    "Math JSON Number String Boolean BigInt Symbol Object Array Map Set WeakMap WeakSet RegExp Date Intl Promise Iterator " +
      "Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError parseInt parseFloat isNaN " +
      "isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape atob btoa structuredClone console " +
      "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array " +
      "Float64Array BigInt64Array BigUint64Array ArrayBuffer DataView TextEncoder TextDecoder Reflect arguments " +
      // What AssemblyScript adds for the same purposes.
      "i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 bool isize usize Mathf NativeMath NativeMathf StaticArray unchecked assert",
  ),
);

/** Names by which the global object goes. */
export const GLOBAL_OBJECTS: ReadonlySet<string> = new Set([
  "globalThis",
  "window",
  "self",
  "global",
  "frames",
  "top",
  "parent",
]);

const BUILT_IN_CLASSES = /^(?:[A-Z]\w*(?:Array|Error|Map|Set|Buffer|Ref|Registry|Function)?)$/;

/** Whether a path leads to a function of the language, whose constructor makes functions of text. */
export function isFunctionPath(path: string): boolean {
  if (path.endsWith(".prototype") || NAMESPACES.has(path)) return false;
  const last = path.slice(path.lastIndexOf(".") + 1);
  return BUILT_IN_CLASSES.test(last) || /^[a-z_?]/.test(last);
}

/** Names of properties that the language calls on its own when somebody touches the object. */
export const HOOKS: ReadonlySet<string> = new Set([
  "toJSON",
  "valueOf",
  "toString",
  "toLocaleString",
  "then",
  "Symbol.toPrimitive",
  "Symbol.toStringTag",
  "Symbol.hasInstance",
  "Symbol.isConcatSpreadable",
  "Symbol.species",
  "Symbol.unscopables",
]);
