import { PawlError } from "@pawl/core";
import pico from "picocolors";
import { toJsonLine, wantsColors } from "./output.ts";
import { sanitise } from "./text.ts";

/** How many detail lines are shown before the rest is only counted. */
const DETAILS = 40;

/** Every error that reaches the user has a code; one that has none is a bug of ours or of a plugin. */
export function toPawlError(error: unknown): PawlError {
  if (error instanceof PawlError) return error;
  // A plugin with a copy of @pawl/plugin of its own throws errors of another class, with the same fields.
  if (isForeignPawlError(error)) return new PawlError(error.code, error.message, { ...error, cause: error });
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new PawlError("PAWL_INTERNAL", message, {
    remedy: "Set PAWL_DEBUG=1 to see the stack, and report it together with the command that you ran.",
    cause: error,
  });
}

function isForeignPawlError(error: unknown): error is PawlError {
  return error instanceof Error && error.name === "PawlError" && "code" in error && "details" in error;
}

/** Code and message, place, details, remedy: one block on stderr, and one line on stdout with `--json`. */
export function printError(error: unknown, { json, color }: { json: boolean; color: boolean }): number {
  const known = toPawlError(error);
  const { code, message, path, details, remedy, exitCode } = known;
  const colors = pico.createColors(wantsColors(process.stderr, process.env, color));
  const lines = [
    `${colors.red(colors.bold(code))}: ${sanitise(message)}`,
    ...(path === undefined || path === "" ? [] : [`  at ${sanitise(path)}`]),
    ...details.slice(0, DETAILS).map((detail) => `  - ${sanitise(detail)}`),
    ...(details.length > DETAILS ? [`  - … and ${details.length - DETAILS} more`] : []),
    ...(remedy === undefined ? [] : [`  ${colors.bold("→")} ${sanitise(remedy)}`]),
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
  if ((process.env["PAWL_DEBUG"] ?? "") === "1") process.stderr.write(`${stackOf(known)}\n`);
  if (json) process.stdout.write(`${toJsonLine({ type: "error", code, message, path, details, remedy, exitCode })}\n`);
  return exitCode;
}

function stackOf(error: Error): string {
  const { cause } = error;
  const own = error.stack ?? String(error);
  return cause instanceof Error ? `${own}\ncaused by ${stackOf(cause)}` : own;
}
