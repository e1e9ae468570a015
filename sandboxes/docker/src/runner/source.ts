import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PawlError } from "@pawl/plugin";

const file = new URL("../../dist/runner/main.js", import.meta.url);
let source: string | undefined;

/**
 * The runner as text.
 * @throws PawlError `PAWL_SANDBOX_FAILED` where this package is not built
 */
export function runnerSource(): string {
  if (source !== undefined) return source;
  if (!existsSync(file)) {
    throw new PawlError("PAWL_SANDBOX_FAILED", "the sandbox's runner is not built", {
      path: fileURLToPath(file),
      remedy: "Build the workspace first: pnpm build.",
    });
  }
  source = readFileSync(file, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  return source;
}

/**
 * The command that starts the runner in a container.
 * @param typed whether TypeScript is to be expected: the runner then loads its parser while it waits
 */
export function runnerCommand(memoryMb: number, typed: boolean): readonly string[] {
  return [
    "node",
    `--max-old-space-size=${memoryMb}`,
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    "--disable-proto=delete",
    "--disable-sigusr1",
    "--disallow-code-generation-from-strings",
    "--v8-pool-size=1",
    "--input-type=module",
    "-e",
    runnerSource(),
    typed ? "typed" : "plain",
  ];
}
