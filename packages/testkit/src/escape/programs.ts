import { BOMBS } from "./bombs.ts";
import { CODES } from "./codes.ts";
import { MACHINE } from "./machine.ts";
import { MEMORY_SAFETY } from "./memory-safety.ts";
import type { EscapeProgram } from "./program.ts";
import { STATE } from "./state.ts";
import { WALKS } from "./walks.ts";

/** The programs of the escape suite, by what they try. */
export const ESCAPES: Readonly<Record<string, readonly EscapeProgram[]>> = {
  "walks over the boundary": WALKS,
  "code from text, and stacks": CODES,
  "the machine": MACHINE,
  "state for the next job": STATE,
  "time and memory": BOMBS,
  "side effects in native code": MEMORY_SAFETY,
};
