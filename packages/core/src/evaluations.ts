import { createHash } from "node:crypto";
import { type Evaluation, type InputBatch, type Json, type Scorer, type Split, PawlError } from "@pawl/plugin";
import { type Digest, sha256 } from "./digest.ts";
import { deepFreeze } from "./seal/freeze.ts";

/** An evaluation with its inputs ready to cross into a sandbox. */
export interface LoadedEvaluation {
  readonly evaluation: Evaluation;
  readonly batch: InputBatch;
  readonly digests: EvaluationDigests;
  /** Length of the JSON texts that were digested, in UTF-16 code units. */
  readonly length: number;
}

/** Evaluations up to this length in all are digested again for each commit; larger ones are only frozen. */
const CHEAP_LENGTH = 8_000_000;

/** What {@link Evaluations.verify} found. */
export interface EvaluationsVerified {
  /** One line for each evaluation that is not what it was when it was loaded. */
  readonly changed: readonly string[];
  /** `frozen`: too large to be digested again this time; nobody can have changed it, since it is frozen. */
  readonly digested: "digested" | "frozen";
}

/** What the lock says of one split. */
export interface EvaluationDigests {
  readonly cases: number;
  readonly inputs: Digest;
  readonly reference: Digest;
}

/** Loads each split of a scorer once per seed. */
export class Evaluations {
  readonly #scorer: Scorer;
  readonly #name: string;
  readonly #loaded = new Map<string, Promise<LoadedEvaluation | null>>();
  /** The same, once they are there, by what they are called in messages. */
  readonly #settled = new Map<string, LoadedEvaluation>();
  #beforeLoad: () => () => void = () => () => {};

  static {
    Object.freeze(this.prototype);
  }

  constructor(scorer: Scorer, name: string) {
    this.#scorer = scorer;
    this.#name = name;
  }

  /** @throws PawlError `PAWL_PLUGIN_FAILED` where the scorer's answer is not an evaluation */
  get(split: Split, seed: number, signal: AbortSignal): Promise<LoadedEvaluation | null> {
    const key = `${split}/${seed}`;
    const loaded = this.#loaded.get(key) ?? this.#load(split, seed, signal);
    this.#loaded.set(key, loaded);
    // A failed load must not be remembered: the next caller may have a data file that is there again.
    loaded.then(
      (found) => found !== null && this.#settled.set(`${split} cases of seed ${seed}`, found),
      () => this.#loaded.delete(key),
    );
    return loaded;
  }

  /** Has a guard look around before each further load; what it returns looks again afterwards. */
  guardLoads(beforeLoad: () => () => void): void {
    this.#beforeLoad = beforeLoad;
  }

  /** Compares inputs and answers in memory with what they were when they were loaded. */
  verify({ whole }: { whole: boolean }): EvaluationsVerified {
    const settled = [...this.#settled];
    const length = settled.reduce((sum, [, loaded]) => sum + loaded.length, 0);
    if (!whole && length > CHEAP_LENGTH) return { changed: [], digested: "frozen" };
    const changed = settled.flatMap(([name, { evaluation, digests }]) => {
      const found = prepareEvaluation(evaluation).digests;
      return found.inputs === digests.inputs && found.reference === digests.reference
        ? []
        : [`the ${name} are not what they were when they were loaded`];
    });
    return { changed, digested: "digested" };
  }

  /** As {@link get}, for cases that are drawn for one question: they are not kept in memory. */
  fresh(split: Split, seed: number, signal: AbortSignal): Promise<LoadedEvaluation | null> {
    return this.#load(split, seed, signal);
  }

  async #load(split: Split, seed: number, signal: AbortSignal): Promise<LoadedEvaluation | null> {
    const afterLoad = this.#beforeLoad();
    const evaluation = await this.#scorer.load(split, seed, signal);
    afterLoad();
    if (evaluation === null) return null;
    if (!Array.isArray(evaluation.inputs) || evaluation.inputs.length === 0) {
      throw new PawlError("PAWL_PLUGIN_FAILED", `the scorer "${this.#name}" gave no cases for the ${split} split`, {
        path: "scorer",
        remedy: "Return null from load() where there is no such split, or at least one case.",
      });
    }
    return prepareEvaluation(deepFreeze(evaluation));
  }
}

/** Inputs as they cross into a sandbox. */
export function batchOf(inputs: readonly Json[]): InputBatch {
  return { digest: digestItems(inputs).digest, items: inputs };
}

/** Digests an evaluation. Also used for the changed evaluations of reruns. */
export function prepareEvaluation(evaluation: Evaluation): LoadedEvaluation {
  const { digest, length } = digestItems(evaluation.inputs);
  const reference = JSON.stringify(evaluation.reference) ?? "undefined";
  return {
    evaluation,
    batch: { digest, items: evaluation.inputs },
    digests: { cases: evaluation.inputs.length, inputs: `sha256:${digest}`, reference: sha256(reference) },
    length: length + reference.length,
  };
}

/** SHA-256 of the JSON text of the list, item by item: a million rows may be longer than a string can be. */
function digestItems(items: readonly Json[]): { digest: string; length: number } {
  const hash = createHash("sha256").update("[");
  let length = 0;
  items.forEach((item, index) => {
    const text = JSON.stringify(item);
    if (text === undefined) {
      throw new PawlError("PAWL_PLUGIN_FAILED", `input ${index} of the evaluation is not a JSON value`, {
        path: "scorer",
        remedy: "Let load() return plain data as inputs.",
      });
    }
    hash.update(index === 0 ? text : `,${text}`);
    length += text.length;
  });
  return { digest: hash.update("]").digest("hex"), length };
}
