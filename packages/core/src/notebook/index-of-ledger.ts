import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Effect, ExperimentReference, ExperimentStatus, Files, Note } from "@pawl/plugin";
import type { NoteScope, PawlEvent } from "../events.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { NotebookFold, parseId, showId } from "./fold.ts";
import { afresh, openIndex } from "./tables.ts";

/** Events between two commits of the index. */
const BATCH = 512;
/** Words of a question that are looked for. */
const WORDS = 32;

/** A note with what only people are shown. */
export interface ListedNote extends Note {
  /** How many experiments came to the same, or how often an idea came up. */
  readonly times: number;
  /** Who wrote or edited it; absent for rules and proposers. */
  readonly name?: string;
  readonly edited: boolean;
  /** The condensed note that stands for this one. */
  readonly behind?: string;
}

/** An earlier experiment, with what it takes to compare its change with another one. */
export interface Tried extends ExperimentReference {
  readonly seq: number;
  readonly status: ExperimentStatus;
  readonly failure: string | null;
  readonly code: string | null;
  readonly reason: string;
  readonly hypothesis: string;
  readonly effect?: Effect;
  /** Digests of the contents by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The same of the champion that it changed, and of the one that it was judged against. */
  readonly parentFiles: Readonly<Record<string, string>>;
  readonly judgedFiles: Readonly<Record<string, string>>;
}

const COLUMNS = "id, kind, text, by, name, evidence, effect, times, edited, behind";
const HERE = "project = ? AND lock = ? AND removed = 0";

/**
 * The notebook as a table beside the ledger: a projection that is brought up to date from where it was, and can be made
 * anew at any time.
 */
export class NotebookIndex {
  readonly #ledger: Ledger;
  readonly #path: string;
  readonly #sees: (event: PawlEvent) => boolean;
  #db: DatabaseSync;
  #fold: NotebookFold;
  #working: Promise<unknown> = Promise.resolve();

  /**
   * @param path of the file, or `:memory:`
   * @param sees which events it is made of; one that leaves some out must be in memory
   */
  constructor(ledger: Ledger, path: string, sees: (event: PawlEvent) => boolean = () => true) {
    this.#ledger = ledger;
    this.#sees = sees;
    this.#path = path;
    this.#db = openIndex(path);
    this.#fold = this.#makeFold();
  }

  /** Reads what was written to the ledger since the last time. */
  async catchUp(): Promise<void> {
    const work = this.#working.then(async () => {
      if (!(await this.#follows())) this.#startAnew();
      for (;;) if ((await this.#readBatch()) < BATCH) return;
    });
    this.#working = work.catch(() => {});
    await work;
  }

  /** The most useful notes first: of each kind a share, so that lessons do not crowd out dead ends. */
  notes(scope: NoteScope, count: number): readonly Note[] {
    const most = Math.max(0, Math.floor(count));
    const of = (kind: Note["kind"]): ListedNote[] =>
      this.#list(
        `SELECT ${COLUMNS} FROM notes WHERE ${HERE} AND kind = ? AND behind IS NULL
         ORDER BY by = 'model' DESC, by = 'person' DESC, weight DESC, times DESC, id DESC LIMIT ?`,
        ...[scope.project, scope.lock, kind, most],
      );
    const [lessons, deadEnds, ideas] = [of("lesson"), of("dead-end"), of("idea")];
    const chosen: ListedNote[] = [];
    // Two lessons, two dead ends, one idea, and again.
    while (chosen.length < most && lessons.length + deadEnds.length + ideas.length > 0) {
      chosen.push(...lessons.splice(0, 2), ...deadEnds.splice(0, 2), ...ideas.splice(0, 1));
    }
    return chosen.slice(0, most).map(plain);
  }

  /** All notes, the newest last; those that a condensed one stands for included. */
  all(scope: NoteScope, kind?: Note["kind"]): readonly ListedNote[] {
    const rest = kind === undefined ? "" : "AND kind = ?";
    const sql = `SELECT ${COLUMNS} FROM notes WHERE ${HERE} ${rest} ORDER BY id`;
    return this.#list(sql, scope.project, scope.lock, ...(kind === undefined ? [] : [kind]));
  }

  /** One note by its name, such as `n12`. */
  note(scope: NoteScope, id: string): ListedNote | undefined {
    const number = parseId(id);
    if (number === undefined) return undefined;
    return this.#list(`SELECT ${COLUMNS} FROM notes WHERE ${HERE} AND id = ?`, scope.project, scope.lock, number)[0];
  }

  /** Notes that hold any of the words, the best match first. A question is words and nothing else: it has no syntax. */
  search(scope: NoteScope, question: string, count: number): readonly ListedNote[] {
    const words =
      question
        .toWellFormed()
        .slice(0, 10_000)
        .match(/[\p{L}\p{N}]+/gu) ?? [];
    if (words.length === 0) return [];
    const match = [...new Set(words)].slice(0, WORDS).map((word) => `"${word.slice(0, 64)}"*`);
    return this.#list(
      `SELECT ${COLUMNS.replaceAll(/\w+/g, "notes.$&")} FROM words JOIN notes ON notes.id = words.rowid
       WHERE words MATCH ? AND ${HERE} ORDER BY bm25(words), id LIMIT ?`,
      ...[match.join(" OR "), scope.project, scope.lock, Math.max(0, Math.floor(count))],
    );
  }

  /** The newest experiments that ended, but for baselines and what could not be applied; the newest first. */
  tried({ project, lock }: NoteScope, count: number): readonly Tried[] {
    const sql = `
      SELECT tries.*, parent.files AS parent_files, judged.files AS judged_files FROM tries
      JOIN tries AS parent ON parent.run = tries.run AND parent.experiment = tries.parent
      LEFT JOIN tries AS judged ON judged.run = tries.run AND judged.experiment = tries.judged
      WHERE tries.project = ? AND tries.lock = ? AND tries.files IS NOT NULL ORDER BY tries.seq DESC LIMIT ?`;
    return this.#db.prepare(sql).all(project, lock, count).map(toTried);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #list(sql: string, ...values: SQLInputValue[]): ListedNote[] {
    return this.#db
      .prepare(sql)
      .all(...values)
      .map(toNote);
  }

  #makeFold(): NotebookFold {
    return new NotebookFold(this.#db, (files) => readBlobs(this.#ledger, files));
  }

  #startAnew(): void {
    this.#db.close();
    this.#db = afresh(this.#path);
    this.#fold = this.#makeFold();
  }

  #place(): { seq: number; hash: string } {
    return this.#db.prepare("SELECT seq, hash FROM place").get() as unknown as { seq: number; hash: string };
  }

  /** Whether the ledger is still the one that the index was made of. */
  async #follows(): Promise<boolean> {
    const { seq, hash } = this.#place();
    if (seq === 0) return true;
    for await (const event of this.#ledger.events({ after: seq - 1 })) return event.hash === hash;
    return false;
  }

  async #readBatch(): Promise<number> {
    // The place is read within the transaction: another process may be at the same.
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      let place = this.#place();
      let count = 0;
      for await (const event of this.#ledger.events({ after: place.seq })) {
        const read = event as unknown as PawlEvent;
        if (this.#sees(read)) await this.#fold.apply(read);
        place = { seq: event.seq, hash: event.hash };
        count += 1;
        if (count === BATCH) break;
      }
      if (count > 0) this.#db.prepare("UPDATE place SET seq = ?, hash = ?").run(place.seq, place.hash);
      this.#db.exec("COMMIT");
      return count;
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

/** Contents by path, from their digests. */
export async function readBlobs(ledger: Ledger, files: Readonly<Record<string, string>>): Promise<Files> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const entries = Object.entries(files).map(async ([path, digest]) => [
    path,
    decoder.decode(await ledger.blob(digest)),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Files;
}

type Row = Record<string, unknown>;

function toNote(row: Row): ListedNote {
  const { id, kind, text, by, name, evidence, effect, times, edited, behind } = row as {
    id: number;
    kind: Note["kind"];
    text: string;
    by: Note["by"];
    name: string | null;
    evidence: string;
    effect: string | null;
    times: number;
    edited: number;
    behind: number | null;
  };
  return {
    id: showId(id),
    kind,
    text,
    evidence: JSON.parse(evidence) as ExperimentReference[],
    ...(effect === null ? {} : { effect: JSON.parse(effect) as Effect }),
    by,
    times,
    ...(name === null ? {} : { name }),
    edited: edited === 1,
    ...(behind === null ? {} : { behind: showId(behind) }),
  };
}

/** A note as plugins see it. */
function plain({ id, kind, text, evidence, effect, by, times }: ListedNote): Note {
  const more = times > 1 ? ` (${times} times)` : "";
  return { id, kind, text: `${text}${more}`, evidence, ...(effect === undefined ? {} : { effect }), by };
}

export { plain as toPluginNote };

function toTried(row: Row): Tried {
  const digests = (value: unknown): Readonly<Record<string, string>> =>
    typeof value === "string" ? (JSON.parse(value) as Record<string, string>) : {};
  const effect = row["effect"];
  return {
    seq: Number(row["seq"]),
    run: String(row["run"]),
    experiment: Number(row["experiment"]),
    status: row["status"] as ExperimentStatus,
    failure: row["failure"] as string | null,
    code: row["code"] as string | null,
    reason: String(row["reason"]),
    hypothesis: String(row["hypothesis"]),
    ...(typeof effect === "string" ? { effect: JSON.parse(effect) as Effect } : {}),
    files: digests(row["files"]),
    parentFiles: digests(row["parent_files"]),
    judgedFiles: digests(row["judged_files"]),
  };
}
