import type { AttestedLimit, Limits } from "@pawl/plugin";

/** What `limits.gpu` asks for. */
export type GpuLimits = NonNullable<Limits["gpu"]>;

/** One entry of `HostConfig.DeviceRequests`, as the daemon's API spells it. */
export interface DeviceRequest {
  readonly Driver: "nvidia";
  /** UUIDs, of whole devices or of MIG instances: unlike indices they mean the same everywhere. */
  readonly DeviceIDs: string[];
  readonly Capabilities: string[][];
}

/**
 * Why an experiment must be killed.
 * - `memory`: a device held more than `memoryMb`. The outcome is `out-of-memory`.
 * - `seconds`: the device time is used up. The outcome is `timeout`.
 * - `watcher`: nobody watches any more (nvidia-smi ended, hangs, or does not know the device). Not the candidate's
 *   fault: the execution ends with `PAWL_SANDBOX_FAILED`.
 */
export interface GpuBreach {
  readonly kind: "memory" | "seconds" | "watcher";
  /** One sentence. */
  readonly reason: string;
}

/** Devices that belong to one experiment until it gives them back. */
export interface GpuLease {
  /** UUIDs of the devices. */
  readonly ids: readonly string[];
  /** Goes into `HostConfig.DeviceRequests`. */
  readonly request: DeviceRequest;
  /**
   * Starts the clock and the watch; call it right before the container starts. `onBreach` is called at most once, never
   * from within this call, and not after `release`.
   */
  watch(onBreach: (breach: GpuBreach) => void): void;
  /** Device time since `watch`, in seconds, summed over the devices; stands still after `release`. */
  usage(): { readonly gpuSeconds: number };
  /** Gives the devices back; call it when the container is gone. Twice is once. */
  release(): void;
}

/** The devices of this engine: which experiment has which, and what it does with them. */
export interface GpuBroker {
  /** What is enforced, for `Execution.limits`. */
  readonly attested: AttestedLimit;
  /**
   * Waits for free devices, in the order of the calls, and for a fresh reading of each.
   * @throws PawlError `PAWL_SANDBOX_FAILED` where nvidia-smi no longer answers; the signal's reason when it aborts
   */
  lease(signal: AbortSignal): Promise<GpuLease>;
  /** Ends the watcher, gives back the devices. Breaches every lease that is still watched. */
  close(): Promise<void>;
}

export interface GpuOptions {
  /** Experiments that may be under way at once: no more devices than they need are claimed. */
  readonly concurrency: number;
  /** The program to ask. Default `nvidia-smi`, from the PATH. */
  readonly nvidiaSmi?: string;
  /** Time between two readings, in milliseconds. Default 200. */
  readonly intervalMs?: number;
  /** A device that was not read for so long is not watched any more, in milliseconds. Default 5000. */
  readonly staleMs?: number;
  /** How long a device may take to be empty again after an experiment, in milliseconds. Default 20000. */
  readonly settleMs?: number;
}
