import type { Notice } from "@pawl/core";
import type { Output } from "./output.ts";
import { sanitise } from "./text.ts";

/** Progress is told so often at most, in milliseconds: a download tells it many times a second. */
const PROGRESS_MS = 1_000;

/** Prints what plugins tell, one line each, on stderr. For where there is no window. */
export function noticePrinter(output: Pick<Output, "note">): (notice: Notice) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ kind, message }) => {
    const now = performance.now();
    if (kind === "progress" && now - last < PROGRESS_MS) return;
    if (kind === "progress") last = now;
    output.note(sanitise(message));
  };
}
