import type { Container } from "./container/container.ts";

/** A kind of container that can be started before its job is known. */
export interface Profile {
  /** Two profiles with the same key are the same. */
  readonly key: string;
  launch(): Promise<Container>;
}

interface Shelf {
  readonly profile: Profile;
  readonly waiting: Promise<Container | undefined>[];
}

/** How many kinds of containers are kept warm; the longest unused is let go. */
const MAX_PROFILES = 3;

/** Started containers that wait for their one job. Taken ones are replaced in the background. */
export class Pool {
  readonly #warm: number;
  /** The longest unused first. */
  readonly #shelves = new Map<string, Shelf>();
  readonly #drop: (container: Container) => void;
  #closed = false;

  constructor(warm: number, drop: (container: Container) => void) {
    this.#warm = warm;
    this.#drop = drop;
  }

  /** A container that was started ahead, if there is one. */
  async take(profile: Profile): Promise<Container | undefined> {
    const shelf = this.#shelfOf(profile);
    for (let next = shelf.waiting.shift(); next !== undefined; next = shelf.waiting.shift()) {
      const container = await next;
      if (container !== undefined && !container.ended) return container;
      if (container !== undefined) this.#drop(container);
    }
    return undefined;
  }

  /** Starts what is missing of a profile, without waiting for it. */
  refill(profile: Profile): void {
    const shelf = this.#shelfOf(profile);
    while (!this.#closed && shelf.waiting.length < this.#warm) {
      // Whoever takes it starts one itself, and hears what is wrong.
      shelf.waiting.push(profile.launch().catch(() => undefined));
    }
  }

  /** Lets go of every waiting container. */
  async clear(): Promise<void> {
    const all = [...this.#shelves.values()].flatMap(({ waiting }) => waiting);
    this.#shelves.clear();
    for (const container of await Promise.all(all)) if (container !== undefined) this.#drop(container);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.clear();
  }

  #shelfOf(profile: Profile): Shelf {
    const shelf = this.#shelves.get(profile.key) ?? { profile, waiting: [] };
    this.#shelves.delete(profile.key);
    this.#shelves.set(profile.key, shelf);
    for (const [key, { waiting }] of this.#shelves) {
      if (this.#shelves.size <= MAX_PROFILES) break;
      this.#shelves.delete(key);
      for (const each of waiting) void each.then((container) => container && this.#drop(container));
    }
    return shelf;
  }
}
