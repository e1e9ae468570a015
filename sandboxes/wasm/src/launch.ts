import { childFlags, readable } from "@pawl/sandbox-process";

const root = new URL("../", import.meta.url);

/**
 * The command that starts a child.
 * @throws PawlError `PAWL_SANDBOX_FAILED` where a part of this package is not there
 */
export function childCommand(): readonly string[] {
  return childFlags(root, readable(root, "quickjs-wasi"));
}
