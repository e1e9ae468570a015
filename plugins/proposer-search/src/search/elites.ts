import type { Files } from "@pawl/plugin";

/** A good candidate, kept as a partner for others whether or not it was accepted. */
export interface Elite {
  readonly number: number;
  readonly key: string;
  readonly files: Files;
  readonly fitness: number;
  /** The group of the operator that made it. */
  readonly group: string;
}

const SIZE = 24;

/** The best candidates seen, smallest fitness first, no two with the same fitness: equals are mostly the same idea. */
export class Elites {
  readonly #list: Elite[] = [];

  get list(): readonly Elite[] {
    return this.#list;
  }

  offer(elite: Elite): void {
    if (!Number.isFinite(elite.fitness)) return;
    if (this.#list.some(({ fitness }) => fitness === elite.fitness)) return;
    const at = this.#list.findIndex(({ fitness }) => fitness > elite.fitness);
    if (at === -1) this.#list.push(elite);
    else this.#list.splice(at, 0, elite);
    if (this.#list.length > SIZE) this.#list.pop();
  }
}
