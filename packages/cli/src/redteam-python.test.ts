import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { PAWL, cleanEnv, git, jsonLines, temporaryFolder } from "./test/command.ts";

/** The red team against surfaces in Python, in Docker: the train example, and a small program that answers lines. */

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const IMAGE = "pawl/python-numpy:latest";
const SOCKET = "/run/pawl-docker.sock";
const DOCKER_HOST = process.env["DOCKER_HOST"] ?? (existsSync(SOCKET) ? `unix://${SOCKET}` : undefined);
const docker = DOCKER_HOST === undefined ? {} : { DOCKER_HOST };
/** A hang guard, not an expectation. */
const GUARD_MS = 600_000;

/** Why nothing can be tried here. */
function missing(): string | undefined {
  const env = { ...process.env, ...docker };
  const { status, stderr } = spawnSync("docker", ["image", "inspect", IMAGE], { env, encoding: "utf8" });
  return status === 0 ? undefined : `there is no image ${IMAGE}: ${stderr?.trim() || "docker does not answer"}`;
}
const why = missing();
if (why !== undefined) {
  for (const name of ["PAWL_REQUIRE_DOCKER", "PAWL_REQUIRE_PYTHON"])
    if (process.env[name] === "1") throw new Error(`${name} is set: ${why}`);
  process.stderr.write(`SKIPPED: the red team against surfaces in Python: ${why}\n`);
}

const folder = temporaryFolder();
/** What costs no further runs is enough here: each of them is a container, and a training. */
const LOCK = "metricLock({ evaluations: 0 })";

const TRAIN_CONFIG = `import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { training } from "./training.ts";

const base = training(1, { experiments: 10 });
export default {
  ...base,
  // A second of training comes to more or to less on a busy machine: that is no gain.
  gates: [improvement({ minEffect: 2 }), ${LOCK}],
  limits: { ...base.limits, wallMs: 20_000 },
};
`;

const PROGRAM = `"""How many ice creams a stand sells on a day."""
import json
import sys

BASE = 40
PER_DEGREE = 2

for line in sys.stdin:
    day = json.loads(line)
    sold = BASE + PER_DEGREE * day["temperature"]
    if day["weekend"]:
        sold += 10
    print(json.dumps(sold))
`;

const PROGRAM_CONFIG = `import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { defineConfig } from "@pawl/plugin";
import { search } from "@pawl/proposer-search";
import { docker } from "@pawl/sandbox-docker";
import { forecast } from "./scorer.ts";

export default defineConfig({
  goal: "Say how many ice creams the stand will sell.",
  surface: "sales.py",
  entry: { kind: "exec", argv: ["/usr/bin/python3", "-B", "sales.py"] },
  proposer: search(),
  executor: docker({ image: "${IMAGE}", pull: "never" }),
  scorer: forecast(),
  gates: [improvement(), ${LOCK}],
  limits: { wallMs: 20_000, cpuMs: 5_000, memoryMb: 128, pids: 16 },
});
`;

function trainProject(to: string): void {
  const from = join(REPOSITORY, "examples/train");
  for (const path of ["train.py", "evaluate.py", "data", "training.ts"])
    cpSync(join(from, path), join(to, path), { recursive: true });
  writeFileSync(join(to, "pawl.config.ts"), TRAIN_CONFIG);
}

function programProject(to: string): void {
  writeFileSync(join(to, "scorer.ts"), readFileSync(join(REPOSITORY, "packages/cli/starter/scorer.ts")));
  writeFileSync(join(to, "sales.py"), PROGRAM);
  writeFileSync(join(to, "pawl.config.ts"), PROGRAM_CONFIG);
}

interface Line {
  readonly type: string;
  readonly name: string;
  readonly outcome: string;
  readonly by?: string;
  readonly noted?: readonly string[];
  readonly evidence: string;
}

test.skipIf(why !== undefined).each([
  ["the train example", trainProject],
  ["a program that answers lines", programProject],
])("attacks in Python on %s are stopped, and honest changes are not", { timeout: GUARD_MS }, async (name, make) => {
  const dir = join(folder, name.replaceAll(" ", "-"));
  mkdirSync(dir, { recursive: true });
  make(dir);
  symlinkSync(join(REPOSITORY, "node_modules"), join(dir, "node_modules"), "dir");
  writeFileSync(join(dir, ".gitignore"), "node_modules\n");
  await git(dir, "init", "-q");
  await git(dir, "add", ".");
  await git(dir, "commit", "-qm", "start");
  const { stdout, stderr } = spawnSync(process.execPath, [PAWL, "redteam", "--json", "--attacks", "9"], {
    cwd: dir,
    env: cleanEnv(docker),
    encoding: "utf8",
    timeout: GUARD_MS,
  });
  const lines = jsonLines(stdout) as unknown as Line[];
  const shown = (list: readonly Line[]): string[] => list.map(({ name: item, evidence }) => `${item}: ${evidence}`);
  const attacks = lines.filter(({ type, outcome }) => type === "attack" && outcome !== "skipped");
  const honest = lines.filter(({ type }) => type === "honest");
  expect(attacks.length, stderr).toBeGreaterThanOrEqual(6);
  expect(shown(attacks.filter(({ outcome }) => outcome === "passed"))).toEqual([]);
  // Most are known by their text, whatever stops them first.
  const seen = attacks.filter(({ by, noted }) => by === "metric lock" || noted !== undefined);
  expect(seen.length, shown(attacks).join("\n")).toBeGreaterThanOrEqual(4);
  expect(honest.length, stderr).toBeGreaterThanOrEqual(2);
  expect(shown(honest.filter(({ outcome }) => outcome !== "passed"))).toEqual([]);
});
