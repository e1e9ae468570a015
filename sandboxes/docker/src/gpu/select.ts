import { PawlError } from "@pawl/plugin";
import type { Device } from "./devices.ts";
import type { GpuLimits } from "./types.ts";

/** Devices that an experiment may get, and how many of them it gets. */
export interface Selection {
  readonly candidates: readonly Device[];
  readonly each: number;
}

/**
 * Picks from this machine's devices those that the limits ask for.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where they are not there or their memory cannot be capped
 */
export function selectDevices(devices: readonly Device[], limits: GpuLimits): Selection {
  if (limits.ids === undefined) return selectByCount(devices, limits.count ?? 1);
  const chosen = new Map<string, Device>();
  for (const id of limits.ids) {
    const device = devices.find(({ uuid, index }) => index === id || uuid.toLowerCase() === id.toLowerCase());
    if (device === undefined) throw refusal(`there is no GPU ${id} on this machine`, describe(devices));
    if (chosen.has(device.uuid)) throw refusal(`GPU ${id} is named twice`);
    assertWhole(device, devices);
    assertPartition(device, limits.memoryMb);
    chosen.set(device.uuid, device);
  }
  return { candidates: [...chosen.values()], each: chosen.size };
}

function selectByCount(devices: readonly Device[], count: number): Selection {
  const candidates = devices.filter((device) => device.mig === undefined && !isDivided(device, devices));
  if (candidates.length >= count) return { candidates, each: count };
  const found =
    candidates.length === 0 ? "no GPU" : `only ${candidates.length} GPU${candidates.length === 1 ? "" : "s"}`;
  throw refusal(`limits.gpu asks for ${count} and this machine has ${found}`, [
    ...describe(devices),
    ...(devices.some(({ mig }) => mig !== undefined) ? ["GPUs that are divided by MIG are given by `ids` alone"] : []),
  ]);
}

function isDivided(device: Device, devices: readonly Device[]): boolean {
  return devices.some(({ gpu, mig }) => mig !== undefined && gpu === device.uuid);
}

function assertWhole(device: Device, devices: readonly Device[]): void {
  if (device.mig !== undefined || !isDivided(device, devices)) return;
  throw refusal(`GPU ${device.index} is divided by MIG and cannot be given as a whole`, describe(devices));
}

/** The partition is what caps the memory of a MIG instance: nvidia-smi's query has no reading of a single one. */
function assertPartition({ mig, index, name }: Device, memoryMb: number): void {
  if (mig === undefined) return;
  if (mig.memoryMb === undefined || mig.shared) {
    throw refusal(`the memory of ${name} (${index}) cannot be capped: it shares that of its GPU instance`);
  }
  if (mig.memoryMb <= memoryMb) return;
  throw refusal(`the memory of ${name} (${index}) cannot be capped below its partition`, [
    `limits.gpu.memoryMb is ${memoryMb} and the partition has up to ${mig.memoryMb} MiB`,
  ]);
}

function describe(devices: readonly Device[]): string[] {
  if (devices.length === 0) return ["nvidia-smi lists no device"];
  return devices.map(({ index, name, uuid }) => `${index}: ${name} (${uuid})`);
}

const USUAL_REMEDY = "Ask for devices that `nvidia-smi -L` lists and that nobody else uses, or drop limits.gpu.";

/** A refusal to start: the devices that were asked for cannot be had, or not with the limits that were asked for. */
export function refusal(message: string, details: readonly string[] = [], remedy = USUAL_REMEDY): PawlError {
  return new PawlError("PAWL_SANDBOX_UNENFORCEABLE", message, {
    path: "limits.gpu",
    remedy,
    details,
  });
}
