import type { Random } from "@pawl/plugin";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** What a run of {@link CmaEs} starts with. */
export interface CmaStart {
  readonly mean: readonly number[];
  /** Initial step, in the units of the coordinates. */
  readonly sigma: number;
  readonly lambda: number;
}

/** From this many dimensions on only the diagonal is learnt: a full matrix would need more results than a night has. */
const DIAGONAL_FROM = 24;

/**
 * CMA-ES, minimising, after N. Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv:1604.00772), whose symbols and
 * default settings it uses, with positive weights. Results may come one at a time and late: a point sampled from an
 * older distribution is taken in with its step shortened, as in N. Hansen, "Injecting External Solutions Into CMA-ES"
 * (arXiv:1110.4181). In many dimensions it learns the diagonal only (Ros and Hansen, "A Simple Modification in CMA-ES
 * Achieving Linear Time and Space Complexity", 2008).
 */
export class CmaEs {
  readonly lambda: number;
  readonly #n: number;
  readonly #diagonal: boolean;
  readonly #weights: readonly number[];
  readonly #muEff: number;
  readonly #cSigma: number;
  readonly #dSigma: number;
  readonly #cC: number;
  readonly #c1: number;
  readonly #cMu: number;
  readonly #chiN: number;
  #mean: number[];
  #sigma: number;
  #c: number[][];
  /** Columns are the eigenvectors of C. */
  #b: number[][];
  /** Square roots of the eigenvalues. */
  #d: number[];
  #pathSigma: number[];
  #pathC: number[];
  #generation = 0;
  #results: { x: readonly number[]; fitness: number }[] = [];
  #flat = 0;

  constructor({ mean, sigma, lambda }: CmaStart) {
    const n = mean.length;
    this.#n = n;
    this.#diagonal = n >= DIAGONAL_FROM;
    this.lambda = lambda;
    const mu = Math.floor(lambda / 2);
    const raw = Array.from({ length: mu }, (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1));
    const sum = raw.reduce((a, b) => a + b, 0);
    this.#weights = raw.map((w) => w / sum);
    this.#muEff = 1 / this.#weights.reduce((a, w) => a + w * w, 0);
    const m = this.#muEff;
    this.#cSigma = (m + 2) / (n + m + 5);
    this.#dSigma = 1 + 2 * Math.max(0, Math.sqrt((m - 1) / (n + 1)) - 1) + this.#cSigma;
    this.#cC = (4 + m / n) / (n + 4 + (2 * m) / n);
    const faster = this.#diagonal ? (n + 2) / 3 : 1;
    this.#c1 = Math.min(0.5, (faster * 2) / ((n + 1.3) ** 2 + m));
    this.#cMu = Math.min(1 - this.#c1, (faster * 2 * (0.25 + m + 1 / m - 2)) / ((n + 2) ** 2 + m));
    this.#chiN = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    this.#mean = [...mean];
    this.#sigma = sigma;
    this.#c = identity(n);
    this.#b = identity(n);
    this.#d = Array.from({ length: n }, () => 1);
    this.#pathSigma = Array.from({ length: n }, () => 0);
    this.#pathC = Array.from({ length: n }, () => 0);
  }

  get mean(): readonly number[] {
    return this.#mean;
  }

  /** The standard deviation of each coordinate. */
  get deviations(): readonly number[] {
    return this.#c.map((row, i) => this.#sigma * Math.sqrt(row[i] as number));
  }

  /** Generations in a row in which all results were equal. */
  get flat(): number {
    return this.#flat;
  }

  /** Draws a point: x = m + σ B D z. */
  sample(random: Random): number[] {
    const scaled = this.#d.map((d) => d * random.normal());
    const y = this.#diagonal ? scaled : multiply(this.#b, scaled);
    return this.#mean.map((m, i) => m + this.#sigma * (y[i] as number));
  }

  /** Takes in a result, smaller being better. */
  tell(x: readonly number[], fitness: number): void {
    this.#results.push({ x, fitness });
    if (this.#results.length >= this.lambda) this.#update();
  }

  /** Forgets the results of the unfinished generation, which are no longer comparable with those to come. */
  forget(): void {
    this.#results = [];
  }

  #update(): void {
    const n = this.#n;
    const results = this.#results.toSorted((a, b) => a.fitness - b.fitness);
    this.#results = [];
    this.#flat = results[0]?.fitness === results.at(-1)?.fitness ? this.#flat + 1 : 0;
    // All equal: there is nothing to learn, but the step was too small to see a difference.
    if (this.#flat > 0) {
      this.#sigma *= 1.3;
      return;
    }
    const steps = results.slice(0, this.#weights.length).map(({ x }) => this.#step(x));
    const mean = Array.from({ length: n }, (_, i) =>
      steps.reduce((total, y, k) => total + (this.#weights[k] as number) * (y[i] as number), 0),
    );
    this.#mean = this.#mean.map((m, i) => m + this.#sigma * (mean[i] as number));

    const whitened = this.#whiten(mean);
    const keepSigma = Math.sqrt(this.#cSigma * (2 - this.#cSigma) * this.#muEff);
    this.#pathSigma = this.#pathSigma.map((p, i) => (1 - this.#cSigma) * p + keepSigma * (whitened[i] as number));
    const length = norm(this.#pathSigma);
    this.#generation += 1;
    const settled = length / Math.sqrt(1 - (1 - this.#cSigma) ** (2 * this.#generation));
    const h = settled < (1.4 + 2 / (n + 1)) * this.#chiN ? 1 : 0;
    const keepC = Math.sqrt(this.#cC * (2 - this.#cC) * this.#muEff);
    this.#pathC = this.#pathC.map((p, i) => (1 - this.#cC) * p + h * keepC * (mean[i] as number));

    this.#learn(steps, (1 - h) * this.#cC * (2 - this.#cC));
    this.#sigma *= Math.exp(Math.min(1, (this.#cSigma / this.#dSigma) * (length / this.#chiN - 1)));
    this.#decompose();
  }

  /** The step from the mean to a point, in σ, no longer than a sampled one might be. */
  #step(x: readonly number[]): number[] {
    const y = x.map((value, i) => (value - (this.#mean[i] as number)) / this.#sigma);
    const length = norm(this.#whiten(y));
    const longest = Math.sqrt(this.#n) + (2 * this.#n) / (this.#n + 2);
    return length <= longest ? y : y.map((value) => (value * longest) / length);
  }

  /** C^(-1/2) y. */
  #whiten(y: readonly number[]): number[] {
    if (this.#diagonal) return y.map((value, i) => value / (this.#d[i] as number));
    const turned = y.map((_, j) => y.reduce((total, value, i) => total + (this.#b[i]?.[j] as number) * value, 0));
    return multiply(
      this.#b,
      turned.map((value, j) => value / (this.#d[j] as number)),
    );
  }

  #learn(steps: readonly (readonly number[])[], lost: number): void {
    const keep = 1 - this.#c1 - this.#cMu + this.#c1 * lost;
    for (const [i, row] of this.#c.entries()) {
      for (let j = 0; j <= i; j += 1) {
        if (this.#diagonal && i !== j) continue;
        let rankMu = 0;
        for (const [k, y] of steps.entries()) {
          rankMu += (this.#weights[k] as number) * (y[i] as number) * (y[j] as number);
        }
        const rankOne = (this.#pathC[i] as number) * (this.#pathC[j] as number);
        const value = keep * (row[j] as number) + this.#c1 * rankOne + this.#cMu * rankMu;
        row[j] = value;
        (this.#c[j] as number[])[i] = value;
      }
    }
  }

  #decompose(): void {
    if (this.#diagonal) {
      this.#d = this.#c.map((row, i) => Math.sqrt(Math.max(1e-20, row[i] as number)));
      return;
    }
    const eigen = new EigenvalueDecomposition(new Matrix(this.#c), { assumeSymmetric: true });
    this.#d = eigen.realEigenvalues.map((value) => Math.sqrt(Math.max(1e-20, value)));
    this.#b = eigen.eigenvectorMatrix.to2DArray();
  }
}

/** The number of samples of a generation that the tutorial recommends: 4 + ⌊3 ln n⌋. */
export function defaultLambda(n: number): number {
  return 4 + Math.floor(3 * Math.log(n));
}

function identity(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
}

function multiply(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((total, value, j) => total + value * (vector[j] as number), 0));
}

function norm(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((total, value) => total + value * value, 0));
}
