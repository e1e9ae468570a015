import type { Random } from "@pawl/plugin";
import type { Surface } from "../surface/surface.ts";
import { CmaEs, defaultLambda } from "./cma-es.ts";
import { encode, finest, isBounded, isNumeric, type NumericParameter, reflect, scaleOf } from "./coordinate.ts";
import { fingerprint } from "../surface/canonical.ts";
import type { Told } from "./quadratic.ts";
import { createStream } from "./stream.ts";

/** The initial step in few dimensions; with more of them each is moved less, or nothing would survive the sum. */
const SIGMA = 0.25;

/** Below this deviation the rest is left to single moves and interpolation, which are faster near an optimum. */
function settledAt(parameter: NumericParameter): number {
  return parameter.domain.integer ? finest(parameter) : 0.01;
}

/** Places nearer than this in every coordinate are in one basin. */
const NEAR = 0.1;
/** Results remembered to start again from. */
const REMEMBERED = 300;

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
  /** Where runs have ended. */
  #ends: (readonly number[])[] = [];
  #seen: Told[] = [];
  /** Whether the run polishes the champion, and so may come to where another ended. */
  #local = true;
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
      this.#ends = [];
      this.#seen = [];
      this.#start(salt);
    } else if (!own) {
      this.tell(
        space.map((each) => encode(each)),
        fitness,
        salt,
      );
    }
  }

  /** Results in this space. */
  get seen(): readonly Told[] {
    return this.#seen;
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

  /**
   * The fitness of a point beyond a limit: worse than most of what is allowed, and the more so the farther from the
   * champion, so that the search is led back there.
   */
  penalty(point: readonly number[], typical: number): number {
    const distance = Math.hypot(...this.#space.map((each, i) => encode(each) - (point[i] ?? 0)));
    return this.#championFitness + typical * (3 + distance);
  }

  tell(point: readonly number[], fitness: number, salt: string): void {
    if (this.#cma === undefined || point.length !== this.#space.length) return;
    this.#recent.push(fitness);
    if (Number.isFinite(fitness)) this.#seen.push({ point, fitness });
    if (this.#seen.length > REMEMBERED) this.#seen.shift();
    this.#stagnant = fitness < this.#runBest ? 0 : this.#stagnant + 1;
    this.#runBest = Math.min(this.#runBest, fitness);
    this.#told += 1;
    this.#cma.tell(point, fitness);
    if (this.#told % this.#cma.lambda === 0) {
      if (this.#isDone(this.#cma)) {
        this.#restarts += 1;
        this.#ends.push(this.#cma.mean);
        this.#start(salt);
      }
      this.#recent = [];
    }
  }

  #isDone(cma: CmaEs): boolean {
    const { deviations } = cma;
    if (cma.flat >= 4) return true;
    if (this.#space.every((each, i) => (deviations[i] as number) < settledAt(each))) return true;
    if (this.#stagnant > 10 * cma.lambda + 30 * this.#space.length) return true;
    // It settles in a place whose last differences promise nothing near the champion.
    const finite = this.#recent.filter(Number.isFinite);
    const width = Math.max(...finite) - Math.min(...finite);
    const settled = Math.max(...deviations) < 0.1;
    if (settled && !this.#local && this.#isKnown(cma.mean)) return true;
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
    const few = Math.min(1, Math.sqrt(8 / n));
    const here = this.#space.map((each) => encode(each));
    // The more constants, the less a far start can hope for, and the more a second look from here.
    const period = n <= 8 ? 4 : 2;
    this.#local = this.#restarts % period === 0;
    const promising = this.#restarts % 2 === 1 ? this.#bestUnknown() : undefined;
    const mean = this.#local ? here : (promising ?? this.#farPoint(here, few, random));
    let sigma = SIGMA * few;
    if (this.#local && this.#restarts > 0) sigma *= 10 ** -random.next();
    if (!this.#local && promising !== undefined) sigma *= 0.5;
    const lambda = Math.max(5, defaultLambda(n) * 2 ** Math.floor(this.#restarts / 6));
    this.#cma = new CmaEs({ mean, sigma, lambda });
  }

  #isKnown(point: readonly number[]): boolean {
    return this.#ends.some((end) => end.every((value, i) => Math.abs(value - (point[i] as number)) < NEAR));
  }

  /** The best result so far that lies in no basin where a run has ended. */
  #bestUnknown(): readonly number[] | undefined {
    const unknown = this.#seen.filter(({ point }) => !this.#isKnown(point));
    return unknown.toSorted((a, b) => a.fitness - b.fitness)[0]?.point;
  }

  /** A random point away from where runs have ended: the farthest of a few. */
  #farPoint(here: readonly number[], few: number, random: Random): number[] {
    let best: number[] = [];
    let farthest = -1;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const point = this.#space.map((each, i) =>
        isBounded(each) ? random.next() : (here[i] as number) + 0.7 * few * random.normal(),
      );
      const distances = this.#ends.map((end) => Math.hypot(...end.map((value, i) => value - (point[i] as number))));
      const distance = Math.min(...distances);
      if (distance > farthest) [best, farthest] = [point, distance];
    }
    return best;
  }
}
