import { setTimeout as delay } from "node:timers/promises";
import { type AttestedLimit, PawlError } from "@pawl/plugin";
import type { Claim } from "./claim.ts";
import type { Device } from "./devices.ts";
import type { GpuBroker, GpuLease, GpuLimits } from "./types.ts";
import { Lease, type LeaseEvents } from "./lease.ts";
import { Readings } from "./readings.ts";

/** How long a device may take to be read again and to be empty again after its last experiment. */
const SETTLE_MS = 20_000;
/** What drivers keep or free late on an idle GPU, in mebibytes. */
const SETTLED_MB = 256;

export interface BrokerOptions {
  readonly limits: GpuLimits;
  /** Devices that this engine has claimed. */
  readonly devices: readonly Device[];
  readonly claims: readonly Claim[];
  /** How many each experiment gets. */
  readonly each: number;
  readonly nvidiaSmi: string;
  readonly intervalMs: number;
  readonly staleMs: number;
  readonly settleMs?: number;
}

interface Waiter {
  readonly take: (devices: readonly Device[]) => void;
  readonly fail: (error: unknown) => void;
}

/** The lease table and the watch over it. */
export class Broker implements GpuBroker, LeaseEvents {
  readonly attested: AttestedLimit;
  readonly #options: BrokerOptions;
  readonly #readings: Readings;
  readonly #free: Device[];
  readonly #waiting: Waiter[] = [];
  readonly #watched = new Set<Lease>();
  /** When each GPU was given back: older readings say nothing about it. */
  readonly #releasedAt = new Map<string, number>();
  readonly #staleness: NodeJS.Timeout;
  #closed = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#free = [...options.devices];
    const { each, limits, devices, nvidiaSmi, intervalMs, staleMs } = options;
    const value = `${each} × ${limits.memoryMb} MiB, ${limits.seconds} s`;
    const whole = devices.every(({ mig }) => mig === undefined);
    this.attested = { limit: "gpu", value, by: whole ? "nvidia-smi-watch" : "nvidia-smi-watch+mig-partition" };
    this.#readings = new Readings({
      nvidiaSmi,
      intervalMs,
      staleMs,
      onReading: ({ gpu }) => this.#checkMemory(gpu),
      onEnd: (why) => this.#breachAll(why),
    });
    this.#staleness = setInterval(() => this.#checkStaleness(), staleMs / 4).unref();
  }

  /** The process that watches, while there is one. */
  get watcherPid(): number | undefined {
    return this.#readings.pid;
  }

  /**
   * Starts to watch and waits until every device has been read once.
   * @throws PawlError `PAWL_SANDBOX_FAILED` where nvidia-smi does not say what the devices hold
   */
  async start(): Promise<void> {
    await this.#settle(this.#options.devices, AbortSignal.timeout(2 * SETTLE_MS));
  }

  async lease(signal: AbortSignal): Promise<GpuLease> {
    signal.throwIfAborted();
    if (this.#closed) throw closed();
    const devices = await this.#take(signal);
    try {
      await this.#settle(devices, signal);
    } catch (error) {
      this.#giveBack(devices);
      throw error;
    }
    return new Lease(devices, this.#options.limits, this);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#staleness);
    for (const { fail } of this.#waiting.splice(0)) fail(closed());
    this.#breachAll("the sandbox was closed");
    await this.#readings.stop();
    await Promise.all(this.#options.claims.map((claim) => claim.release()));
  }

  onWatch(lease: Lease): void {
    this.#watched.add(lease);
    // Not from within the caller's own call.
    if (!this.#readings.running) setImmediate(() => this.#breachAll(this.#readings.lastEnd ?? "nvidia-smi ended"));
  }

  onRelease(lease: Lease): void {
    this.#watched.delete(lease);
    this.#giveBack(lease.devices);
  }

  async #take(signal: AbortSignal): Promise<readonly Device[]> {
    const { each } = this.#options;
    if (this.#waiting.length === 0 && this.#free.length >= each) return this.#free.splice(0, each);
    const { promise, resolve, reject } = Promise.withResolvers<readonly Device[]>();
    const waiter: Waiter = { take: resolve, fail: reject };
    const abort = (): void => {
      const place = this.#waiting.indexOf(waiter);
      // Out of the queue already: the devices are on their way and whoever gets them sees the abort.
      if (place === -1) return;
      this.#waiting.splice(place, 1);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.push(waiter);
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #giveBack(devices: readonly Device[]): void {
    for (const { gpu } of devices) this.#releasedAt.set(gpu, performance.now());
    this.#free.push(...devices);
    const { each } = this.#options;
    while (this.#free.length >= each) {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) return;
      waiter.take(this.#free.splice(0, each));
    }
  }

  /** Waits until each device has been read since its last experiment, and is empty. */
  async #settle(devices: readonly Device[], signal: AbortSignal): Promise<void> {
    const { intervalMs, settleMs = SETTLE_MS } = this.#options;
    const deadline = performance.now() + settleMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.#closed) throw closed();
      this.#readings.start();
      const unsettled = devices.find((device) => !this.#isSettled(device));
      if (unsettled === undefined) return;
      if (performance.now() > deadline) throw this.#unsettled(unsettled);
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #isSettled({ gpu, mig }: Device): boolean {
    const whole = mig === undefined;
    if (!this.#readings.isFresh(gpu, whole, this.#releasedAt.get(gpu))) return false;
    return !whole || this.#readings.usedMb(gpu) <= SETTLED_MB;
  }

  #unsettled({ gpu, index, mig }: Device): PawlError {
    if (!this.#readings.isFresh(gpu, mig === undefined, this.#releasedAt.get(gpu))) {
      const why = this.#readings.lastEnd ?? "nvidia-smi runs and does not say what it holds";
      return new PawlError("PAWL_SANDBOX_FAILED", `GPU ${index} cannot be watched`, { details: [why] });
    }
    const used = Math.ceil(this.#readings.usedMb(gpu));
    return new PawlError("PAWL_SANDBOX_FAILED", `GPU ${index} is in use: ${used} MiB more than when it is idle`, {
      remedy: "End the programs that `nvidia-smi` lists for it.",
    });
  }

  #checkMemory(gpu: string): void {
    for (const lease of this.#watched) {
      for (const device of lease.devices) if (device.gpu === gpu) lease.onMemory(device, this.#readings.usedMb(gpu));
    }
  }

  #checkStaleness(): void {
    if (this.#staleLeases().length === 0) return;
    // An engine that was busy finds its timers first and what nvidia-smi wrote meanwhile after them.
    setImmediate(() => {
      const stale = this.#staleLeases();
      for (const lease of stale) {
        this.#watched.delete(lease);
        lease.breach({ kind: "watcher", reason: "nvidia-smi no longer says what its GPU holds" });
      }
      if (stale.length > 0) this.#readings.restart();
    });
  }

  #staleLeases(): readonly Lease[] {
    return [...this.#watched].filter(({ devices }) =>
      devices.some(({ gpu, mig }) => !this.#readings.isFresh(gpu, mig === undefined)),
    );
  }

  #breachAll(why: string): void {
    for (const lease of this.#watched) lease.breach({ kind: "watcher", reason: `nobody watches its GPU: ${why}` });
  }
}

function closed(): PawlError {
  return new PawlError("PAWL_SANDBOX_FAILED", "the sandbox was closed");
}
