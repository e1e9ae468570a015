import type { Files, Note, Notebook, SimilarTry } from "@pawl/plugin";
import type { NoteScope, PawlEvent } from "../events.ts";
import { blobDigest } from "../ledger/hash.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { deepFreeze } from "../seal/freeze.ts";
import { NotebookIndex, type Tried, readBlobs, toPluginNote } from "./index-of-ledger.ts";
import { TRIED_BEFORE } from "./rules.ts";
import { sameContent } from "./same.ts";
import { type Sketch, similarity, sketchOf } from "./sketch.ts";

/** Earlier experiments that a change is compared with: the newest ones. */
const COMPARED = 1_000;
/** Tries that have less in common are not alike. */
const ALIKE = 0.5;
const SHOWN = 5;
/** Proposals after which the index is brought up to date though nobody has asked it anything. */
const IDLE = 64;

/** What the notebook has to know of the run that it is read in. */
export interface NotebookPlace {
  readonly ledger: Ledger;
  /** Of the index: a file, or `:memory:`. */
  readonly path: string;
  /** Which events it is made of. Default: all. An index that leaves some out must be in memory. */
  readonly sees?: (event: PawlEvent) => boolean;
  readonly scope: NoteScope;
  /** The content that the next proposal changes. */
  champion(): Files | undefined;
}

/** An earlier try with its contents in memory. */
interface Remembered {
  readonly tried: Tried;
  readonly before: Files;
  readonly after: Files;
  sketch?: Sketch;
}

/**
 * The notebook of a run under way. A search that never asks it pays next to nothing for it: it is brought up to date
 * before each proposal only once somebody has read in it.
 */
export class RunNotebook implements Notebook {
  readonly #place: NotebookPlace;
  #index: NotebookIndex | undefined;
  #used = false;
  #idle = 0;
  /** Newest first. */
  #memory: Remembered[] = [];
  readonly #contents = new Map<string, Files>();

  constructor(place: NotebookPlace) {
    this.#place = place;
  }

  /** The same for those who are not trusted. */
  readOnly(): Notebook {
    return Object.freeze({
      notes: (count: number) => this.notes(count),
      search: (words: string, count: number) => this.search(words, count),
      similar: (files: Files) => this.similar(files),
    });
  }

  /** Called before each proposal. */
  async refresh(): Promise<void> {
    this.#idle += 1;
    if (this.#index !== undefined && !this.#used && this.#idle < IDLE) return;
    await this.#catchUp();
  }

  notes(count: number): readonly Note[] {
    return deepFreeze(this.#read().notes(this.#place.scope, count));
  }

  search(words: string, count: number): readonly Note[] {
    return deepFreeze(this.#read().search(this.#place.scope, words, count).map(toPluginNote));
  }

  similar(files: Files): readonly SimilarTry[] {
    this.#used = true;
    const champion = this.#place.champion();
    if (champion === undefined) return [];
    const sketch = sketchOf(champion, files);
    const alike = this.#memory.flatMap((each): SimilarTry[] => {
      const share = similarity(sketch, sketchIn(each));
      if (share < ALIKE) return [];
      const { run, experiment, status, hypothesis, reason, effect } = each.tried;
      const rest = effect === undefined ? {} : { effect };
      return [{ run, experiment, status, hypothesis, reason, ...rest, similarity: share }];
    });
    return deepFreeze(alike.toSorted((a, b) => b.similarity - a.similarity).slice(0, SHOWN));
  }

  /**
   * An earlier experiment that tried the very same on the very same champion, but for layout and comments, and that came
   * to nothing for a reason that would be the same again.
   */
  async twin(files: Files): Promise<Tried | undefined> {
    this.#used = true;
    await this.#catchUp();
    const champion = this.#place.champion();
    if (champion === undefined) return undefined;
    const own = keyOf(digestsOf(champion));
    const sketch = sketchOf(champion, files);
    return this.#memory.find(
      (each) =>
        isFinal(each.tried) &&
        keyOf(each.tried.parentFiles) === own &&
        keyOf(each.tried.judgedFiles) === own &&
        similarity(sketch, sketchIn(each)) === 1 &&
        sameContent(each.after, files),
    )?.tried;
  }

  close(): void {
    this.#index?.close();
  }

  #read(): NotebookIndex {
    this.#used = true;
    this.#index ??= this.#open();
    return this.#index;
  }

  #open(): NotebookIndex {
    const { ledger, path, sees } = this.#place;
    return new NotebookIndex(ledger, path, sees);
  }

  async #catchUp(): Promise<void> {
    this.#idle = 0;
    this.#index ??= this.#open();
    await this.#index.catchUp();
    const known = new Map(this.#memory.map((each) => [each.tried.seq, each]));
    const newest = this.#index.tried(this.#place.scope, COMPARED);
    this.#memory = await Promise.all(
      newest.map(async (tried) => known.get(tried.seq) ?? (await this.#remember(tried))),
    );
    if (this.#contents.size > 2 * COMPARED) this.#contents.clear();
  }

  async #remember(tried: Tried): Promise<Remembered> {
    return {
      tried,
      before: await this.#contentOf(tried.parentFiles),
      after: await readBlobs(this.#place.ledger, tried.files),
    };
  }

  /** Many tries change the same champion: they share its content. */
  async #contentOf(digests: Tried["files"]): Promise<Files> {
    const key = keyOf(digests);
    const content = this.#contents.get(key) ?? (await readBlobs(this.#place.ledger, digests));
    this.#contents.set(key, content);
    return content;
  }
}

const sketchIn = (each: Remembered): Sketch => (each.sketch ??= sketchOf(each.before, each.after));

const digestsOf = (files: Files): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, blobDigest(text)]));

const keyOf = (digests: Readonly<Record<string, string>>): string =>
  Object.entries(digests)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .join();

/** Not what a gate's bug, a busy machine or an empty purse has decided. */
function isFinal({ status, failure, code }: Tried): boolean {
  if (status === "rejected") return code !== "PAWL_GATE_ERROR" && code !== TRIED_BEFORE;
  return status === "failed" && SAME_AGAIN.has(failure ?? "");
}

const SAME_AGAIN = new Set(["crashed", "out-of-memory", "output-limit", "violation", "invalid-score"]);
