import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ExperimentReference, Files, Metric } from "@pawl/plugin";
import type { ExperimentFinished, ExperimentProposed, NoteWritten, PawlEvent } from "../events.ts";
import { TRIED_BEFORE, changeText, codeOf, deadEndText, lessonText, likenessOf, outcomeText } from "./rules.ts";

/** References that a note keeps; further ones are counted. */
const KEPT = 100;
/** Notes that one event can give. */
const PER_EVENT = 32;

/** Reads the contents that an experiment proposed. */
export type ReadFiles = (files: Readonly<Record<string, string>>) => Promise<Files>;

interface TryRow {
  readonly seq: number;
  readonly run: string;
  readonly experiment: number;
  readonly project: string;
  readonly parent: number | null;
  readonly hypothesis: string;
  readonly if_fails: string | null;
  readonly files: string | null;
  readonly score: number | null;
}

interface NoteRow {
  readonly id: number;
  readonly evidence: string;
  readonly edited: number;
}

/** A note about to be written. */
interface NewNote {
  readonly id: number;
  readonly project: string;
  readonly lock: string;
  readonly kind: string;
  readonly alike: string;
  readonly text: string;
  readonly by: string;
  readonly name?: string;
  readonly evidence: readonly ExperimentReference[];
  readonly effect?: ExperimentFinished["effect"];
  readonly weight?: number;
}

/** Makes notes of events by rule. The same events give the same notes, whoever reads them and whenever. */
export class NotebookFold {
  readonly #db: DatabaseSync;
  readonly #readFiles: ReadFiles;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, readFiles: ReadFiles) {
    this.#db = db;
    this.#readFiles = readFiles;
  }

  async apply(event: PawlEvent): Promise<void> {
    const run = event.run ?? "";
    switch (event.type) {
      case "run.started": {
        const { project, lock, metric } = event.data;
        this.#run("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)", run, project, lock.digest, JSON.stringify(metric));
        return;
      }
      case "run.epoch":
        this.#run("UPDATE runs SET lock = ? WHERE run = ?", event.data.lock.digest, run);
        return;
      case "experiment.proposed":
        return this.#proposed(event.seq, run, event.data);
      case "experiment.finished":
        return this.#finished(event.seq, run, event.data);
      case "experiment.reviewed":
        if (event.data.decision === "rejected") this.#turnedDown(event.seq, run, event.data);
        return;
      case "note.written":
        return this.#written(event.seq, event.data);
      case "note.edited":
        return this.#edited(event.data);
      case "note.removed":
        return this.#removed(event.data);
      default:
    }
  }

  #proposed(seq: number, run: string, data: ExperimentProposed): void {
    const { experiment, parent, hypothesis, ifItFails, ideas = [], files } = data;
    const scope = this.#get<{ project: string; lock: string }>("SELECT project, lock FROM runs WHERE run = ?", run);
    if (scope === undefined) return;
    const { project, lock } = scope;
    this.#run(
      "INSERT INTO tries (seq, run, experiment, project, parent, hypothesis, if_fails, files) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[seq, run, experiment, project, parent, hypothesis, ifItFails ?? null],
      files === undefined ? null : JSON.stringify(files),
    );
    // What is being tried is open no more.
    const open = this.#alike(project, lock, "idea", likenessOf(hypothesis));
    if (open !== undefined) this.#run("UPDATE notes SET removed = 1 WHERE id = ?", open.id);
    for (const [index, text] of ideas.entries()) this.#idea(idOf(seq, index), { project, lock }, text);
  }

  /** An idea of whoever proposes: the same one twice is one that came up twice. */
  #idea(id: number, { project, lock }: Pick<NewNote, "project" | "lock">, text: string): void {
    const alike = likenessOf(text);
    const known = this.#alike(project, lock, "idea", alike);
    if (known !== undefined) this.#run("UPDATE notes SET times = times + 1 WHERE id = ?", known.id);
    else this.#insert({ id, project, lock, kind: "idea", alike, text, by: "proposer", evidence: [] });
  }

  async #finished(seq: number, run: string, data: ExperimentFinished): Promise<void> {
    const tried = this.#try(run, data.experiment);
    if (tried === undefined) return;
    const { status, failure, lock, champion, score, effect } = data;
    this.#run(
      "UPDATE tries SET lock = ?, status = ?, failure = ?, code = ?, reason = ?, judged = ?, score = ?, effect = ? WHERE seq = ?",
      ...[lock, status, failure ?? null, codeOf(data) ?? null, outcomeText(data), champion, score ?? null],
      ...[effect === undefined ? null : JSON.stringify(effect), tried.seq],
    );
    if (tried.parent === null) return;
    if (status === "kept") await this.#lesson(seq, tried, data);
    // Of what could not be applied, or was not affordable, nothing is known.
    else if (status === "rejected" || (status === "failed" && !UNKNOWN.has(failure ?? ""))) {
      this.#deadEnd(
        seq,
        tried,
        { lock, outcome: outcomeText(data), code: codeOf(data) ?? failure ?? status, effect },
        data,
      );
    }
  }

  async #lesson(seq: number, tried: TryRow, data: ExperimentFinished): Promise<void> {
    const { run, experiment, project, hypothesis, files } = tried;
    const judged = data.champion === null ? undefined : this.#try(run, data.champion);
    const metric = this.#get<{ metric: string }>("SELECT metric FROM runs WHERE run = ?", run);
    if (files === null || metric === undefined || data.score === undefined) return;
    const before = judged?.files == null ? {} : await this.#readFiles(JSON.parse(judged.files));
    const change = changeText(before, await this.#readFiles(JSON.parse(files)));
    const measure = JSON.parse(metric.metric) as Metric;
    const from = judged?.score ?? null;
    this.#insert({
      id: idOf(seq, 0),
      project,
      lock: data.lock,
      kind: "lesson",
      alike: `${run}/${experiment}`,
      text: lessonText(hypothesis, change, measure, from, data.score),
      by: "rule",
      evidence: [{ run, experiment }],
      effect: data.effect,
      weight: data.effect?.mean ?? (from === null ? 0 : Math.abs(data.score - from)),
    });
  }

  #deadEnd(
    seq: number,
    { run, experiment, project, hypothesis, if_fails: ifItFails }: TryRow,
    {
      lock,
      outcome,
      code,
      effect,
    }: { lock: string; outcome: string; code: string; effect?: ExperimentFinished["effect"] },
    data?: ExperimentFinished,
  ): void {
    const reference = { run, experiment };
    const again = data === undefined ? undefined : this.#triedBefore(project, lock, data);
    const alike = `${code} ${likenessOf(hypothesis)}`;
    const known = again ?? this.#alike(project, lock, "dead-end", alike);
    if (known === undefined) {
      const text = deadEndText(hypothesis, outcome, ifItFails);
      const rest = { by: "rule", evidence: [reference], ...(effect === undefined ? {} : { effect }) };
      this.#insert({ id: idOf(seq, 0), project, lock, kind: "dead-end", alike, text, ...rest });
      return;
    }
    const evidence = [...(JSON.parse(known.evidence) as ExperimentReference[]), reference].slice(-KEPT);
    this.#run("UPDATE notes SET times = times + 1, evidence = ? WHERE id = ?", JSON.stringify(evidence), known.id);
  }

  /** The note of the experiment that a repeated one was the same as. */
  #triedBefore(project: string, lock: string, { verdicts }: ExperimentFinished): NoteRow | undefined {
    const found = verdicts.find(({ code }) => code === TRIED_BEFORE)?.evidence as ExperimentReference | undefined;
    if (found === undefined) return undefined;
    const { run, experiment } = found;
    return this.#get<NoteRow>(
      `SELECT id, evidence, edited FROM notes WHERE project = ? AND lock = ? AND kind = 'dead-end' AND removed = 0
       AND EXISTS (SELECT 1 FROM json_each(evidence) WHERE value ->> 'run' = ? AND value ->> 'experiment' = ?)`,
      ...[project, lock, run, experiment],
    );
  }

  #turnedDown(seq: number, run: string, { experiment, reason }: { experiment: number; reason: string }): void {
    const tried = this.#try(run, experiment);
    const held = this.#get<{ lock: string | null }>(
      "SELECT lock FROM tries WHERE run = ? AND experiment = ?",
      run,
      experiment,
    );
    if (tried === undefined || held?.lock == null) return;
    this.#deadEnd(seq, tried, {
      lock: held.lock,
      outcome: `held, and turned down by a person: ${reason}`,
      code: "review",
    });
  }

  #written(seq: number, data: NoteWritten): void {
    const { project, lock, kind, text, by, name, condenses = [] } = data;
    const id = idOf(seq, 0);
    // Not trusted: no more than an idea, and never before what people wrote.
    if (by === "proposer") return this.#idea(id, { project, lock }, text);
    const originals = condenses.flatMap((each) => this.#note(project, lock, each) ?? []);
    // Whoever wrote the event: what stands for other notes rests on their experiments, and on no others.
    const evidence = by === "model" ? union(originals.map((note) => JSON.parse(note.evidence))) : data.evidence;
    if (by === "model" && originals.length === 0) return;
    this.#insert({ id, project, lock, kind, alike: `note ${id}`, text, by, name, evidence, weight: Number.MAX_VALUE });
    for (const original of originals) this.#run("UPDATE notes SET behind = ? WHERE id = ?", id, original.id);
  }

  #edited({
    project,
    lock,
    note,
    text,
    name,
  }: {
    project: string;
    lock: string;
    note: string;
    text: string;
    name: string;
  }): void {
    const found = this.#note(project, lock, note);
    if (found === undefined) return;
    this.#run("UPDATE notes SET text = ?, name = ?, edited = 1 WHERE id = ?", text, name, found.id);
    this.#run("DELETE FROM words WHERE rowid = ?", found.id);
    this.#run("INSERT INTO words (rowid, text) VALUES (?, ?)", found.id, text);
  }

  #removed({ project, lock, note }: { project: string; lock: string; note: string }): void {
    const found = this.#note(project, lock, note);
    if (found === undefined) return;
    this.#run("UPDATE notes SET removed = 1 WHERE id = ?", found.id);
    // What it stood for comes forward again.
    this.#run("UPDATE notes SET behind = NULL WHERE behind = ?", found.id);
  }

  #insert({ id, project, lock, kind, alike, text, by, name, evidence, effect, weight = 0 }: NewNote): void {
    this.#run(
      "INSERT INTO notes (id, project, lock, kind, alike, text, by, name, evidence, effect, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[id, project, lock, kind, alike, text, by, name ?? null, JSON.stringify(evidence.slice(-KEPT))],
      ...[effect === undefined ? null : JSON.stringify(effect), weight],
    );
    this.#run("INSERT INTO words (rowid, text) VALUES (?, ?)", id, text);
  }

  #alike(project: string, lock: string, kind: string, alike: string): NoteRow | undefined {
    const sql =
      "SELECT id, evidence, edited FROM notes WHERE project = ? AND lock = ? AND kind = ? AND alike = ? AND removed = 0";
    return this.#get<NoteRow>(sql, project, lock, kind, alike);
  }

  #note(project: string, lock: string, note: string): NoteRow | undefined {
    const id = parseId(note);
    const sql = "SELECT id, evidence, edited FROM notes WHERE id = ? AND project = ? AND lock = ? AND removed = 0";
    return id === undefined ? undefined : this.#get<NoteRow>(sql, id, project, lock);
  }

  #try(run: string, experiment: number): TryRow | undefined {
    return this.#get<TryRow>("SELECT * FROM tries WHERE run = ? AND experiment = ?", run, experiment);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #get<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#statement(sql).get(...values) as T | undefined;
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const UNKNOWN = new Set(["invalid-proposal", "out-of-budget"]);

/** A note's number comes from the event that made it, so that it stays the same whatever is made of other events. */
const idOf = (seq: number, index: number): number => seq * PER_EVENT + index;

/** `n12`, or `n12-1` for the second note of the same event. */
export function showId(id: number): string {
  const index = id % PER_EVENT;
  return `n${Math.floor(id / PER_EVENT)}${index === 0 ? "" : `-${index}`}`;
}

/** The number behind `n12`; `undefined` for what is no note's name. */
export function parseId(note: string): number | undefined {
  const match = /^n(\d{1,12})(?:-(\d{1,2}))?$/.exec(note);
  return match === null ? undefined : idOf(Number(match[1]), Number(match[2] ?? 0));
}

function union(lists: readonly (readonly ExperimentReference[])[]): ExperimentReference[] {
  return [...new Map(lists.flat().map((each) => [`${each.run}/${each.experiment}`, each])).values()];
}
