import type { Check } from "@pawl/plugin";
import { setTimeout as delay } from "node:timers/promises";
import { Broker } from "./broker.ts";
import { claim, type Claim } from "./claim.ts";
import { type Device, busyGpus, listDevices } from "./devices.ts";
import { type Selection, refusal, selectDevices } from "./select.ts";
import type { GpuBroker, GpuLimits, GpuOptions } from "./types.ts";

export type * from "./types.ts";

/** How long a device may still be in use at the start: what a crashed run left there is only just being removed. */
const IDLE_MS = 5_000;

/**
 * Finds and claims the devices that the limits ask for, and starts to watch them. `null` where none are asked for.
 *
 * Devices are those of this machine: with a daemon elsewhere nobody could watch them, so the caller must refuse that.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where the devices are not there, busy, or cannot be watched
 */
export async function openGpus(gpu: GpuLimits | undefined, options: GpuOptions): Promise<GpuBroker | null> {
  if (gpu === undefined) return null;
  const { nvidiaSmi = "nvidia-smi", concurrency, intervalMs = 200, staleMs = 5_000, settleMs } = options;
  // The claims below are names that only this kernel has.
  if (process.platform !== "linux") throw refusal("GPUs can be given to experiments on Linux alone");
  const selection = await select(nvidiaSmi, gpu);
  const { each } = selection;
  const idle = await waitForIdle(nvidiaSmi, selection, Math.min(IDLE_MS, settleMs ?? IDLE_MS));
  const claimed = await claimAll(idle, each, gpu.ids === undefined ? each * concurrency : each);
  const { devices, claims } = claimed;
  const broker = new Broker({
    limits: gpu,
    devices,
    claims,
    each,
    nvidiaSmi,
    intervalMs,
    staleMs,
    ...(settleMs === undefined ? {} : { settleMs }),
  });
  try {
    await broker.start();
  } catch (error) {
    await broker.close();
    throw refusal(`the GPUs cannot be watched: ${(error as Error).message}`, (error as { details?: string[] }).details);
  }
  return broker;
}

/** What `pawl doctor` says about GPUs: nothing where none are asked for. Throws nothing, claims nothing. */
export async function checkGpus(gpu: GpuLimits | undefined, nvidiaSmi = "nvidia-smi"): Promise<readonly Check[]> {
  if (gpu === undefined) return [];
  try {
    const { candidates, each } = await select(nvidiaSmi, gpu);
    const names = (await idleDevices(nvidiaSmi, { candidates, each }))
      .map(({ index, name }) => `${index}: ${name}`)
      .join(", ");
    return [{ name: "limits.gpu", ok: true, detail: `${names}; ${each} for each experiment` }];
  } catch (error) {
    const {
      message,
      remedy,
      details = [],
    } = error as { message: string; remedy?: string; details?: readonly string[] };
    const detail = [message, ...details].join("; ");
    return [{ name: "limits.gpu", ok: false, detail, ...(remedy === undefined ? {} : { remedy }) }];
  }
}

async function select(nvidiaSmi: string, gpu: GpuLimits): Promise<Selection> {
  const listing = await listDevices(nvidiaSmi);
  if ("why" in listing) throw refusal("limits.gpu is set and this machine's GPUs cannot be listed", [listing.why]);
  return selectDevices(listing.devices, gpu);
}

async function waitForIdle(nvidiaSmi: string, selection: Selection, ms: number): Promise<readonly Device[]> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      return await idleDevices(nvidiaSmi, selection);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(500);
    }
  }
}

/**
 * Devices on which nobody computes: an experiment is charged for everything that is on its GPU.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where they are too few
 */
async function idleDevices(nvidiaSmi: string, { candidates, each }: Selection): Promise<readonly Device[]> {
  const answer = await busyGpus(nvidiaSmi);
  if ("why" in answer) throw refusal("it cannot be said which GPUs are in use", [answer.why]);
  const isBusy = ({ uuid }: Device): boolean => answer.busy.has(uuid);
  const idle = candidates.filter((device) => !isBusy(device));
  if (idle.length >= each) return idle;
  const busy = candidates
    .filter(isBusy)
    .map(({ index, uuid }) => `GPU ${index} (${uuid}) is in use by another program`);
  throw refusal(`limits.gpu needs ${each} idle GPU${each === 1 ? "" : "s"}, and ${idle.length} can be had`, busy);
}

async function claimAll(
  candidates: readonly Device[],
  least: number,
  most: number,
): Promise<{ readonly devices: readonly Device[]; readonly claims: readonly Claim[] }> {
  const devices: Device[] = [];
  const claims: Claim[] = [];
  for (const device of candidates) {
    if (claims.length === most) break;
    const taken = await claim(device.uuid);
    if (taken === null) continue;
    devices.push(device);
    claims.push(taken);
  }
  if (claims.length >= least) return { devices, claims };
  await Promise.all(claims.map((taken) => taken.release()));
  throw refusal(`limits.gpu needs ${least} GPU${least === 1 ? "" : "s"} and another engine on this machine has them`, [
    `${claims.length} of ${candidates.length} were free`,
  ]);
}
