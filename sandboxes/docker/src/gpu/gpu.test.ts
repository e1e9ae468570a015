import { spawnSync } from "node:child_process";
import { PawlError } from "@pawl/plugin";
import { afterEach, describe, expect, it } from "vitest";
import { type GpuBreach, type GpuBroker, type GpuLimits, type GpuOptions, checkGpus, openGpus } from "./gpu.ts";
import { ScriptedMachine } from "./test/machine.ts";

const LIMITS: GpuLimits = { count: 1, memoryMb: 1_000, seconds: 600 };
const never = new AbortController().signal;

const brokers: GpuBroker[] = [];
const machines: ScriptedMachine[] = [];
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  for (const machine of machines.splice(0)) machine.remove();
});

function machineOf(gpus: number): ScriptedMachine {
  const machine = new ScriptedMachine(gpus);
  machines.push(machine);
  return machine;
}

async function open(machine: ScriptedMachine, limits = LIMITS, options: Partial<GpuOptions> = {}): Promise<GpuBroker> {
  const { nvidiaSmi } = machine;
  const broker = await openGpus(limits, {
    nvidiaSmi,
    concurrency: 4,
    intervalMs: 20,
    staleMs: 3_000,
    settleMs: 3_000,
    ...options,
  });
  if (broker === null) throw new Error("no broker");
  brokers.push(broker);
  return broker;
}

async function refusalOf(promise: Promise<unknown>): Promise<PawlError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PawlError);
  return error as PawlError;
}

/** Leases, watches, and waits for the breach. */
async function breachOf(broker: GpuBroker, after: () => void = () => undefined): Promise<GpuBreach> {
  const lease = await broker.lease(never);
  const breach = await new Promise<GpuBreach>((resolve) => {
    lease.watch(resolve);
    after();
  });
  lease.release();
  return breach;
}

describe("at start", () => {
  it("needs nothing where no GPU is asked for", async () => {
    expect(await openGpus(undefined, { concurrency: 1, nvidiaSmi: "/nonexistent/nvidia-smi" })).toBeNull();
    expect(await checkGpus(undefined, "/nonexistent/nvidia-smi")).toEqual([]);
  });

  it("refuses where there is no nvidia-smi", async () => {
    const error = await refusalOf(openGpus(LIMITS, { concurrency: 1, nvidiaSmi: "/nonexistent/nvidia-smi" }));
    expect(error).toMatchObject({ code: "PAWL_SANDBOX_UNENFORCEABLE", path: "limits.gpu" });
    expect(error.details.join()).toContain("there is no program");
  });

  it("refuses where the driver does not answer, with what it said", async () => {
    const machine = machineOf(1);
    machine.set({ failure: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver." });
    const error = await refusalOf(open(machine));
    expect(error.code).toBe("PAWL_SANDBOX_UNENFORCEABLE");
    expect(error.details.join()).toContain("couldn't communicate");
    expect(await checkGpus(LIMITS, machine.nvidiaSmi)).toMatchObject([{ ok: false }]);
  });

  it.each([
    ["none", 0, { count: 1 }, "this machine has no GPU"],
    ["too few", 2, { count: 3 }, "only 2 GPUs"],
    ["an unknown id", 2, { ids: ["GPU-deadbeef"] }, "there is no GPU GPU-deadbeef"],
    ["the same one twice", 2, { ids: ["1", "1"] }, "named twice"],
  ])("refuses %s", async (_, gpus, asked, message) => {
    const { memoryMb, seconds } = LIMITS;
    const error = await refusalOf(open(machineOf(gpus), { ...asked, memoryMb, seconds }));
    expect(error.code).toBe("PAWL_SANDBOX_UNENFORCEABLE");
    expect(error.message).toContain(message);
  });

  it("leaves out devices on which others compute, and refuses to share one", async () => {
    const machine = machineOf(2);
    machine.set({ apps: [{ gpu: machine.uuid(0), pid: 4711 }] });
    const broker = await open(machine);
    expect((await broker.lease(never)).ids).toEqual([machine.uuid(1)]);
    const error = await refusalOf(open(machine, { ids: ["0"], memoryMb: 1_000, seconds: 600 }, { settleMs: 100 }));
    expect(error.details.join()).toContain("in use by another program");
  });

  it("keeps two engines off the same device, until the first one ends", async () => {
    const machine = machineOf(2);
    const first = await open(machine, LIMITS, { concurrency: 1 });
    const second = await open(machine, LIMITS, { concurrency: 1 });
    expect((await first.lease(never)).ids).not.toEqual((await second.lease(never)).ids);
    expect((await refusalOf(open(machine))).message).toContain("another engine");
    await first.close();
    await expect(open(machine)).resolves.toBeDefined();
  });

  it("refuses a device that is listed and cannot be read", async () => {
    const machine = machineOf(1);
    machine.use(0, "[N/A]");
    const error = await refusalOf(open(machine, LIMITS, { settleMs: 500 }));
    expect(error.code).toBe("PAWL_SANDBOX_UNENFORCEABLE");
    expect(error.message).toContain("cannot be watched");
  });

  it("says what it found", async () => {
    const machine = machineOf(2);
    expect(await checkGpus(LIMITS, machine.nvidiaSmi)).toMatchObject([
      { ok: true, detail: "0: NVIDIA A100-SXM4-80GB, 1: NVIDIA A100-SXM4-80GB; 1 for each experiment" },
    ]);
  });
});

describe("the lease table", () => {
  it("gives each experiment devices of its own, and what the daemon is asked for", async () => {
    const machine = machineOf(4);
    const broker = await open(machine, { ...LIMITS, count: 2 });
    const leases = [await broker.lease(never), await broker.lease(never)];
    expect(leases.flatMap(({ ids }) => ids).toSorted()).toEqual([0, 1, 2, 3].map((index) => machine.uuid(index)));
    expect(leases[0]?.request).toEqual({
      Driver: "nvidia",
      DeviceIDs: [machine.uuid(0), machine.uuid(1)],
      Capabilities: [["gpu"]],
    });
  });

  it("lets the next wait until a device is back, in order", async () => {
    const broker = await open(machineOf(1));
    const first = await broker.lease(never);
    const order: string[] = [];
    const second = broker.lease(never).then((lease) => (order.push("second"), lease));
    const third = broker.lease(never).then((lease) => (order.push("third"), lease));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(order).toEqual([]);
    first.release();
    first.release();
    (await second).release();
    await third;
    expect(order).toEqual(["second", "third"]);
  });

  it("forgets who stopped waiting", async () => {
    const broker = await open(machineOf(1));
    const first = await broker.lease(never);
    const controller = new AbortController();
    const second = broker.lease(controller.signal);
    const third = broker.lease(never);
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    first.release();
    await expect(third).resolves.toBeDefined();
  });

  it("gives named devices to one experiment at a time", async () => {
    const machine = machineOf(3);
    const broker = await open(machine, { ids: ["2", machine.uuid(0)], memoryMb: 1_000, seconds: 600 });
    const lease = await broker.lease(never);
    expect(lease.ids).toEqual([machine.uuid(2), machine.uuid(0)]);
    const next = broker.lease(never);
    lease.release();
    expect((await next).ids.toSorted()).toEqual([machine.uuid(0), machine.uuid(2)]);
  });

  it("hands a device on when it is empty again, and not before", async () => {
    const machine = machineOf(1);
    const broker = await open(machine);
    const first = await broker.lease(never);
    machine.use(0, 900);
    await new Promise((resolve) => setTimeout(resolve, 200));
    first.release();
    let granted = false;
    const second = broker.lease(never).then((lease) => ((granted = true), lease));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(granted).toBe(false);
    machine.use(0, 4);
    await second;
  });

  it("hands a device on after a reading that is younger than its last experiment", async () => {
    const machine = machineOf(1);
    const broker = await open(machine);
    const first = await broker.lease(never);
    machine.set({ hang: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    first.release();
    let granted = false;
    const second = broker.lease(never).then((lease) => ((granted = true), lease));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(granted).toBe(false);
    machine.set({ hang: false });
    await second;
  });

  it("fails where somebody else fills the device for good, and gives it back", async () => {
    const machine = machineOf(1);
    const broker = await open(machine, LIMITS, { settleMs: 3_000 });
    (await broker.lease(never)).release();
    machine.use(0, 900);
    // On a busy machine it takes a while until the watcher has heard of it.
    const refused = async (): Promise<Error | undefined> =>
      broker.lease(never).then(
        (lease) => void lease.release(),
        (error: Error) => error,
      );
    let error = await refused();
    for (let tries = 0; error === undefined && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      error = await refused();
    }
    if (error === undefined) throw new Error("a full device was leased again and again");
    expect(error).toMatchObject({ code: "PAWL_SANDBOX_FAILED" });
    expect(error.message).toContain("896 MiB more");
    machine.use(0, 4);
    await expect(broker.lease(never)).resolves.toBeDefined();
  });
});

describe("the watch", () => {
  it("ends an experiment that holds more than its memory, and not its neighbour", async () => {
    const machine = machineOf(2);
    const broker = await open(machine);
    const neighbour = await broker.lease(never);
    const breaches: GpuBreach[] = [];
    neighbour.watch((breach) => breaches.push(breach));
    machine.use(0, 900);
    const breach = await breachOf(broker, () => machine.use(1, 1_005));
    expect(breach).toMatchObject({ kind: "memory", reason: "held 1001 MiB on GPU 1, allowed are 1000" });
    expect(breaches).toEqual([]);
    expect(broker.attested).toEqual({ limit: "gpu", value: "1 × 1000 MiB, 600 s", by: "nvidia-smi-watch" });
  });

  it("lets the limit itself pass", async () => {
    const machine = machineOf(1);
    const broker = await open(machine);
    const lease = await broker.lease(never);
    const breaches: GpuBreach[] = [];
    lease.watch((breach) => breaches.push(breach));
    machine.use(0, 1_004);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(breaches).toEqual([]);
  });

  it("ends an experiment that used up its seconds, counted over all of its devices", async () => {
    const broker = await open(machineOf(2), { count: 2, memoryMb: 1_000, seconds: 4 });
    const lease = await broker.lease(never);
    expect(lease.usage()).toEqual({ gpuSeconds: 0 });
    const breach = await new Promise<GpuBreach>((resolve) => lease.watch(resolve));
    expect(breach).toEqual({ kind: "seconds", reason: "used up 4 s of GPU time" });
    lease.release();
    const { gpuSeconds } = lease.usage();
    // Timers may fire a millisecond early by the finer clock.
    expect(gpuSeconds).toBeGreaterThan(3.99);
    // Two devices, so about two seconds on the clock; the bound leaves a busy machine as long again.
    expect(gpuSeconds).toBeLessThan(7.5);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lease.usage()).toEqual({ gpuSeconds });
  });

  it("says nothing after the release", async () => {
    const machine = machineOf(1);
    const broker = await open(machine, { ...LIMITS, seconds: 0.2 });
    const lease = await broker.lease(never);
    const breaches: GpuBreach[] = [];
    lease.watch((breach) => breaches.push(breach));
    lease.release();
    machine.use(0, 70_000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(breaches).toEqual([]);
  });

  it.each([
    ["ends", { exit: 1 }, "Driver/library version mismatch"],
    ["hangs", { hang: true }, "no longer says"],
    ["talks nonsense without end", { say: "x".repeat(40_000), hang: false }, "nobody watches"],
  ])("ends the experiment when nvidia-smi %s", async (_, change, reason) => {
    const machine = machineOf(1);
    const broker = await open(machine, LIMITS, { staleMs: 600 });
    if ("say" in change) for (const gpu of machine.state.gpus) gpu.gone = true;
    const breach = await breachOf(broker, () => machine.set(change));
    expect(breach.kind).toBe("watcher");
    expect(breach.reason).toContain(reason);
  });

  it.each([
    ["is killed", (pid: number) => process.kill(pid, "SIGKILL"), "SIGKILL"],
    ["is stopped", (pid: number) => process.kill(pid, "SIGSTOP"), "no longer says"],
  ])("ends the experiment when nvidia-smi %s, and watches the next one anew", async (_, kill, reason) => {
    const broker = await open(machineOf(1), LIMITS, { staleMs: 600 });
    const { watcherPid } = broker as unknown as { watcherPid: number };
    const breach = await breachOf(broker, () => kill(watcherPid));
    expect(breach.kind).toBe("watcher");
    expect(breach.reason).toContain(reason);
    const lease = await broker.lease(never);
    expect(lease.ids).toHaveLength(1);
    expect(() => process.kill(watcherPid, 0)).toThrow("ESRCH");
  });

  it.each([
    ["falls off the bus", true, 4],
    ["cannot be read", false, "[Unknown Error]"],
  ] as const)("ends the experiment when its device %s", async (_, gone, used) => {
    const machine = machineOf(2);
    const broker = await open(machine, LIMITS, { staleMs: 600 });
    const breach = await breachOf(broker, () => {
      Object.assign(machine.state.gpus[0] ?? {}, { gone, used });
      machine.write();
    });
    expect(breach.kind).toBe("watcher");
  });

  it("does not lease while nobody can watch", async () => {
    const machine = machineOf(1);
    const broker = await open(machine, LIMITS, { staleMs: 600, settleMs: 800 });
    machine.set({ exit: 3 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const error = await refusalOf(broker.lease(never));
    expect(error).toMatchObject({ code: "PAWL_SANDBOX_FAILED" });
    expect(error.message).toContain("cannot be watched");
    expect(error.details.join()).toContain("version mismatch");
  });

  it("skips lines that are no readings", async () => {
    const machine = machineOf(1);
    machine.set({ say: "\n, ,\nGPU-1, many\nwarning: infoROM is corrupted\nGPU-zz, 99999\n" });
    const broker = await open(machine);
    const lease = await broker.lease(never);
    const breaches: GpuBreach[] = [];
    lease.watch((breach) => breaches.push(breach));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(breaches).toEqual([]);
  });

  it("ends with the broker, which leaves no process", async () => {
    const broker = await open(machineOf(1));
    const { watcherPid } = broker as unknown as { watcherPid: number };
    const lease = await broker.lease(never);
    const waiting = broker.lease(never);
    const breach = new Promise<GpuBreach>((resolve) => lease.watch(resolve));
    await Promise.all([broker.close(), expect(waiting).rejects.toThrow("closed")]);
    expect((await breach).kind).toBe("watcher");
    expect(() => process.kill(watcherPid, 0)).toThrow("ESRCH");
    await expect(broker.lease(never)).rejects.toThrow("closed");
  });
});

describe("MIG", () => {
  const instance = "MIG-5c1f7b1e-0000-5000-8000-000000000001";
  const divided = (name: string, used: number | string = "[N/A]"): ScriptedMachine => {
    const machine = machineOf(2);
    Object.assign(machine.state.gpus[0] ?? {}, { used, mig: [{ name, uuid: instance }] });
    machine.write();
    return machine;
  };

  it.each([instance, "0:0"])("gives an instance by %s, capped by its partition", async (id) => {
    const broker = await open(divided("1g.10gb"), { ids: [id], memoryMb: 10_240, seconds: 600 });
    const lease = await broker.lease(never);
    expect(lease.request.DeviceIDs).toEqual([instance]);
    expect(broker.attested.by).toBe("nvidia-smi-watch+mig-partition");
  });

  it.each([
    ["below its partition", "1g.10gb", { ids: [instance] }, 8_000, "below its partition"],
    ["that shares its memory", "1c.3g.40gb", { ids: [instance] }, 81_920, "cannot be capped"],
    ["of an unknown shape", "huge", { ids: [instance] }, 81_920, "cannot be capped"],
    ["as a whole GPU", "1g.10gb", { ids: ["0"] }, 81_920, "divided by MIG"],
    ["by count", "1g.10gb", { count: 2 }, 81_920, "only 1 GPU"],
  ])("refuses an instance %s", async (_, name, asked, memoryMb, message) => {
    const error = await refusalOf(open(divided(name), { ...asked, memoryMb, seconds: 600 }));
    expect(error.code).toBe("PAWL_SANDBOX_UNENFORCEABLE");
    expect(error.message).toContain(message);
  });

  it("is not charged for its neighbours on the same GPU, and watched through it", async () => {
    const machine = divided("1g.10gb", 70_000);
    const broker = await open(machine, { ids: [instance], memoryMb: 10_240, seconds: 600 }, { staleMs: 600 });
    machine.use(0, 80_000);
    const breach = await breachOf(broker, () => {
      Object.assign(machine.state.gpus[0] ?? {}, { gone: true });
      machine.write();
    });
    expect(breach.kind).toBe("watcher");
  });
});

const listed = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8" });
const hasGpu = listed.status === 0 && /^GPU \d/m.test(listed.stdout);
if (!hasGpu) process.stderr.write("SKIPPED: the test on a real GPU, because nvidia-smi lists none on this machine\n");

describe.skipIf(!hasGpu)("a real GPU", () => {
  it("is leased, read, counted and given back", async () => {
    const broker = await openGpus({ count: 1, memoryMb: 512, seconds: 2 }, { concurrency: 1 });
    if (broker === null) throw new Error("no broker");
    brokers.push(broker);
    const lease = await broker.lease(never);
    expect(listed.stdout).toContain(lease.ids[0]);
    const breach = await new Promise<GpuBreach>((resolve) => lease.watch(resolve));
    // Two seconds of readings have come and gone: the device is idle, the clock is what ends it.
    expect(breach.kind).toBe("seconds");
    expect(lease.usage().gpuSeconds).toBeGreaterThan(1.9);
    lease.release();
    (await broker.lease(never)).release();
  });
});
