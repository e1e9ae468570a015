import { isDeepStrictEqual } from "node:util";
import { type Json, type Metric, type Output, PawlError } from "@pawl/plugin";
import type { Case } from "./cases.ts";
import type { MeasureOptions } from "./options.ts";
import { type Pointer, pointer } from "./pointer.ts";

/** The sample of one case, or why it has none. */
export type Sample = { readonly value: number } | { readonly problem: string };

export interface Measured {
  readonly value: number;
  /** One per case; their mean is the value, or moves with it. */
  readonly samples: readonly number[];
  /** One per case, before weights. */
  readonly raw: readonly Sample[];
}

/** Makes a number of all outputs. */
export class Measure {
  readonly metric: Metric;
  readonly #options: MeasureOptions;
  readonly #sample: Pointer;
  readonly #answer: Pointer;
  readonly #weight: Pointer | undefined;

  constructor(name: string, options: MeasureOptions, path: string) {
    const { direction, unit, description, range } = options;
    this.metric = {
      name,
      direction,
      ...(unit === undefined ? {} : { unit }),
      ...(description === undefined ? {} : { description }),
      ...(range === undefined ? {} : { range }),
    };
    this.#options = options;
    this.#sample = pointer(options.sample, `${path}.sample`);
    this.#answer = pointer(options.compare?.reference ?? "", `${path}.compare.reference`);
    this.#weight = options.weight === undefined ? undefined : pointer(options.weight, `${path}.weight`);
  }

  /** Whether the outputs are taken for measurements, which only a locked evaluator may make. */
  get trustsOutputs(): boolean {
    return this.#options.compare === undefined;
  }

  /** Whether the value is the mean of samples that are made of one case each. */
  get isMean(): boolean {
    return this.#options.aggregate === "mean";
  }

  /**
   * Checks that every case has the weight and the answer that this measure needs.
   * @throws PawlError `PAWL_DATA_INVALID` with the file and the line
   */
  check(cases: readonly Case[]): void {
    for (const { reference, at } of cases) {
      const problem = this.#problemOf(reference);
      if (problem === undefined) continue;
      throw new PawlError("PAWL_DATA_INVALID", `${at}: ${problem}`, {
        path: at,
        remedy: "Correct the case's reference, or the scorer's options.",
      });
    }
  }

  /**
   * @throws Error where a case failed and there is no `worst`: the experiment then has no score
   */
  measure(outputs: readonly Output[], references: readonly Json[]): Measured {
    const raw = references.map((reference, index) => this.#read(outputs[index], reference));
    const values = raw.map((sample, index) => this.#valueOf(sample, index));
    const weights = references.map((reference) => (this.#weight?.(reference) as number | undefined) ?? 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const { aggregate } = this.#options;
    const samples = values.map((value, index) => {
      if (aggregate === "weighted-mean") return (value * (weights[index] as number) * values.length) / total;
      return aggregate === "ratio" ? (value * values.length) / total : value;
    });
    const sum = samples.reduce((all, sample) => all + sample, 0);
    return { value: aggregate === "sum" ? sum : sum / samples.length, samples, raw };
  }

  #problemOf(reference: Json): string | undefined {
    const weight = this.#weight?.(reference);
    if (this.#weight !== undefined && !(isFiniteNumber(weight) && weight > 0)) {
      return `the weight of ${this.metric.name} must be a positive number, and is ${JSON.stringify(weight)}`;
    }
    const { compare } = this.#options;
    if (compare === undefined) return undefined;
    const answer = this.#answer(reference);
    if (answer === undefined) return `there is no answer at "${compare.reference}" for ${this.metric.name}`;
    if (compare.by === "exact" || isFiniteNumber(answer)) return undefined;
    return `the answer for ${this.metric.name} must be a number, and is ${JSON.stringify(answer)}`;
  }

  #read(output: Output | undefined, reference: Json): Sample {
    if (output === undefined) return { problem: "there is no output" };
    if ("error" in output) return { problem: output.error };
    const found = this.#sample(output.value);
    if (found === undefined) return { problem: `the output has nothing at "${this.#options.sample}"` };
    const sample = this.#compare(found, reference);
    if (!isFiniteNumber(sample)) return { problem: `${shorten(found)} is not a finite number` };
    const { sampleRange } = this.#options;
    if (sampleRange !== undefined && (sample < sampleRange[0] || sample > sampleRange[1])) {
      return { problem: `${sample} is outside of ${sampleRange[0]} to ${sampleRange[1]}` };
    }
    return { value: sample };
  }

  #compare(found: Json, reference: Json): Json | undefined {
    const { compare } = this.#options;
    if (compare === undefined) return found;
    const answer = this.#answer(reference);
    if (compare.by === "exact") return isDeepStrictEqual(found, answer) ? 1 : 0;
    if (typeof found !== "number" || typeof answer !== "number") return undefined;
    const difference = Math.abs(found - answer);
    return compare.by === "squared-error" ? difference ** 2 : difference;
  }

  #valueOf(sample: Sample, index: number): number {
    if ("value" in sample) return sample.value;
    const { worst } = this.#options;
    if (worst !== undefined) return worst;
    throw new Error(`${this.metric.name} of case ${index}: ${sample.problem}`);
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function shorten(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
