import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNodeImage } from "./image/node-image.ts";
import { isDead, ownOwner } from "./owner.ts";
import { containersOf, describeDocker, docker, nothingLeft } from "./test/daemon.ts";
import { describeOwnDaemon, OwnDaemon, until } from "./test/own-daemon.ts";
import { executorOf, limitsOf, never, openSandbox, outputsOf } from "./test/sandbox.ts";

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

describeOwnDaemon("a daemon that goes away", () => {
  let daemon: OwnDaemon;
  beforeAll(async () => {
    daemon = await OwnDaemon.start();
    await buildNodeImage(daemon.docker);
  });
  afterAll(async () => daemon?.remove());

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "with %s in mid-run is waited for, and every job comes to its end",
    async (signal) => {
      const notices: string[] = [];
      const executor = await executorOf({ host: daemon.host }, "/", ({ kind }) => notices.push(kind));
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
        const running = await daemon.docker.listContainers({
          filters: JSON.stringify({ name: ["pawl-restart-[0-9]"] }),
        });
        return running.length > 0;
      });
      await daemon.stop(signal);
      await until(() => notices.includes("waiting"));
      await daemon.start();
      const outputs = (await Promise.all(jobs)).map(outputsOf);
      expect(outputs).toEqual([0, 1, 2, 3].map((value) => [{ value }]));
      expect(notices.filter((kind) => kind !== "note")).toEqual(["waiting", "resumed"]);
      await executor.close();
      expect(await daemon.docker.listContainers({ all: true })).toEqual([]);
    },
  );

  test("for longer than it is waited for is a failure of the sandbox", async () => {
    const executor = await executorOf({ host: daemon.host, daemonWaitMs: 500 });
    const limits = limitsOf({ memoryMb: 64 });
    await executor.prepare({ limits, concurrency: 1, run: "restart" }, never);
    await daemon.stop("SIGTERM");
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
    await daemon.start();
  });
});
