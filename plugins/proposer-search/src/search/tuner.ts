import type { Random } from "@pawl/plugin";
import type { Surface } from "../surface/surface.ts";
import { CmaEs, defaultLambda } from "./cma-es.ts";
import { encode, finest, isBounded, isNumeric, type NumericParameter, reflect, scaleOf } from "./coordinate.ts";
import { fingerprint } from "../surface/canonical.ts";
import { createStream } from "./stream.ts";

/** The initial step in few dimensions; with more of them each is moved less, or nothing would survive the sum. */
const SIGMA = 0.25;

/**
 * Runs CMA-ES over all the numeric constants of the champion, and starts it again when a run is done, as in Auger and
 * Hansen, "A Restart CMA Evolution Strategy With Increasing Population Size" (2005): now around the champion, now
 * elsewhere, with more samples as restarts go on.
 */
export class Tuner {
  #space: readonly NumericParameter[] = [];
  #id = "";
  #cma: CmaEs | undefined;
  #restarts = 0;
  #told = 0;
  #runBest = Number.POSITIVE_INFINITY;
  #stagnant = 0;
  #recent: number[] = [];
  #championFitness = Number.POSITIVE_INFINITY;

  /** The constants that are searched together. */
  get space(): readonly NumericParameter[] {
    return this.#space;
  }

  /** Names the space, so that a late result from another one is recognised. */
  get id(): string {
    return this.#id;
  }

  /** Turns to a new champion. A point that CMA-ES did not find itself is told to it. */
  setChampion(surface: Surface, fitness: number, own: boolean, salt: string): void {
    const space = surface.parameters.filter(isNumeric).filter(({ weak }) => !weak);
    const id = fingerprint(space.flatMap((each) => [each.id, scaleOf(each)])).slice(0, 10);
    this.#championFitness = fitness;
    this.#space = space;
    if (id !== this.#id) {
      this.#id = id;
      this.#restarts = 0;
      this.#start(salt);
    } else if (!own) {
      this.tell(
        space.map((each) => encode(each)),
        fitness,
        salt,
      );
    }
  }

  /** A point to try: a coordinate for each parameter of the space. */
  ask(random: Random): number[] | undefined {
    const point = this.#cma?.sample(random);
    return point?.map((value, i) => {
      const bounded = isBounded(this.#space[i] as NumericParameter);
      return Number((bounded ? reflect(value) : value).toFixed(6));
    });
  }

  /** The step that a coordinate is at present searched with. */
  deviation(index: number): number {
    return this.#cma?.deviations[index] ?? SIGMA;
  }

  tell(point: readonly number[], fitness: number, salt: string): void {
    if (this.#cma === undefined || point.length !== this.#space.length) return;
    this.#recent.push(fitness);
    this.#stagnant = fitness < this.#runBest ? 0 : this.#stagnant + 1;
    this.#runBest = Math.min(this.#runBest, fitness);
    this.#told += 1;
    this.#cma.tell(point, fitness);
    if (this.#told % this.#cma.lambda === 0) {
      if (this.#isDone(this.#cma)) {
        this.#restarts += 1;
        this.#start(salt);
      }
      this.#recent = [];
    }
  }

  #isDone(cma: CmaEs): boolean {
    const { deviations } = cma;
    if (cma.flat >= 4) return true;
    if (this.#space.every((each, i) => (deviations[i] as number) < 3 * finest(each))) return true;
    if (this.#stagnant > 10 * cma.lambda + 30 * this.#space.length) return true;
    // It settles in a place whose last differences promise nothing near the champion.
    const finite = this.#recent.filter(Number.isFinite);
    const width = Math.max(...finite) - Math.min(...finite);
    const settled = Math.max(...deviations) < 0.1;
    return settled && this.#told >= 3 * cma.lambda && this.#runBest - this.#championFitness > 4 * width;
  }

  #start(salt: string): void {
    const n = this.#space.length;
    this.#told = 0;
    this.#runBest = Number.POSITIVE_INFINITY;
    this.#stagnant = 0;
    this.#recent = [];
    if (n === 0) {
      this.#cma = undefined;
      return;
    }
    const random = createStream(`${salt}:${this.#restarts}`);
    const global = this.#restarts % 3 !== 0;
    const few = Math.min(1, Math.sqrt(8 / n));
    const mean = this.#space.map((each) => {
      const here = encode(each);
      if (!global) return here;
      return isBounded(each) ? random.next() : here + 0.7 * few * random.normal();
    });
    const sigma = SIGMA * few * (this.#restarts === 0 || global ? 1 : 10 ** -random.next());
    const lambda = Math.max(5, defaultLambda(n) * 2 ** Math.floor(this.#restarts / 6));
    this.#cma = new CmaEs({ mean, sigma, lambda });
  }
}
