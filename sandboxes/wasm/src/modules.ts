import { createHash } from "node:crypto";
import { type Entry, type Files, PawlError } from "@pawl/plugin";
import type { Built } from "./build/builder.ts";
import { MODULE_BYTES } from "./plan.ts";

/** Candidates are text, so a module among them is written in base64, in a file of this ending. */
const ENCODED = ".b64";

/**
 * Refuses what a program without folders and without an environment cannot have.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function assertRunnable(entry: Entry): void {
  const refuse = (path: string, why: string): never => {
    throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `the wasm sandbox cannot offer ${path}: ${why}`, {
      path,
      remedy: "Drop it or use another executor.",
    });
  };
  if (entry.kind === "call") return;
  if (entry.argv.length === 0) refuse("entry.argv", "the first argument names the module");
  if (Object.keys(entry.env ?? {}).length > 0) refuse("entry.env", "a module gets no environment");
  if ((entry.artifacts ?? []).length > 0) refuse("entry.artifacts", "a module gets no folder to leave any in");
  if (entry.evaluator !== undefined) refuse("entry.evaluator", "without artifacts there is nothing to evaluate");
}

/** The module that a program's first argument names: a locked file beside it, or the candidate's own in base64. */
export function suppliedModule({ argv, bundle }: Extract<Entry, { kind: "exec" }>, files: Files): Built {
  const name = argv[0]!;
  const locked = bundle !== undefined && Object.hasOwn(bundle.files, name) ? bundle.files[name] : undefined;
  if (locked !== undefined) return sized(Buffer.from(locked));
  const path = `${name}${ENCODED}`;
  if (!Object.hasOwn(files, path))
    return unsupplied(`there is no module ${name}, nor ${path} among the candidate's files`);
  const text = files[path]!.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return unsupplied(`${path} is not base64`);
  return sized(Buffer.from(text, "base64"));
}

function sized(bytes: Buffer): Built {
  if (bytes.length <= MODULE_BYTES) return { ok: true, bytes };
  return unsupplied(`the module has ${bytes.length} bytes, and ${MODULE_BYTES} are allowed`);
}

function unsupplied(reason: string): Built {
  return { ok: false, outcome: "crashed", reason, usage: { wallMs: 0 }, stderr: "" };
}

/** Digests of modules, made once for as long as the module lives. */
const digests = new WeakMap<Buffer, string>();

/** SHA-256 of a module, in hex. */
export function digestOf(bytes: Buffer): string {
  const known = digests.get(bytes) ?? createHash("sha256").update(bytes).digest("hex");
  digests.set(bytes, known);
  return known;
}
