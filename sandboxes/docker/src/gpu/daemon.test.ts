import { PawlError } from "@pawl/plugin";
import { afterEach, expect, it } from "vitest";
import { createOptions } from "../container/spec.ts";
import { describeDocker, nothingLeft } from "../test/daemon.ts";
import { openSandbox } from "../test/sandbox.ts";
import { openGpus } from "./gpu.ts";
import { ScriptedMachine } from "./test/machine.ts";

const machines: ScriptedMachine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});
function machineOf(gpus: number): ScriptedMachine {
  const machine = new ScriptedMachine(gpus);
  machines.push(machine);
  return machine;
}
const gpu = { count: 2, memoryMb: 1_000, seconds: 600 };

it("asks the daemon for the leased devices, by UUID, and for nothing else of the host", async () => {
  const machine = machineOf(3);
  const broker = await openGpus(gpu, { concurrency: 1, nvidiaSmi: machine.nvidiaSmi });
  if (broker === null) throw new Error("no broker");
  try {
    const lease = await broker.lease(new AbortController().signal);
    const spec = { image: "sha256:0", imageVolumes: [], argv: ["/bin/true"], env: {}, labels: {}, name: "x" };
    const limits = { memoryMb: 64, pids: 4, cpus: 1, cpuSeconds: 5 };
    const { HostConfig } = createOptions({ ...spec, ...limits, devices: lease.request });
    const request = {
      Driver: "nvidia",
      DeviceIDs: [machine.uuid(0), machine.uuid(1)],
      Capabilities: [["gpu"]],
    };
    expect(HostConfig?.DeviceRequests).toEqual([request]);
    expect(HostConfig?.Devices ?? []).toEqual([]);
    expect(HostConfig?.Privileged).toBe(false);
    expect(createOptions({ ...spec, ...limits }).HostConfig?.DeviceRequests ?? []).toEqual([]);
  } finally {
    await broker.close();
  }
});

describeDocker("with a daemon", () => {
  nothingLeft("gpu-none", "gpu-no-runtime");

  it("refuses at the start where there is no GPU", async () => {
    const opened = openSandbox("gpu-none", { nvidiaSmi: "/nonexistent/nvidia-smi" }, { gpu });
    await expect(opened).rejects.toMatchObject({ code: "PAWL_SANDBOX_UNENFORCEABLE", path: "limits.gpu" });
  });

  it("refuses at the start where there are GPUs and the daemon cannot give them to containers", async () => {
    const opened = openSandbox("gpu-no-runtime", { nvidiaSmi: machineOf(2).nvidiaSmi }, { gpu });
    const error = await opened.then(
      async (sandbox) => sandbox[Symbol.asyncDispose](),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PawlError);
    expect(error).toMatchObject({ code: "PAWL_SANDBOX_UNENFORCEABLE", path: "limits.gpu" });
    expect((error as PawlError).details.join()).toContain("nvidia");
  });
});
