import {
  type Condensed,
  type ExperimentReference,
  type Json,
  type Note,
  PawlError,
  cleanJson,
  cleanText,
} from "@pawl/plugin";
import type { NoteScope, NoteWritten } from "../events.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { Recorder } from "../recorder.ts";
import type { NotebookIndex } from "./index-of-ledger.ts";

/** Characters of a note. */
const NOTE = { maxCharacters: 2_000 };

/** Adds a person's note. @returns its name, such as `n12` */
export async function addNote(
  ledger: Ledger,
  scope: NoteScope,
  note: Pick<Note, "kind" | "text" | "evidence"> & { readonly name: string },
): Promise<string> {
  const data: NoteWritten = { ...scope, ...note, text: textOf(note.text), by: "person" };
  const [event] = await new Recorder(ledger, null).record([{ type: "note.written", data }]);
  return `n${event?.seq}`;
}

/** Adds an idea of whoever proposes through another program. @returns its name, unless the same idea was there */
export async function addIdea(
  ledger: Ledger,
  scope: NoteScope,
  { text, name }: { readonly text: string; readonly name: string },
): Promise<string> {
  const data: NoteWritten = { ...scope, kind: "idea", text: textOf(text), evidence: [], by: "proposer", name };
  const [event] = await new Recorder(ledger, null).record([{ type: "note.written", data }]);
  return `n${event?.seq}`;
}

/**
 * Says a note in other words; the experiments stay.
 * @throws PawlError `PAWL_NOTE_NOT_FOUND`
 */
export async function editNote(
  ledger: Ledger,
  index: NotebookIndex,
  scope: NoteScope,
  { note, text, name }: { readonly note: string; readonly text: string; readonly name: string },
): Promise<void> {
  findNote(index, scope, note);
  const data = { ...scope, note, text: textOf(text), name };
  await new Recorder(ledger, null).record([{ type: "note.edited", data }]);
}

/**
 * Takes a note out of the notebook; the ledger remembers it.
 * @throws PawlError `PAWL_NOTE_NOT_FOUND`
 */
export async function removeNote(
  ledger: Ledger,
  index: NotebookIndex,
  scope: NoteScope,
  { note, name }: { readonly note: string; readonly name: string },
): Promise<void> {
  findNote(index, scope, note);
  await new Recorder(ledger, null).record([{ type: "note.removed", data: { ...scope, note, name } }]);
}

/**
 * Writes down what a model has made of notes. Each of its notes rests on the experiments of those that it stands for: a
 * name that it was not given refuses the whole answer.
 * @returns names of the new notes
 * @throws PawlError `PAWL_PLUGIN_FAILED`
 */
export async function writeCondensed(
  ledger: Ledger,
  scope: NoteScope,
  { given, answer, plugin }: { readonly given: readonly Note[]; readonly answer: Condensed; readonly plugin: string },
): Promise<readonly string[]> {
  const known = new Map(given.map((note) => [note.id, note]));
  const recorder = new Recorder(ledger, null);
  const asked = answer.exchanges ?? [];
  const exchanges = asked.length === 0 ? undefined : recorder.packed(cleanJson(asked as unknown as Json));
  const entries = answer.notes.map(({ kind, text, condenses }, index) => {
    const evidence = condenses.flatMap((id): readonly ExperimentReference[] => {
      const note = known.get(id);
      if (note !== undefined) return note.evidence;
      throw new PawlError("PAWL_PLUGIN_FAILED", `a condensed note rests on "${id.slice(0, 50)}", which was not given`, {
        path: "proposer",
        remedy: "Nothing was written. Try again, or with another model.",
      });
    });
    const spent = index > 0 ? {} : { cost: answer.cost, exchanges: exchanges?.digest };
    const data: NoteWritten = JSON.parse(
      JSON.stringify({ ...scope, kind, text: textOf(text), evidence, by: "model", name: plugin, condenses, ...spent }),
    );
    return { type: "note.written" as const, data };
  });
  if (entries.length === 0) return [];
  const events = await recorder.record(entries, exchanges === undefined ? [] : [exchanges.content]);
  return events.map(({ seq }) => `n${seq}`);
}

function findNote(index: NotebookIndex, scope: NoteScope, note: string): void {
  if (index.note(scope, note) !== undefined) return;
  throw new PawlError("PAWL_NOTE_NOT_FOUND", `there is no note "${note.slice(0, 50)}" in the notebook of this lock`, {
    remedy: '"pawl notes" lists them.',
  });
}

function textOf(text: string): string {
  const cleaned = cleanText(text, NOTE).trim();
  if (cleaned !== "") return cleaned;
  throw new PawlError("PAWL_USAGE", "a note needs a text", { remedy: "Say it in a sentence." });
}
