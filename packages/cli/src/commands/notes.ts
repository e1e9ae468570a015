import {
  type ExperimentReference,
  type ListedNote,
  type Note,
  PawlError,
  addNote,
  editNote,
  findExperiment,
  removeNote,
} from "@pawl/core";
import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { dollars, wholeNumber } from "../config/overrides.ts";
import { type OpenNotebook, withNotebook } from "../ledger/notebook.ts";
import { formatNote, formatNotes } from "../output/format-notes.ts";
import { condenseNotes } from "../notes/condense.ts";

interface Options {
  readonly run?: string;
  readonly kind?: Note["kind"];
  readonly experiment?: readonly number[];
  readonly limit?: number;
  readonly usd?: number;
}

const RUN = ["--run <name>", "a run on the lock that is meant (default: the newest)"] as const;

/** `pawl notes` */
export function notesCommand(program: Command): void {
  const notes = program
    .command("notes")
    .description("what was learnt on this lock: lessons, dead ends and ideas, each with its experiments");
  notes
    .command("list", { isDefault: true })
    .description("all notes")
    .option(...RUN)
    .option("--kind <kind>", "only lessons, dead ends or ideas: lesson, dead-end, idea", kindOf)
    .action((options: Options, command: Command) =>
      reading(command, options, ({ index, scope }) => index.all(scope, options.kind)),
    );
  notes
    .command("search")
    .description("notes that hold any of the words, the best match first")
    .argument("<words...>", "words in any form")
    .option(...RUN)
    .option("--limit <n>", "at most so many (default: 20)", wholeNumber("--limit", 1))
    .action((words: string[], options: Options, command: Command) =>
      reading(command, options, ({ index, scope }) => index.search(scope, words.join(" "), options.limit ?? 20)),
    );
  notes
    .command("show")
    .description("one note, whole")
    .argument("<note>", "its name, such as n12")
    .option(...RUN)
    .action(async (note: string, options: Options, command: Command) => {
      const cli = openCli(command);
      await withNotebook(cli, options.run, async ({ index, scope }) => {
        const found = index.note(scope, note);
        if (found === undefined) throw notFound(note);
        if (cli.output.json) return await cli.output.data({ type: "note", ...found });
        for (const line of formatNote(found, cli.output)) cli.output.say(line);
      });
    });
  notes
    .command("add")
    .description("write a note of your own")
    .argument("<text>", "in a sentence")
    .option(...RUN)
    .option("--kind <kind>", "lesson, dead-end or idea (default: idea)", kindOf)
    .option("--experiment <n...>", "experiments of the run that it rests on", collect)
    .action((text: string, options: Options, command: Command) =>
      writing(command, options, async ({ ledger, scope, state }, name) => {
        const evidence = await evidenceOf(ledger, state.run, options.experiment ?? []);
        return addNote(ledger, scope, { kind: options.kind ?? "idea", text, evidence, name });
      }),
    );
  notes
    .command("edit")
    .description("say a note in other words; its experiments stay")
    .argument("<note>", "its name, such as n12")
    .argument("<text>", "the new text")
    .option(...RUN)
    .action((note: string, text: string, options: Options, command: Command) =>
      writing(command, options, async ({ ledger, index, scope }, name) => {
        await editNote(ledger, index, scope, { note, text, name });
        return note;
      }),
    );
  notes
    .command("remove")
    .description("take a note out; the ledger remembers it")
    .argument("<note>", "its name, such as n12")
    .option(...RUN)
    .action((note: string, options: Options, command: Command) =>
      writing(command, options, async ({ ledger, index, scope }, name) => {
        await removeNote(ledger, index, scope, { note, name });
        return note;
      }),
    );
  notes
    .command("condense")
    .description("let the proposer's model say the same in fewer notes")
    .option(...RUN)
    .option("--usd <amount>", "for how much money at most, in US dollars", dollars("--usd"))
    .action(async (options: Options, command: Command) => {
      const cli = openCli(command);
      const made = await condenseNotes(cli, options.run, options.usd);
      await tell(cli, made);
    });
}

async function reading(
  command: Command,
  options: Options,
  find: (notebook: OpenNotebook) => readonly ListedNote[],
): Promise<void> {
  const cli = openCli(command);
  await withNotebook(cli, options.run, async (notebook) => {
    const found = find(notebook);
    if (!cli.output.json) return void formatNotes(found, cli.output).forEach((line) => cli.output.say(line));
    for (const note of found) await cli.output.data({ type: "note", ...note });
  });
}

async function writing(
  command: Command,
  options: Options,
  write: (notebook: OpenNotebook, name: string) => Promise<string>,
): Promise<void> {
  const cli = openCli(command);
  await withNotebook(cli, options.run, async (notebook) => {
    const id = await write(notebook, await notebook.userName());
    await notebook.index.catchUp();
    const note = notebook.index.note(notebook.scope, id);
    if (note !== undefined) return tell(cli, [note]);
    if (cli.output.json) await cli.output.data({ type: "note", id, removed: true });
    else cli.output.say(`${id} is gone`);
  });
}

async function tell({ output }: Cli, notes: readonly ListedNote[]): Promise<void> {
  if (!output.json) return formatNotes(notes, output).forEach((line) => output.say(line));
  for (const note of notes) await output.data({ type: "note", ...note });
}

async function evidenceOf(
  ledger: OpenNotebook["ledger"],
  run: string,
  experiments: readonly number[],
): Promise<ExperimentReference[]> {
  const evidence: ExperimentReference[] = [];
  for (const experiment of experiments) {
    if ((await findExperiment(ledger, run, experiment)) === undefined) {
      throw new PawlError("PAWL_EXPERIMENT_NOT_FOUND", `there is no experiment ${experiment} in "${run}"`, {
        remedy: '"pawl log" lists them; --run names another run.',
      });
    }
    evidence.push({ run, experiment });
  }
  return evidence;
}

function kindOf(value: string): Note["kind"] {
  if (value === "lesson" || value === "dead-end" || value === "idea") return value;
  throw new PawlError("PAWL_USAGE", `"${value}" is no kind of note`, {
    path: "--kind",
    remedy: "Use lesson, dead-end or idea.",
  });
}

const number = wholeNumber("--experiment", 0);
const collect = (value: string, before: readonly number[] = []): readonly number[] => [...before, number(value)];

function notFound(note: string): PawlError {
  return new PawlError("PAWL_NOTE_NOT_FOUND", `there is no note "${note}" in the notebook of this lock`, {
    remedy: '"pawl notes" lists them.',
  });
}
