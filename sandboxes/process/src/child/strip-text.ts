import { stripTypeScriptTypes } from "node:module";

/** What comes of a text. `broken`: the parser itself failed, and what it does from now on cannot be trusted. */
export type Stripped = { readonly code: string } | { readonly error: string; readonly broken: boolean };

/** What the parser says of a text. Anything else is the parser failing, after which all of its answers may be wrong. */
const VERDICTS = new Set(["ERR_INVALID_TYPESCRIPT_SYNTAX", "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"]);

/** Turns TypeScript into JavaScript by blanking its types. The text is hostile: not for the main thread of a child. */
export function stripText(text: string): Stripped {
  try {
    return { code: stripTypeScriptTypes(text, { mode: "strip" }) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const broken = code === undefined || !VERDICTS.has(code);
    return { error: broken ? "the TypeScript parser gave up on it" : message.slice(0, 500), broken };
  }
}
