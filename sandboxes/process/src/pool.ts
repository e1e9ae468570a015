import { PawlError } from "@pawl/plugin";
import type { Child } from "./child.ts";

/** Children that may fail to start in a row, as on a machine out of memory, before that is an error. */
const ATTEMPTS = 3;

export interface PoolOptions {
  /** Children that are kept alive, at work or not. */
  readonly size: number;
  /** Starts a child that may use so many bytes beyond its base. */
  start(allowance: number): Promise<Child>;
}

interface Waiter {
  readonly take: (child: Child) => void;
  readonly fail: (error: unknown) => void;
}

/** Warm children. One that is gone is replaced in the background, before anybody asks for it. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: Child[] = [];
  readonly #all = new Set<Child>();
  readonly #starting = new Set<Promise<void>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Waiter[] = [];
  #allowance: number;
  #failures = 0;
  #closed = false;

  constructor(options: PoolOptions, allowance: number) {
    this.#options = options;
    this.#allowance = allowance;
  }

  /** Starts the missing children without waiting for them. */
  fill(): void {
    while (!this.#closed && this.#all.size + this.#starting.size < this.#options.size) this.#start();
  }

  /**
   * Takes an idle child, or the next one that becomes idle.
   * @throws whatever kept a child from starting
   */
  async acquire(allowance: number): Promise<Child> {
    this.#allowance = allowance;
    for (;;) {
      const child = this.#idle.shift() ?? (await this.#wait());
      if (!child.ended && child.slot.resize(allowance)) return child;
      this.release(child, false);
    }
  }

  /** Gives a child back, to be used again or to be replaced. */
  release(child: Child, reusable: boolean): void {
    if (reusable && !child.ended && !this.#closed) {
      this.#offer(child);
      return;
    }
    this.#all.delete(child);
    const ending = child.end();
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending)).catch(() => undefined);
    this.fill();
  }

  /** Ends every child and waits until all are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new PawlError("PAWL_SANDBOX_FAILED", "the sandbox was closed");
    for (const waiter of this.#waiting.splice(0)) waiter.fail(closed);
    await Promise.allSettled(this.#starting);
    for (const child of this.#all) this.release(child, false);
    this.#idle.length = 0;
    await Promise.all(this.#ending);
  }

  #wait(): Promise<Child> {
    if (this.#closed) return Promise.reject(new PawlError("PAWL_SANDBOX_FAILED", "the sandbox was closed"));
    return new Promise((take, fail) => {
      this.#waiting.push({ take, fail });
      this.fill();
    });
  }

  #offer(child: Child): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#idle.push(child);
    else waiter.take(child);
  }

  #start(): void {
    const starting = this.#startOne().finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
  }

  async #startOne(): Promise<void> {
    try {
      const child = await this.#options.start(this.#allowance);
      this.#failures = 0;
      this.#all.add(child);
      this.#offer(child);
    } catch (error) {
      this.#failures += 1;
      const hopeless = error instanceof PawlError && error.code === "PAWL_SANDBOX_UNENFORCEABLE";
      if (this.#failures < ATTEMPTS && !hopeless) {
        if (this.#waiting.length > 0) this.#start();
        return;
      }
      // Not tried again until somebody asks: whoever waits now is told.
      this.#failures = 0;
      for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    }
  }
}
