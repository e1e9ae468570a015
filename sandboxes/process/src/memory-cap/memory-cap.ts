/** How a cap on the memory of a child process is enforced. */
export const MECHANISMS = ["cgroup-v2", "cgroup-v1", "rlimit"] as const;
export type Mechanism = (typeof MECHANISMS)[number];

/** The kernel's cap on one child. */
export interface CapSlot {
  /** What to put in front of the command that starts the child. */
  readonly launcher: readonly string[];
  /** Called with the new process before it has read anything. */
  adopt(pid: number): void;
  /**
   * Called when the child is ready: from now on it may use `bytes` beyond what it uses already.
   * @throws Error where the kernel does not confirm the cap.
   */
  settle(pid: number, bytes: number): void;
  /** Gives the child another allowance. False where that needs a new child. */
  resize(bytes: number): boolean;
  /** Whether the kernel refused memory or killed the child for it. */
  exceeded(): boolean;
  /** Starts a new measurement of the peak. */
  resetPeak(): void;
  /** Bytes beyond the child's own, at the most since `resetPeak`; undefined where the kernel does not say. */
  peakBytes(): number | undefined;
  /** Removes whatever was made. The process is gone by then. */
  remove(): Promise<void>;
}

/** A mechanism that works on this machine. */
export interface MemoryCap {
  readonly mechanism: Mechanism;
  /** What `attest` calls it. */
  readonly by: string;
  /** One line for `pawl doctor`. */
  readonly detail: string;
  /** Prepares a cap for a child that may use `bytes` beyond its own base. */
  open(bytes: number): Promise<CapSlot>;
}

/** A mechanism, or why there is none. */
export type CapProbe = { readonly cap: MemoryCap } | { readonly why: string };
