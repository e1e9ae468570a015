import { createRequire } from "node:module";
import { dirname } from "node:path";
import { PawlError } from "@pawl/plugin";
import { childFlags } from "@pawl/sandbox-process";

const root = new URL("../", import.meta.url);

/**
 * The command that starts a child.
 * @throws PawlError `PAWL_SANDBOX_FAILED` where a part of this package is not there
 */
export function childCommand(): readonly string[] {
  const binary = findBinary();
  // Collections that wait for an idle moment: isolated-vm keeps a sleeping thread for each.
  const flags = ["--allow-addons", "--no-memory-reducer", "--no-minor-gc-task", "--no-incremental-marking-task"];
  return [...childFlags(root, [binary], { flags }), binary];
}

/** isolated-vm ships a binary for each platform; its own loader knows which one fits. */
function findBinary(): string {
  try {
    const entry = createRequire(import.meta.url).resolve("isolated-vm");
    const loader = createRequire(entry)("node-gyp-build") as { path(folder: string): string };
    return loader.path(dirname(entry));
  } catch (error) {
    throw new PawlError("PAWL_SANDBOX_FAILED", "isolated-vm has no binary for this machine", {
      remedy: `Use Node 24 on Linux with glibc or musl (this is ${process.version} on ${process.platform} ${process.arch}).`,
      cause: error,
    });
  }
}
