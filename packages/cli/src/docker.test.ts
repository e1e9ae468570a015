import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  containersOf,
  describeDocker,
  docker,
  nodeImage,
  removeImages,
} from "../../../sandboxes/docker/src/test/daemon.ts";
import { describeOwnDaemon, OwnDaemon, until } from "../../../sandboxes/docker/src/test/own-daemon.ts";
import { edit, git, jsonLines, pawl, projects, temporaryFolder } from "./test/command.ts";
import { start } from "./test/running.ts";

const project = projects();

/** A project that runs in Docker, locked and committed. */
async function dockerProject(name: string, options: object, env: Record<string, string> = {}): Promise<string> {
  const dir = await project(name);
  edit(dir, "pawl.config.ts", (text) =>
    text
      .replace(/import \{ isolate \}.*/, 'import { docker } from "@pawl/sandbox-docker";')
      .replace("isolate()", `docker(${JSON.stringify(options)})`)
      .replace("wallMs: 5_000", "wallMs: 60_000"),
  );
  if ("dockerfile" in options) {
    mkdirSync(join(dir, "image"));
    writeFileSync(join(dir, "image/Dockerfile"), `FROM ${await nodeImage()}\nCOPY note /note\n`);
    writeFileSync(join(dir, "image/note"), "one");
  }
  await git(dir, "config", "user.name", "Tess");
  await git(dir, "config", "user.email", "tess@example.org");
  const locked = await pawl(dir, ["lock", "--accept", "--reason", "Docker"], { env });
  expect(locked).toMatchObject({ code: 0 });
  await git(dir, "add", "-A");
  await git(dir, "commit", "-qm", "Run in Docker");
  return dir;
}

/** Makes each execution last, so that something can happen in the middle of it. */
async function slowDown(dir: string): Promise<void> {
  edit(dir, "sales.ts", (text) => `${text}\nlet turns = 0;\nwhile (turns < 600_000_000) turns += 1;\n`);
  await git(dir, "commit", "-qam", "Slow down");
}

/** The numbers of the experiments that have ended, the baseline first. */
async function endings(dir: string): Promise<unknown[]> {
  const { stdout } = await pawl(dir, ["log", "--jsonl"]);
  return (stdout === "" ? [] : jsonLines(stdout))
    .filter(({ type }) => type === "experiment.finished")
    .map(({ data }) => (data as { experiment: number }).experiment)
    .toSorted((a, b) => a - b);
}

const numbers = (to: number): number[] => Array.from({ length: to + 1 }, (_, index) => index);

describeDocker("an image in the lock", () => {
  const tag = `pawl-test/lock:${process.pid}`;
  /** Gives the tag another content: the image with one more variable. */
  const move = async (value: string): Promise<void> => {
    const container = await docker.createContainer({ Image: await nodeImage(), Cmd: ["/bin/sh"] });
    const [repo, name] = tag.split(":");
    await container.commit({ repo, tag: name, changes: `ENV MOVED=${value}` });
    await container.remove();
  };
  afterAll(() => removeImages(tag));

  test("that changes behind its name is refused with a list, until somebody accepts it", async () => {
    await move("one");
    const dir = await dockerProject("moved", { image: tag, pull: "never" });
    expect(await pawl(dir, ["lock"])).toMatchObject({ code: 0, stdout: expect.stringContaining("fits") });
    expect(await pawl(dir, ["run", "--experiments", "1"])).toMatchObject({ code: 0 });
    await move("two");
    const refused = await pawl(dir, ["run", "--experiments", "1"]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("PAWL_LOCK_VIOLATION");
    expect(refused.stderr).toContain('executor.fingerprint.image.env[0]: "MOVED=one" → "MOVED=two"');
    expect((await pawl(dir, ["doctor"])).stdout).toContain("PAWL_LOCK_VIOLATION");
    expect(await pawl(dir, ["lock"])).toMatchObject({ code: 4 });
    const accepted = await pawl(dir, ["lock", "--accept", "--reason", "newer tools"]);
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining("epoch 3") });
    expect(await pawl(dir, ["run", "--experiments", "1"])).toMatchObject({ code: 0 });
  });

  test("is built from a Dockerfile with its progress told, and a changed file in it is refused", async () => {
    const dir = await dockerProject("dockerfile", { dockerfile: "image/Dockerfile" });
    expect((await pawl(dir, ["lock"])).stderr).toMatch(/building .*image\/Dockerfile/);
    const run = await pawl(dir, ["run", "--experiments", "1", "--plain"]);
    expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(/building .*image\/Dockerfile/) });
    writeFileSync(join(dir, "image/note"), "two");
    const refused = await pawl(dir, ["run", "--experiments", "1"]);
    expect(refused.stderr).toMatch(/executor\.fingerprint\.image\.layers\[\d\]: "sha256:\w+" → "sha256:\w+"/);
  });
});

describeDocker("the examples that run in an isolate", () => {
  const folder = temporaryFolder();
  /** What each experiment of a short run came to. */
  const scores = async (dir: string): Promise<unknown[]> => {
    const run = await pawl(dir, ["run", "--experiments", "4", "--concurrency", "1"]);
    expect(run).toMatchObject({ code: 0 });
    const rows = jsonLines((await pawl(dir, ["log", "--json"])).stdout);
    return rows.map(({ experiment, status, score }) => ({ experiment, status, score }));
  };

  test.each(["fraud", "pricing"])("run in Docker by one line, with the same scores: %s", async (example) => {
    const results: unknown[][] = [];
    for (const executor of ["isolate()", '{ use: "docker" }']) {
      const dir = join(folder, `${example}-${results.length}`);
      await pawl(folder, ["init", "--example", example, dir]);
      edit(dir, "pawl.config.ts", (text) =>
        text.replace("executor: isolate()", `executor: ${executor}`).replace("wallMs: 2_000", "wallMs: 60_000"),
      );
      await git(dir, "add", "-A");
      await git(dir, "commit", "-qm", "Take it as it is");
      expect(await pawl(dir, ["lock"])).toMatchObject({ code: 0 });
      results.push(await scores(dir));
    }
    const [isolated, contained] = results;
    expect(isolated).toHaveLength(5);
    expect(contained).toEqual(isolated);
  });
});

describeDocker("an engine that is killed with eight containers in flight", () => {
  test("is gone on with: what it left is removed, and every experiment comes to its end once", async () => {
    const dir = await dockerProject("killed", {});
    await slowDown(dir);
    const running = start(dir, [
      "run",
      "--experiments",
      "12",
      "--concurrency",
      "8",
      "--name",
      "docker-killed",
      "--json",
    ]);
    await running.until(/"type":"experiment.proposed".*"experiment":8,/);
    const atWork = async (): Promise<number> => {
      const filters = JSON.stringify({ label: ["dev.pawl.run=docker-killed"], name: ["pawl-docker-killed-[0-9]"] });
      return (await docker.listContainers({ filters })).length;
    };
    await until(async () => (await atWork()) >= 8);
    running.child.kill("SIGKILL");
    await running.ended;
    expect(await atWork()).toBeGreaterThanOrEqual(8);

    const resumed = await pawl(dir, ["resume", "--json"]);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toMatch(/removed \d+ containers that an earlier engine had left behind/);
    const events = jsonLines(resumed.stdout);
    expect(events.at(-1)).toMatchObject({ type: "summary", status: "finished", experiments: 12, failed: {} });
    expect(events).toContainEqual(expect.objectContaining({ type: "run.noticed", data: expect.anything() }));
    expect(await endings(dir)).toEqual(numbers(12));
    const { champion } = events.at(-1) as { champion: { commit: string } };
    expect(await git(dir, "rev-parse", "pawl/docker-killed")).toBe(champion.commit);
    expect(await containersOf("docker-killed")).toEqual([]);
  });
});

describeOwnDaemon("a daemon that is stopped in the middle of a run", () => {
  let daemon: OwnDaemon;
  beforeAll(async () => {
    daemon = await OwnDaemon.start();
  });
  afterAll(async () => daemon?.remove());

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "with %s makes the run wait with a message; it goes on when the daemon is back, and nothing is lost",
    async (signal) => {
      const env = { DOCKER_HOST: daemon.host };
      const dir = await dockerProject(`daemon-${signal}`, {}, env);
      await slowDown(dir);
      const running = start(dir, ["run", "--experiments", "8", "--concurrency", "2", "--plain"], env);
      await until(async () => (await endings(dir)).length >= 3);
      await daemon.stop(signal);
      await until(() => /the run waits until it is back/.test(running.stderr()));
      expect(running.child.exitCode).toBeNull();
      await daemon.start();
      expect(await running.ended).toBe(0);
      expect(running.stderr()).toMatch(/Docker is back; what was running runs again/);
      expect(await endings(dir)).toEqual(numbers(8));
      const rows = jsonLines((await pawl(dir, ["log", "--jsonl"])).stdout);
      const noticed = rows.filter(({ type }) => type === "run.noticed").map(({ data }) => data);
      expect(noticed.filter((data) => (data as { kind: string }).kind !== "note")).toMatchObject([
        { plugin: "@pawl/sandbox-docker", kind: "waiting" },
        { plugin: "@pawl/sandbox-docker", kind: "resumed" },
      ]);
      const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
      expect(status).toMatchObject({ state: "finished", experiments: 8, failed: {} });
      await until(async () => (await daemon.docker.listContainers({ all: true })).length === 0);
    },
  );
});
