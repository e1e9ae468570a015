import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PawlError } from "@pawl/core";
import { toPawlError } from "../output/print-error.ts";

/** Turns whatever an import or a parser threw about a config into one coded error that names file and line. */
export function unreadable(file: string, error: unknown): PawlError {
  if (error instanceof Error && error.name === "PawlError") return toPawlError(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "EISDIR" || code === "EACCES") {
    return new PawlError("PAWL_CONFIG_UNREADABLE", READING[code], {
      path: file,
      remedy: code === "EACCES" ? "Give this user read permission." : "Name the config file itself.",
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new PawlError("PAWL_CONFIG_UNREADABLE", `the config cannot be loaded: ${clean(message, file)}`, {
    path: placeOf(file, error, message),
    remedy: remedyFor(code, message),
    cause: error,
  });
}

const READING = {
  ENOENT: "the config file does not exist",
  EISDIR: "the config file is a folder",
  EACCES: "the config file cannot be read: no permission",
} as const;

/** Only the first sentence: parsers go on with a picture of the source. */
function clean(message: string, file: string): string {
  return (
    message
      .replace(/^(JSON|YAML) Error in [^\n]*:\n/, "")
      .replaceAll(file, "it")
      .trim()
      .split("\n", 1)[0] ?? ""
  );
}

function placeOf(file: string, error: unknown, message: string): string {
  const mark = (error as { mark?: { line?: number; column?: number } }).mark;
  if (mark?.line !== undefined) return `${file}:${mark.line + 1}`;
  const json = /\(line (\d+) column (\d+)\)/.exec(message);
  if (json !== null) return `${file}:${json[1]}`;
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  // `file:3` above the source for what the parser rejects, `at … (file:///…:3:1)` for what the code throws.
  const above = /^((?:file:\/\/|\/|[A-Za-z]:\\)\S*?):(\d+)\s*$/m.exec(stack);
  if (above !== null) return `${toPath(above[1] ?? "")}:${above[2]}`;
  const frame = /\(?(file:\/\/\/[^\s()]+?):(\d+):\d+\)?/.exec(stack);
  if (frame !== null && !frame[1]?.includes("node_modules")) return `${toPath(frame[1] ?? "")}:${frame[2]}`;
  return error instanceof SyntaxError ? (syntaxPlace(file) ?? file) : file;
}

/** A syntax error in a plain module carries no line; Node tells it when asked to check the file alone. */
function syntaxPlace(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10_000 });
  const found = /^(?:file:\/\/)?(\/\S*?):(\d+)\s*$/m.exec(stderr ?? "");
  return found === null ? undefined : `${found[1]}:${found[2]}`;
}

function toPath(place: string): string {
  return place.startsWith("file:") ? fileURLToPath(place) : place;
}

function remedyFor(code: string | undefined, message: string): string {
  if (code === "ERR_MODULE_NOT_FOUND") {
    const wanted = /Cannot find package '([^']+)'/.exec(message)?.[1];
    return wanted === undefined
      ? "Create the file, or correct the import that names it (with its ending, such as ./scorer.ts)."
      : `Install it ("npm install ${wanted}"), or correct the import.`;
  }
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return "Use TypeScript whose types can be stripped: no enums, namespaces or parameter properties.";
  }
  return "Correct the file, then try again.";
}
