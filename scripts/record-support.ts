// `node scripts/record-support.ts`: records the run that `pnpm demo:support` plays back. The stand-ins answer over the real
// wire, in a scratch repository, and what they have said goes to examples/support-agent/recordings. Needs a build.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startStandIns } from "../examples/support-agent/stand-in/server.ts";

const PORT = 4_747;
const root = fileURLToPath(new URL("../", import.meta.url));
const recordings = join(root, "examples/support-agent/recordings");
const folder = mkdtempSync(join(tmpdir(), "pawl-record-"));

function pawl(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, "packages/cli/bin/pawl.js"), ...args], {
    stdio: "inherit",
    env: { ...process.env, PAWL_MODELS: "record" },
  });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => (code === 0 ? done() : fail(new Error(`pawl ${args.join(" ")} ended with ${code}`))));
  });
}

const server = await startStandIns({ port: PORT });
try {
  await pawl("init", "--example", "support-agent", folder);
  // What was recorded before is not carried on.
  rmSync(join(folder, "recordings"), { recursive: true, force: true });
  mkdirSync(join(folder, "recordings"));
  await pawl("-C", folder, "lock");
  // What it tries out is asked of the recording, too.
  await pawl("-C", folder, "doctor");
  await pawl("-C", folder, "run");
  cpSync(join(folder, "recordings"), recordings, { recursive: true });
} finally {
  await server.close();
  console.log(`The run is in ${folder}.`);
}
