import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNodeImage } from "./image/node-image.ts";
import { isDead, ownOwner } from "./owner.ts";
import { containersOf, describeDocker, docker, nothingLeft } from "./test/daemon.ts";
import { executorOf, limitsOf, never, openSandbox, outputsOf } from "./test/sandbox.ts";

async function until(what: () => boolean | Promise<boolean>, guardMs = 60_000): Promise<void> {
  const started = performance.now();
  while (!(await what())) {
    if (performance.now() - started > guardMs) throw new Error(`still not true: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("an owner", () => {
  test("that is this process is alive", () => expect(isDead(ownOwner())).toBe(false));
  const parts = ownOwner().split(" ");
  const [machine, boot, namespace, , start] = parts as [string, string, string, string, string];
  test.each([
    ["a process number that nobody has", [machine, boot, namespace, "4194305", "1"], true],
    ["this process's number with another start", [machine, boot, namespace, `${process.pid}`, "1"], true],
    ["another boot of this machine", [machine, "other", namespace, `${process.pid}`, start], true],
    ["another machine", ["other", boot, namespace, "4194305", "1"], false],
    ["another container", [machine, boot, "pid%3A%5B1%5D", "4194305", "1"], false],
    ["something else", ["x"], false],
    ["a process number that is none", [machine, boot, namespace, "-1", "1"], false],
  ])("%s", (_, label, dead) => expect(isDead(label.join(" "))).toBe(dead));
});

nothingLeft("crash", "crash-next", "crash-alive");
describeDocker("an engine that is killed", () => {
  test("with eight containers in flight leaves nothing that the next start does not remove", async () => {
    const child = spawn(process.execPath, [
      fileURLToPath(new URL("./test/engine-child.ts", import.meta.url)),
      new URL("../dist/index.js", import.meta.url).href,
      "crash",
      "8",
    ]);
    // Somebody else's container, with no label of Pawl's, and one of an engine that is alive.
    const image = (await docker.listImages({ filters: JSON.stringify({ label: ["dev.pawl.image=node"] }) }))[0]!.Id;
    const strangers = await Promise.all(
      [{}, { "dev.pawl.owner": ownOwner(), "dev.pawl.run": "crash-alive" }].map((Labels) =>
        docker.createContainer({ Image: image, Entrypoint: ["/bin/sh"], Labels }),
      ),
    );
    try {
      await until(async () => (await containersOf("crash")).length >= 8);
      child.kill("SIGKILL");
      expect((await containersOf("crash")).length).toBeGreaterThanOrEqual(8);
      await using sandbox = await openSandbox("crash-next");
      expect(outputsOf(await sandbox.sh("echo 1"))).toEqual([{ value: 1 }]);
      expect(await containersOf("crash")).toEqual([]);
      for (const stranger of strangers) expect((await stranger.inspect()).State.Status).toBe("created");
    } finally {
      child.kill("SIGKILL");
      await Promise.all(strangers.map((stranger) => stranger.remove()));
    }
  });
});

/** A daemon that may be stopped: this file's own. Needs root and dockerd. */
const mayStart = process.getuid?.() === 0 && existsSync("/usr/sbin/dockerd");
const describeOwn = mayStart
  ? describe
  : process.env["PAWL_REQUIRE_DOCKER"] === "1"
    ? (): never => {
        throw new Error("PAWL_REQUIRE_DOCKER is set, and there is no root or no dockerd");
      }
    : describe.skip;

describeOwn(mayStart ? "a daemon that goes away" : "a daemon that goes away (skipped: needs root and dockerd)", () => {
  let folder: string;
  let daemon: ChildProcess;
  const socket = (): string => join(folder, "docker.sock");
  const own = (): Docker => new Docker({ socketPath: socket() });
  const answers = (): Promise<boolean> =>
    own()
      .ping()
      .then(
        () => true,
        () => false,
      );
  const start = async (): Promise<void> => {
    // What a daemon that was killed has left: a number here that is taken, if only by a process that nobody has buried,
    // keeps the next one from starting.
    for (const name of ["pid", "exec/containerd/containerd.pid"]) await rm(join(folder, name), { force: true });
    const log = openSync(join(folder, "log"), "a");
    daemon = spawn(
      "/usr/sbin/dockerd",
      [
        "--host",
        `unix://${socket()}`,
        "--data-root",
        join(folder, "data"),
        "--exec-root",
        join(folder, "exec"),
        "--pidfile",
        join(folder, "pid"),
        "--bridge=none",
        "--iptables=false",
        "--ip6tables=false",
      ],
      { stdio: ["ignore", log, log] },
    );
    await until(answers);
  };
  const stop = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    const gone = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill(signal);
    await gone;
  };
  const ended = async (): Promise<void> => {
    if (daemon?.exitCode === null && daemon.signalCode === null) await stop("SIGTERM");
    // The containerd of a daemon that was killed lives on.
    const pid = await readFile(join(folder, "exec/containerd/containerd.pid"), "utf8").catch(() => "");
    if (/^\d+$/.test(pid)) {
      try {
        process.kill(Number(pid), "SIGTERM");
      } catch {
        // It was gone already.
      }
    }
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pawl-dockerd-"));
    await start();
    await buildNodeImage(own());
  });
  afterAll(async () => {
    await ended();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // A daemon that was killed leaves its data folder mounted on itself.
    while (spawnSync("umount", [join(folder, "data")]).status === 0);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "with %s in mid-run is waited for, and every job comes to its end",
    async (signal) => {
      const executor = await executorOf({ host: `unix://${socket()}` });
      const notices: string[] = [];
      executor.onNotice = ({ kind }) => notices.push(kind);
      const limits = limitsOf({ wallMs: 60_000, memoryMb: 64 });
      await executor.prepare({ limits, concurrency: 2, run: "restart" }, never);
      const jobs = Array.from({ length: 4 }, (_, i) =>
        executor.execute(
          {
            id: `${i}/test`,
            files: { "main.sh": `i=0; while [ $i -lt 400000 ]; do i=$((i + 1)); done; echo ${i}` },
            entry: { kind: "exec", argv: ["/bin/sh", "main.sh"] },
            inputs: { digest: "", items: [1] },
            seed: 1,
            limits,
          },
          never,
        ),
      );
      await until(async () => {
        const running = await own().listContainers({ filters: JSON.stringify({ name: ["pawl-restart-[0-9]"] }) });
        return running.length > 0;
      });
      await stop(signal);
      await until(() => notices.includes("daemon-away"));
      await start();
      const outputs = (await Promise.all(jobs)).map(outputsOf);
      expect(outputs).toEqual([0, 1, 2, 3].map((value) => [{ value }]));
      expect(notices).toContain("daemon-back");
      await executor.close();
      expect(await own().listContainers({ all: true })).toEqual([]);
    },
  );

  test("for longer than it is waited for is a failure of the sandbox", async () => {
    const executor = await executorOf({ host: `unix://${socket()}`, daemonWaitMs: 500 });
    const limits = limitsOf({ memoryMb: 64 });
    await executor.prepare({ limits, concurrency: 1, run: "restart" }, never);
    await stop("SIGTERM");
    const job = {
      id: "1/test",
      files: { "main.ts": "export default () => 1;" },
      entry: { kind: "call", file: "main.ts" },
      inputs: { digest: "", items: [1] },
      seed: 1,
      limits,
    } as const;
    await expect(executor.execute(job, never)).rejects.toMatchObject({ code: "PAWL_SANDBOX_FAILED" });
    await executor.close();
    await start();
  });
});
