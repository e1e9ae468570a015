import { pathToFileURL } from "node:url";
import { childFlags, readable } from "@pawl/sandbox-process";

const root = new URL("../", import.meta.url);

/**
 * The command that starts a child that runs candidates.
 * @param memoryMb what its jobs will usually have
 * @throws PawlError `PAWL_SANDBOX_FAILED` where a part of this package is not there
 */
export function runnerCommand(memoryMb: number): readonly string[] {
  return [...childFlags(root, readable(root, "quickjs-wasi")), String(memoryMb)];
}

/**
 * The command that starts a child that compiles AssemblyScript.
 * @throws PawlError `PAWL_SANDBOX_FAILED` where a part of this package is not there
 */
export function compilerCommand(): readonly string[] {
  const compiler = readable(root, "assemblyscript");
  // What it needs itself is found from where it really is.
  const home = pathToFileURL(compiler.at(-1)!.replace(/\*$/, ""));
  const packages = [...compiler, ...readable(home, "binaryen"), ...readable(home, "long")];
  return childFlags(root, packages, { program: "dist/build/child/main.js" });
}
