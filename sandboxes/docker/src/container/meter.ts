import type { Usage } from "@pawl/plugin";
import type { Container } from "./container.ts";
import type { Measured } from "./usage.ts";

/** How often a daemon is asked where CPU time is limited, and where it is not, in milliseconds. */
const LIMITED_MS = 100;
const UNLIMITED_MS = 1_000;
/** How often the kernel is looked at, which costs next to nothing, in milliseconds. */
const KERNEL_MS = 100;

/** Measures a container from outside while a job runs in it. */
export class Meter {
  readonly #container: Container;
  #latest: Measured | undefined;
  #peakMb = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(container: Container) {
    this.#container = container;
  }

  /** Looks again and again. `onCpu` is called when more than `cpuMs` are used. */
  start(cpuMs: number | undefined, onCpu: () => void): void {
    const pause = this.#container.metering === "kernel" ? KERNEL_MS : cpuMs === undefined ? UNLIMITED_MS : LIMITED_MS;
    const look = async (): Promise<void> => {
      await this.measure();
      if (this.#stopped) return;
      if (cpuMs !== undefined && this.cpuMs > cpuMs) onCpu();
      this.#timer = setTimeout(() => void look(), pause);
    };
    this.#timer = setTimeout(() => void look(), pause);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async measure(): Promise<void> {
    const measured = await this.#container.usage();
    if (measured === undefined) return;
    this.#latest = measured;
    this.#peakMb = Math.max(this.#peakMb, measured.memoryMb);
  }

  get cpuMs(): number {
    return Math.max(0, (this.#latest?.cpuMs ?? 0) - this.#container.idleCpuMs);
  }

  /** What was seen. Fields that were never measured, because the container ended too soon, are absent. */
  usage(wallMs: number, outputBytes: number): Usage {
    if (this.#latest === undefined) return { wallMs, outputBytes };
    const { readBytes, writtenBytes } = this.#latest;
    return {
      wallMs,
      cpuMs: this.cpuMs,
      peakMemoryMb: this.#peakMb,
      outputBytes,
      ...(readBytes === undefined ? {} : { blockReadBytes: readBytes }),
      ...(writtenBytes === undefined ? {} : { blockWrittenBytes: writtenBytes }),
    };
  }
}
