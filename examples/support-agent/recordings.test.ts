import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PAWL = join(import.meta.dirname, "../../packages/cli/bin/pawl.js");
const GUARD = 580_000;
/** What goes into git for good. */
const MOST_BYTES = 2_000_000;
const RECORDINGS = ["task.recording", "meta.recording"];

it(
  "plays back the recorded run as a newcomer would see it, with no key and no server",
  { timeout: GUARD },
  async () => {
    const sizes = await Promise.all(
      RECORDINGS.map(async (name) => (await stat(join(import.meta.dirname, "recordings", name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);

    const folder = await mkdtemp(join(tmpdir(), "pawl-support-demo-"));
    try {
      const ours = /^PAWL_|_API_KEY$/;
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
      const pawl = async (...args: string[]): Promise<string> => {
        const options = { env: { ...env, PAWL_MODELS: "replay" }, timeout: GUARD - 20_000, maxBuffer: 2 ** 26 };
        return (await promisify(execFile)(process.execPath, [PAWL, ...args], options)).stdout;
      };
      const project = join(folder, "agent");
      await pawl("init", "--example", "support-agent", project);
      await pawl("-C", project, "lock");
      expect(await pawl("-C", project, "doctor")).toContain("A run could start");
      const told = await pawl("-C", project, "run");
      expect(told).toContain("run-1 is finished");

      const [status] = (await pawl("-C", project, "status", "--json")).split("\n", 1).map((line) => JSON.parse(line));
      expect(status.kept).toBeGreaterThanOrEqual(3);
      expect(status.exam.cases).toBe("fresh");
      expect(status.exam.effect.low).toBeGreaterThan(0.3);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
