import { posix } from "node:path";
import { CandidateFault } from "./fault.ts";

/** Whether a file is TypeScript, by its name. */
export function isTyped(path: string): boolean {
  return /\.[cm]?ts$/.test(path);
}

/**
 * The file that an import names.
 * @throws CandidateFault a violation: nothing but the job's own files can be imported
 */
export function resolveImport(specifier: string, from: string, files: { has(path: string): boolean }): string {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) {
    throw new CandidateFault(
      "violation",
      `${from} imports ${JSON.stringify(specifier)}, but only relative imports of the candidate's own files work here`,
    );
  }
  const path = posix.join(posix.dirname(from), specifier);
  // TypeScript code may import "./x.js" and mean x.ts, or leave the extension out.
  for (const candidate of [path, path.replace(/\.([cm]?)js$/, ".$1ts"), `${path}.ts`, `${path}.js`]) {
    if (files.has(candidate)) return candidate;
  }
  throw new CandidateFault(
    "violation",
    `${from} imports ${JSON.stringify(specifier)}, which is not among the candidate's files`,
  );
}
