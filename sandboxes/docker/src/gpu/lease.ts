import type { Device } from "./devices.ts";
import type { DeviceRequest, GpuBreach, GpuLease, GpuLimits } from "./types.ts";

/** The longest that a timer of Node can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a lease tells the table that it came from. */
export interface LeaseEvents {
  onWatch(lease: Lease): void;
  onRelease(lease: Lease): void;
}

/** Devices of one experiment, with its clock. */
export class Lease implements GpuLease {
  readonly devices: readonly Device[];
  readonly #limits: GpuLimits;
  readonly #events: LeaseEvents;
  #onBreach: ((breach: GpuBreach) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #start: number | undefined;
  #end: number | undefined;

  constructor(devices: readonly Device[], limits: GpuLimits, events: LeaseEvents) {
    this.devices = devices;
    this.#limits = limits;
    this.#events = events;
  }

  get ids(): readonly string[] {
    return this.devices.map(({ uuid }) => uuid);
  }

  get request(): DeviceRequest {
    return { Driver: "nvidia", DeviceIDs: [...this.ids], Capabilities: [["gpu"]] };
  }

  watch(onBreach: (breach: GpuBreach) => void): void {
    if (this.#start !== undefined || this.#end !== undefined) return;
    this.#onBreach = onBreach;
    this.#start = performance.now();
    const ms = (this.#limits.seconds * 1000) / this.devices.length;
    this.#timer = setTimeout(
      () => this.breach({ kind: "seconds", reason: `used up ${this.#limits.seconds} s of GPU time` }),
      Math.min(ms, MAX_TIMER_MS),
    );
    this.#events.onWatch(this);
  }

  /** What the whole GPU holds, beyond what it holds when idle. */
  onMemory(device: Device, usedMb: number): void {
    if (device.mig !== undefined || usedMb <= this.#limits.memoryMb) return;
    const reason = `held ${Math.ceil(usedMb)} MiB on GPU ${device.index}, allowed are ${this.#limits.memoryMb}`;
    this.breach({ kind: "memory", reason });
  }

  /** Tells the experiment's owner to kill it; the first breach counts. */
  breach(breach: GpuBreach): void {
    const tell = this.#onBreach;
    this.#onBreach = undefined;
    clearTimeout(this.#timer);
    tell?.(breach);
  }

  usage(): { readonly gpuSeconds: number } {
    if (this.#start === undefined) return { gpuSeconds: 0 };
    return { gpuSeconds: (((this.#end ?? performance.now()) - this.#start) / 1000) * this.devices.length };
  }

  release(): void {
    if (this.#end !== undefined) return;
    this.#end = performance.now();
    this.#onBreach = undefined;
    clearTimeout(this.#timer);
    this.#events.onRelease(this);
  }
}
