import { Watcher, type Reading } from "./watcher.ts";

export interface ReadingsOptions {
  readonly nvidiaSmi: string;
  readonly intervalMs: number;
  /** A GPU that was not read for so long counts as not watched. */
  readonly staleMs: number;
  onReading(reading: Reading): void;
  /** The watcher process is gone. */
  onEnd(why: string): void;
}

interface State {
  at: number;
  usedMb: number;
  /** The least that was ever in use: what the GPU holds when none of ours is on it. */
  idleMb: number;
}

/** What is known of each GPU, by one nvidia-smi that is started anew when it is needed and gone. */
export class Readings {
  readonly #options: ReadingsOptions;
  readonly #states = new Map<string, State>();
  #watcher: Watcher | undefined;
  /** How the last watcher ended, until another one has read something. */
  lastEnd: string | undefined;

  constructor(options: ReadingsOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#watcher !== undefined;
  }

  get pid(): number | undefined {
    return this.#watcher?.pid;
  }

  start(): void {
    this.#watcher ??= new Watcher({
      ...this.#options,
      onReading: (reading) => this.#take(reading),
      onEnd: (why) => {
        this.#watcher = undefined;
        this.lastEnd = why;
        this.#options.onEnd(why);
      },
    });
  }

  async stop(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    await watcher?.stop();
  }

  /** Replaces a watcher that hangs. */
  restart(): void {
    this.lastEnd = "nvidia-smi did not answer any more";
    void this.stop();
    this.start();
  }

  /** Whether the GPU was read after that moment and lately. `whole` GPUs need a number, divided ones a line. */
  isFresh(gpu: string, whole: boolean, after = 0): boolean {
    const state = this.#states.get(gpu);
    if (state === undefined || (whole && Number.isNaN(state.usedMb))) return false;
    return state.at > after && performance.now() - state.at <= this.#options.staleMs;
  }

  /** Memory in use beyond what is in use when the GPU is idle, in mebibytes. */
  usedMb(gpu: string): number {
    const state = this.#states.get(gpu);
    return state === undefined ? 0 : state.usedMb - state.idleMb;
  }

  #take(reading: Reading): void {
    this.lastEnd = undefined;
    const usedMb = reading.usedMb ?? Number.NaN;
    const before = this.#states.get(reading.gpu)?.idleMb ?? Infinity;
    const idleMb = Number.isNaN(usedMb) ? before : Math.min(before, usedMb);
    this.#states.set(reading.gpu, { at: performance.now(), usedMb, idleMb });
    this.#options.onReading(reading);
  }
}
