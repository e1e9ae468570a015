import { cpSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { PAWL, cleanEnv, git, jsonLines, temporaryFolder } from "./test/command.ts";

/** The whole corpus against two examples with everything that Pawl has against gaming. */

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
/** A hang guard, not an expectation. */
const GUARD_MS = 900_000;

/** The least gain that is worth a commit. Without one, drift of a millionth is progress. */
const MIN_EFFECT = { fraud: 0.001, pricing: 0.01 } as const;
type Example = keyof typeof MIN_EFFECT;

const folder = temporaryFolder();

/** A copy of an example, in a repository of its own, with a config that asks every gate. */
async function guarded(name: Example): Promise<string> {
  const [from, to] = [join(REPOSITORY, "examples", name), join(folder, name)];
  const files = readdirSync(from).filter((file) => /(?<!\.test)\.ts$/.test(file));
  for (const file of files) cpSync(join(from, file), join(to, file));
  symlinkSync(join(REPOSITORY, "node_modules"), join(to, "node_modules"), "dir");
  writeFileSync(
    join(to, "full.config.ts"),
    `import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { defineConfig } from "@pawl/plugin";
import base from "./pawl.config.ts";

const others = base.gates.slice(1);
export default defineConfig({
  ...base,
  gates: [improvement({ minEffect: ${MIN_EFFECT[name]} }), ...others, metricLock()],
});
`,
  );
  writeFileSync(join(to, ".gitignore"), "node_modules\n");
  await git(to, "init", "-q");
  await git(to, "add", ".");
  await git(to, "commit", "-qm", "start");
  return to;
}

/** A part of a result that a failing test should show. */
interface Line {
  readonly type: string;
  readonly name: string;
  readonly outcome: string;
  readonly by?: string;
  readonly code?: string;
  readonly evidence: string;
}

describe.each(Object.keys(MIN_EFFECT) as Example[])("on %s", (name) => {
  test(
    "every attack is stopped before it is committed, and no honest change is rejected",
    { timeout: GUARD_MS },
    async () => {
      const dir = await guarded(name);
      expect(readFileSync(join(dir, "pawl.config.ts"), "utf8")).toContain("improvement(");
      const { stdout, stderr } = await execa(
        process.execPath,
        [PAWL, "redteam", "--json", "--config", "full.config.ts"],
        {
          cwd: dir,
          env: cleanEnv(),
          extendEnv: false,
          reject: false,
          stdin: "ignore",
          timeout: GUARD_MS,
        },
      );
      const lines = jsonLines(stdout) as unknown as Line[];
      const shown = (list: readonly Line[]): string[] =>
        list.map((line) => `${line.name}: ${line.code}: ${line.evidence}`);
      const attacks = lines.filter(({ type, outcome }) => type === "attack" && outcome !== "skipped");
      const honest = lines.filter(({ type }) => type === "honest");
      expect(attacks.length, stderr).toBeGreaterThanOrEqual(100);
      expect(honest.length, stderr).toBeGreaterThanOrEqual(25);
      expect.soft(shown(honest.filter(({ outcome }) => outcome === "stopped"))).toEqual([]);
      const held = honest.filter(({ outcome }) => outcome === "held");
      expect.soft(held.length, shown(held).join("\n")).toBeLessThanOrEqual(Math.floor(0.05 * honest.length));
      expect.soft(shown(attacks.filter(({ outcome }) => outcome === "passed"))).toEqual([]);
    },
  );
});
