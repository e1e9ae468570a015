import type { ExperimentRecord, History } from "@pawl/plugin";

/** How many finished experiments stay in memory; all of them are in the ledger. */
export const HISTORY_LENGTH = 10_000;

/** Finished experiments of the run, as plugins see them. */
export class RunHistory implements History {
  readonly #records: ExperimentRecord[] = [];
  readonly #kept: ExperimentRecord[] = [];
  #length = 0;
  #readOnly: History | undefined;

  static {
    Object.freeze(this.prototype);
  }

  get length(): number {
    return this.#length;
  }

  add(record: ExperimentRecord): void {
    this.#length += 1;
    this.#records.push(record);
    if (record.status === "kept") this.#kept.push(record);
    // Trimmed in large steps, so that a step costs nothing on average.
    if (this.#records.length > 2 * HISTORY_LENGTH) this.#records.splice(0, HISTORY_LENGTH);
  }

  recent(count: number): readonly ExperimentRecord[] {
    return count <= 0 ? [] : this.#records.slice(-Math.min(count, HISTORY_LENGTH));
  }

  kept(): readonly ExperimentRecord[] {
    return this.#kept;
  }

  /** The same for those who are not trusted: it can be read, and nothing can be done to it. */
  readOnly(): History {
    const length = (): number => this.#length;
    this.#readOnly ??= Object.freeze({
      get length() {
        return length();
      },
      recent: (count: number) => this.recent(count),
      kept: () => this.#kept.slice(),
    });
    return this.#readOnly;
  }
}
