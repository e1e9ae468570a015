import type Docker from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limitsSchema } from "@pawl/plugin";
import { labelsOf } from "../labels.ts";
import { ownOwner } from "../owner.ts";
import { describeDocker, docker, nodeImage, nothingLeft } from "../test/daemon.ts";
import { executorOf, limitsOf, never } from "../test/sandbox.ts";
import { probe, type ProbeBase } from "./probe.ts";

type Create = Docker.ContainerCreateOptions & { HostConfig: Record<string, unknown> };

/** The daemon as it would be if it ignored a part of what it is asked for, as daemons do. */
function deaf(change: (options: Create) => void): Docker {
  const weak = Object.create(docker) as Docker;
  weak.createContainer = ((options: Create) => {
    const changed = structuredClone(options);
    change(changed);
    return docker.createContainer(changed);
  }) as Docker["createContainer"];
  return weak;
}

const without =
  (...names: string[]) =>
  (options: Create): void => {
    for (const name of names) delete options.HostConfig[name];
  };

let count = 0;

nothingLeft("probe");
describeDocker("probing", () => {
  let base: ProbeBase;
  beforeAll(async () => {
    const executor = await executorOf();
    await executor.prepare({ limits: limitsOf(), concurrency: 1, run: "probe" }, never);
    base = {
      image: executor.image!.id,
      imageVolumes: [],
      labels: labelsOf({ run: "probe", experiment: "probe", owner: ownOwner(), executor: "probe" }),
      cpus: 0.5,
      name: () => `pawl-probe-test-${process.pid}-${(count += 1)}`,
      metering: "kernel",
    };
    await executor.close();
  });

  test("finds nothing wrong with a daemon that does as it is told", async () => {
    const findings = await probe(docker, base, false);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ what }) => what).toSorted()).toEqual([
      "cpus",
      "diskMb",
      "memoryMb",
      "network",
      "nofile",
      "pids",
      "privileges",
      "rootfs",
      "swap",
    ]);
  });

  test.each<[string, string[], (options: Create) => void]>([
    ["processes", ["pids"], without("PidsLimit")],
    ["memory", ["memoryMb", "swap"], without("Memory", "MemorySwap")],
    ["CPUs", ["cpus"], without("NanoCpus")],
    ["open files", ["nofile"], without("Ulimits")],
    [
      "the network",
      ["network"],
      (options) => {
        delete options.NetworkDisabled;
        options.HostConfig["NetworkMode"] = "host";
        // Not together with a name of its own.
        delete options.Hostname;
      },
    ],
    [
      "the user",
      ["privileges", "rootfs"],
      (options) => {
        options.User = "0:0";
      },
    ],
    [
      "privileges",
      ["privileges"],
      (options) => {
        without("SecurityOpt")(options);
      },
    ],
    [
      "the read-only root",
      ["rootfs"],
      (options) => {
        options.HostConfig["ReadonlyRootfs"] = false;
        options.HostConfig["Tmpfs"] = { "/home": "rw,mode=1777" };
      },
    ],
    [
      "the size of the work folder",
      ["diskMb"],
      (options) => {
        const text = JSON.stringify(options.HostConfig["Mounts"]).replace(/size=\d+k/, "size=16m");
        options.HostConfig["Mounts"] = JSON.parse(text) as never;
      },
    ],
  ])("sees that a daemon ignores %s", async (_, expected, change) => {
    // With so few CPUs a machine that is busy with other things still shows that there is no limit.
    const findings = await probe(deaf(change), expected.includes("cpus") ? { ...base, cpus: 0.05 } : base, false);
    const failed = findings.filter(({ ok }) => !ok).map(({ what }) => what);
    expect(failed.filter((what) => expected.includes(what)).length).toBeGreaterThan(0);
    expect(failed.filter((what) => ![...expected, "swap"].includes(what))).toEqual([]);
  });

  test("doctor tells of each, and of a daemon that is not there", async () => {
    const limits = limitsSchema.parse({});
    const checks = await (await executorOf()).doctor(limits);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name }) => name)).toContain("docker: pids");
    expect(checks.find(({ name }) => name === "docker: image")?.detail).toContain(await nodeImage());
    const nowhere = await (await executorOf({ host: "unix:///nowhere/docker.sock" })).doctor(limits);
    expect(nowhere.at(-1)).toMatchObject({ name: "docker: daemon", ok: false });
    const runtime = await (await executorOf({ runtime: "kata" })).doctor(limits);
    expect(runtime.find(({ name }) => name === "docker: runtime")).toMatchObject({ ok: false });
  });

  test.each([
    ["a runtime that the daemon has not", { runtime: "kata" }, {}, "PAWL_SANDBOX_UNENFORCEABLE"],
    ["no daemon", { host: "unix:///nowhere/docker.sock" }, {}, "PAWL_SANDBOX_UNENFORCEABLE"],
    ["an image that is not there", { image: "pawl/none:1", pull: "never" }, {}, "PAWL_CONFIG_INVALID"],
    ["a volume that is not there", { volumes: [{ name: "pawl-none", target: "/data" }] }, {}, "PAWL_CONFIG_INVALID"],
    ["an image and a Dockerfile", { image: "a", dockerfile: "b" }, {}, "PAWL_CONFIG_INVALID"],
  ] as const)("preparing with %s is refused", async (_, options, limits, code) => {
    const executor = await executorOf(options as never);
    await expect(
      executor.prepare({ limits: limitsOf(limits), concurrency: 1, run: "probe" }, never),
    ).rejects.toMatchObject({ code });
    await executor.close();
  });

  const volumes = ["pawl-test-bind", "pawl-test-data"];
  afterAll(async () => {
    await Promise.all(
      volumes.map((name) =>
        docker
          .getVolume(name)
          .remove()
          .catch(() => undefined),
      ),
    );
  });
  test("a volume that stands for a folder of the host is refused, another one is given", async () => {
    const [bind, data] = volumes as [string, string];
    await docker.createVolume({
      Name: bind,
      Driver: "local",
      DriverOpts: { type: "none", o: "bind", device: "/var/run" },
    });
    await docker.createVolume({ Name: data });
    const prepare = async (name: string): Promise<void> => {
      const executor = await executorOf({ volumes: [{ name, target: "/data" }] });
      await executor
        .prepare({ limits: limitsOf(), concurrency: 1, run: "probe" }, never)
        .finally(() => executor.close());
    };
    await expect(prepare(bind)).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      path: "executor.options.volumes[0]",
    });
    await prepare(data);
  });
});
