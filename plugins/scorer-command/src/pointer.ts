import { type Json, PawlError } from "@pawl/plugin";

/** Finds a place in a JSON value; `undefined` where it has none. */
export type Pointer = (value: Json) => Json | undefined;

/**
 * Reads a JSON Pointer (RFC 6901), or the name of a field where it does not start with a slash.
 * @throws PawlError `PAWL_CONFIG_INVALID` with the path of the option
 */
export function pointer(text: string, path: string): Pointer {
  if (/~(?![01])/.test(text) && text.startsWith("/")) {
    throw new PawlError(
      "PAWL_CONFIG_INVALID",
      `"${text}" is no JSON Pointer: a ~ is written ~0, and a / in a name ~1`,
      { path },
    );
  }
  const steps = text.startsWith("/")
    ? text
        .slice(1)
        .split("/")
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    : text === ""
      ? []
      : [text];
  return (value) => {
    let at: Json | undefined = value;
    for (const step of steps) at = stepInto(at, step);
    return at;
  };
}

function stepInto(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Readonly<Record<string, Json>>)[step];
}
