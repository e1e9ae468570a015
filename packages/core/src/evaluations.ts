import { createHash } from "node:crypto";
import { type Evaluation, type InputBatch, type Json, type Scorer, type Split, PawlError } from "@pawl/plugin";
import { type Digest, sha256 } from "./digest.ts";

/** An evaluation with its inputs ready to cross into a sandbox. */
export interface LoadedEvaluation {
  readonly evaluation: Evaluation;
  readonly batch: InputBatch;
  readonly digests: EvaluationDigests;
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
    loaded.catch(() => this.#loaded.delete(key));
    return loaded;
  }

  /** As {@link get}, for cases that are drawn for one question: they are not kept in memory. */
  fresh(split: Split, seed: number, signal: AbortSignal): Promise<LoadedEvaluation | null> {
    return this.#load(split, seed, signal);
  }

  async #load(split: Split, seed: number, signal: AbortSignal): Promise<LoadedEvaluation | null> {
    const evaluation = await this.#scorer.load(split, seed, signal);
    if (evaluation === null) return null;
    if (!Array.isArray(evaluation.inputs) || evaluation.inputs.length === 0) {
      throw new PawlError("PAWL_PLUGIN_FAILED", `the scorer "${this.#name}" gave no cases for the ${split} split`, {
        path: "scorer",
        remedy: "Return null from load() where there is no such split, or at least one case.",
      });
    }
    return prepareEvaluation(evaluation);
  }
}

/** Inputs as they cross into a sandbox. */
export function batchOf(inputs: readonly Json[]): InputBatch {
  return { digest: digestItems(inputs), items: inputs };
}

/** Digests an evaluation. Also used for the changed evaluations of reruns. */
export function prepareEvaluation(evaluation: Evaluation): LoadedEvaluation {
  const batch = batchOf(evaluation.inputs);
  return {
    evaluation,
    batch,
    digests: {
      cases: evaluation.inputs.length,
      inputs: `sha256:${batch.digest}`,
      reference: sha256(JSON.stringify(evaluation.reference) ?? "undefined"),
    },
  };
}

/** SHA-256 of the JSON text of the list, item by item: a million rows may be longer than a string can be. */
function digestItems(items: readonly Json[]): string {
  const hash = createHash("sha256").update("[");
  items.forEach((item, index) => {
    const text = JSON.stringify(item);
    if (text === undefined) {
      throw new PawlError("PAWL_PLUGIN_FAILED", `input ${index} of the evaluation is not a JSON value`, {
        path: "scorer",
        remedy: "Let load() return plain data as inputs.",
      });
    }
    hash.update(index === 0 ? text : `,${text}`);
  });
  return hash.update("]").digest("hex");
}
