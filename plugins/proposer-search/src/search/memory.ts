import type { ExperimentRecord, Files, Metric, ProposeContext } from "@pawl/plugin";
import { Bandit } from "@pawl/statistics";
import { fingerprint } from "../surface/canonical.ts";
import { Surface } from "../surface/surface.ts";
import { Elites } from "./elites.ts";
import { type Memo, readMemo } from "./memo.ts";
import { Appraiser, type Outcome } from "./outcome.ts";
import { Steps } from "./steps.ts";
import { Tuner } from "./tuner.ts";

/** The champion as the search knows it. */
export interface Champion {
  readonly number: number;
  readonly surface: Surface;
  readonly score: number;
}

/**
 * All that the search has learnt. It follows from the records alone, in their order, so that a resumed run knows what
 * the interrupted one knew; only the proposals in flight are remembered beside them.
 */
export class Memory {
  readonly operators = new Bandit();
  readonly tags = new Bandit();
  readonly steps = new Steps();
  readonly tuner = new Tuner();
  readonly elites = new Elites();
  readonly #tried = new Set<string>();
  readonly #scores = new Map<number, number>();
  readonly #appraiser: Appraiser;
  readonly #groupOf: (operator: string) => string;
  readonly #maxBytes: number;
  readonly #surfaces = new Map<string, Surface>();
  #champion: Champion;
  /** A name for all results so far, in their order. */
  #salt = "";

  /** @throws PawlError PAWL_SURFACE_INVALID */
  constructor(
    metric: Metric,
    first: ProposeContext["champion"],
    settings: { maxBytes: number; groupOf: (operator: string) => string },
  ) {
    this.#appraiser = new Appraiser(metric);
    this.#maxBytes = settings.maxBytes;
    this.#groupOf = settings.groupOf;
    // What a human wrote is checked strictly: a comment that fits nothing is most likely a mistake.
    const surface = new Surface(first.files, { maxBytes: settings.maxBytes, strict: first.experiment === 0 });
    this.#champion = { number: first.experiment, surface, score: first.score };
    this.#adopt(this.#champion, false);
  }

  get champion(): Champion {
    return this.#champion;
  }

  hasTried(key: string): boolean {
    return this.#tried.has(key);
  }

  /** Counts a candidate as tried, from the moment on that it is proposed. */
  markTried(key: string): void {
    this.#tried.add(key);
  }

  /** A surface parsed once; the last few are kept. */
  surfaceOf(key: string, files: Files): Surface {
    const known = this.#surfaces.get(key);
    if (known !== undefined) return known;
    const surface = new Surface(files, { maxBytes: this.#maxBytes });
    if (this.#surfaces.size >= 32) this.#surfaces.delete(this.#surfaces.keys().next().value as string);
    this.#surfaces.set(key, surface);
    return surface;
  }

  /** Turns to the engine's champion, should the records have led elsewhere. */
  follow(champion: ProposeContext["champion"]): void {
    if (champion.experiment === this.#champion.number) return;
    const surface = new Surface(champion.files, { maxBytes: this.#maxBytes });
    this.#adopt({ number: champion.experiment, surface, score: champion.score }, false);
  }

  /** Learns from a finished experiment. */
  learn(record: ExperimentRecord): void {
    if (record.number === 0) return;
    const memo = readMemo(record.memo);
    const files = { ...this.#champion.surface.files, ...record.files };
    const foreign = memo === undefined ? this.#keyOf(files) : undefined;
    const key = memo?.key ?? foreign ?? fingerprint(Object.entries(files).flat());
    this.#tried.add(key);
    this.#salt = fingerprint([this.#salt, key, String(record.score)]);
    const outcome = this.#appraiser.appraise(record, this.#scores.get(record.parent ?? 0));
    const kept = record.status === "kept";
    if (memo !== undefined) this.#credit(memo, outcome, kept);
    const group = memo === undefined ? "other" : this.#groupOf(memo.op);
    const usable = memo !== undefined || foreign !== undefined;
    if (usable && outcome.gain !== undefined && outcome.gain !== 0 && !outcome.refused) {
      this.elites.offer({ number: record.number, key, files, fitness: outcome.fitness, group });
    }
    if (kept && record.score !== undefined) {
      const surface = this.surfaceOf(key, files);
      this.#adopt({ number: record.number, surface, score: record.score }, memo?.point !== undefined);
    }
  }

  #credit(memo: Memo, outcome: Outcome, kept: boolean): void {
    this.operators.reward(memo.op, outcome.credit);
    this.operators.reward(`group:${this.#groupOf(memo.op)}`, outcome.credit);
    // A choice without effect stays worth combining with others; one that makes things worse does not.
    const effect = memo.op === "choice" && outcome.gain === 0 ? 0.2 : outcome.credit;
    for (const tag of memo.tags ?? []) this.tags.reward(tag, effect);
    for (const [id, delta, smallest] of memo.moves ?? []) {
      this.steps.learn(id, delta, kept, outcome.refused ? -1 : outcome.gain, smallest);
    }
    if (memo.point !== undefined && memo.space === this.tuner.id) {
      const { fitness, typical, refused } = outcome;
      this.tuner.tell(memo.point, refused ? this.tuner.penalty(memo.point, typical) : fitness, this.#salt);
    }
  }

  #adopt(champion: Champion, own: boolean): void {
    this.#champion = champion;
    this.#tried.add(champion.surface.key);
    this.#scores.set(champion.number, champion.score);
    this.tuner.setChampion(champion.surface, this.#appraiser.fitness(champion.score), own, this.#salt);
  }

  /** The fingerprint of a surface that someone else proposed; `undefined` where it does not even parse. */
  #keyOf(files: Files): string | undefined {
    try {
      return new Surface(files, { maxBytes: this.#maxBytes }).key;
    } catch {
      return undefined;
    }
  }
}
