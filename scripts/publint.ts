import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** Checks every package that is to be published as it would be packed. */
let problems = 0;
for await (const file of glob("{packages,sandboxes,plugins}/*/package.json")) {
  const pkg = JSON.parse(readFileSync(file, "utf8")) as { name: string; private?: boolean };
  if (pkg.private === true) continue;
  const { messages } = await publint({ pkgDir: dirname(file), level: "suggestion", strict: true, pack: "pnpm" });
  for (const message of messages) {
    console.error(`${pkg.name}: ${formatMessage(message, pkg) ?? message.code}`);
    problems += 1;
  }
  console.log(`${pkg.name}: ${messages.length === 0 ? "fine" : `${messages.length} problems`}`);
}
process.exitCode = problems === 0 ? 0 : 1;
