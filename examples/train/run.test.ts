import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, openProject, type PawlEvent, type Summary, writeLock } from "@pawl/core";
import { docker } from "@pawl/sandbox-docker";
import { describe, expect, it } from "vitest";
import { training } from "./training.ts";

// Where scripts/docker/daemon.sh puts its socket.
const OWN_SOCKET = "/run/pawl-docker.sock";
if (process.env["DOCKER_HOST"] === undefined && existsSync(OWN_SOCKET))
  process.env["DOCKER_HOST"] = `unix://${OWN_SOCKET}`;

const config = training(2, { experiments: 4 });
const signal = AbortSignal.timeout(600_000);

/** Why the sandbox cannot be prepared here. */
async function missing(): Promise<string | undefined> {
  const { options, schema, create } = docker({ image: "pawl/python-numpy:latest", pull: "never" });
  const executor = await create(schema.parse(options) as never, { root: "/" });
  const checks = (await executor.doctor?.({ ...training(2, {}).limits, network: "none" } as never)) ?? [];
  const bad = checks.filter(({ ok }) => !ok);
  return bad.length === 0 ? undefined : bad.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
}
const why = await missing();
if (why !== undefined) {
  if (process.env["PAWL_REQUIRE_DOCKER"] === "1") throw new Error(`PAWL_REQUIRE_DOCKER is set: ${why}`);
  process.stderr.write(`SKIPPED: the loop of the train example in Docker: ${why}\n`);
}

/** Runs the loop in a repository of its own, with this script. */
async function loop(edit: (script: string) => string): Promise<{ summary: Summary; events: PawlEvent[] }> {
  const root = await mkdtemp(join(tmpdir(), "pawl-train-"));
  try {
    for (const path of ["train.py", "evaluate.py", "data"]) {
      await cp(join(import.meta.dirname, path), join(root, path), { recursive: true });
    }
    const script = await readFile(join(root, "train.py"), "utf8");
    await writeFile(join(root, "train.py"), edit(script));
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    const git = (...args: string[]): unknown => execFileSync("git", [...identity, ...args], { cwd: root });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "start");
    await writeLock(await openProject(config, { root }), { signal });
    const events: PawlEvent[] = [];
    const run = createEngine(config, { root }).run({ signal });
    for await (const event of run) events.push(event);
    return { summary: await run.result, events };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

describe.skipIf(why !== undefined)("in Docker", () => {
  it("trains in one container and is measured in another", async () => {
    const { summary, events } = await loop((script) => script);
    expect(summary.experiments).toBe(4);
    expect(summary.failed).toEqual({});
    expect(summary.baseline?.validation).toBeGreaterThan(0.3);
    expect(summary.baseline?.validation).toBeLessThan(4);
    // Where nothing was kept the sealed cases stay sealed.
    expect(summary.exam === null).toBe(summary.champion?.experiment === 0);
    const finished = events.flatMap((event) => (event.type === "experiment.finished" ? [event.data] : []));
    expect(finished).toHaveLength(5);
    // The training alone takes two seconds of CPU, as the daemon counts it.
    for (const { measured } of finished) expect(measured?.usage.cpuMs).toBeGreaterThan(1_900);
  });

  it("shows the training neither the evaluator nor any case, and believes nothing that it prints", async () => {
    const look = `
import json, os
found = sorted(os.path.relpath(os.path.join(at, name), "/work") for at, _, names in os.walk("/work") for name in names)
found = [path for path in found if not path.startswith(".pawl/")]
assert found == ["data/train.txt", "train.py"], found
assert open(0).read() == "", "there is something on stdin"
for _ in range(1000): print(json.dumps({"bits": 0.0}))
`;
    const { summary } = await loop((script) => script.replace("import os\n", `import os\n${look}`));
    expect(summary.baseline?.validation).toBeGreaterThan(0.3);
  });
});
