import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Gate,
  type Json,
  type Note,
  type Notebook,
  type PawlConfig,
  type Proposal,
  type ProposeContext,
  defineGate,
  defineProposer,
  pass,
  reject,
} from "@pawl/plugin";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import type { NoteScope, PawlEvent } from "../events.ts";
import { openSqliteLedger } from "../ledger/sqlite.ts";
import { writeLock } from "../lock/write-lock.ts";
import { openProject } from "../project.ts";
import { nearness, scratchRepo, toyConfig } from "../test/toy.ts";
import { NotebookIndex } from "./index-of-ledger.ts";
import { addNote, editNote, removeNote, writeCondensed } from "./write.ts";

type Idea = Partial<Proposal> & { readonly text: string };
type Script = readonly (Idea | ((context: ProposeContext) => Idea))[];

/** Proposes what it is told to, in this order. */
const scripted = (script: Script) =>
  defineProposer({
    name: "toy-scripted",
    create: () => ({
      async propose(context) {
        const next = script[context.experiment - 1];
        const idea = typeof next === "function" ? next(context) : next;
        if (idea === undefined) return null;
        const { text, ...rest } = idea;
        return { change: { kind: "files", files: { "point.json": text } }, hypothesis: `try ${text}`, ...rest };
      },
    }),
  })();

const at = (x: number, y: number): string => JSON.stringify({ x, y });
const paid = { cost: { usd: 0.01 } };

async function runIn(root: string, config: PawlConfig, name?: string) {
  const events: PawlEvent[] = [];
  const run = createEngine(config, { root }).run(name === undefined ? {} : { name });
  for await (const event of run) events.push(event);
  const summary = await run.result;
  const finished = events.flatMap((event) => (event.type === "experiment.finished" ? [event.data] : []));
  return { events, finished, summary };
}

async function openNotebook(root: string, path = ":memory:") {
  const ledger = await openSqliteLedger(join(root, ".pawl", "ledger.sqlite"));
  const started = (await ledger.last({ type: "run.started" })) as unknown as PawlEvent<"run.started">;
  const scope: NoteScope = { project: started.data.project, lock: started.data.lock.digest };
  const index = new NotebookIndex(ledger, path);
  await index.catchUp();
  return {
    ledger,
    scope,
    index,
    async [Symbol.asyncDispose]() {
      index.close();
      await ledger.close();
    },
  };
}

const config = (script: Script, changes: Partial<PawlConfig> = {}): PawlConfig =>
  toyConfig({ proposer: scripted(script), budget: { experiments: script.length }, ...changes });

describe("notes by rule", () => {
  test("what was kept is a lesson with its effect, what failed a dead end, and each links to its experiments", async () => {
    await using repo = await scratchRepo();
    const script: Script = [
      { text: at(1, 0) },
      { text: at(9, 9), ifItFails: "that far away is wrong" },
      { text: "not json" },
      { text: at(8, 8) },
      { text: at(2, -1), ideas: ["turn the axes"] },
    ];
    await repo.lock(config(script));
    const { finished } = await runIn(repo.root, config(script));
    await using notebook = await openNotebook(repo.root);
    const notes = notebook.index.all(notebook.scope);
    expect(notes.map(({ kind, evidence }) => [kind, ...evidence.map(({ experiment }) => experiment)])).toEqual([
      ["lesson", 1],
      // The same idea with other numbers is the same dead end.
      ["dead-end", 2, 4],
      ["dead-end", 3],
      ["idea"],
      ["lesson", 5],
    ]);
    const [lesson, far, broken, idea] = notes;
    expect(lesson).toMatchObject({
      by: "rule",
      text: expect.stringMatching(/^try .* – kept: nearness −?-?7\.211\d* → .*better\. Changed: point\.json \+1 −1/),
    });
    expect(lesson?.effect).toEqual(finished[1]?.effect);
    expect(lesson?.effect).toMatchObject({ pairs: 3, confidence: 0.95 });
    expect(lesson!.effect!.low!).toBeLessThan(lesson!.effect!.mean);
    expect(far).toMatchObject({ times: 2, text: expect.stringContaining("rejected (TOY_NOT_BETTER): not better") });
    expect(far?.text).toContain("Learnt, says the proposer: that far away is wrong");
    expect(broken?.text).toMatch(/failed: it crashed with SyntaxError$/);
    expect(idea).toMatchObject({ by: "proposer", text: "turn the axes", evidence: [] });
  });

  test("a later run on the same lock reads them, one on another lock does not, and an idea that is tried is open no more", async () => {
    await using repo = await scratchRepo();
    const seen: (readonly Note[])[] = [];
    const look = (context: ProposeContext): Idea => {
      seen.push(context.notebook.notes(10));
      return { text: at(-context.experiment, 0), hypothesis: "turn the axes" };
    };
    const first = config([{ text: at(1, 0), ideas: ["turn the axes"] }]);
    await repo.lock(first);
    await runIn(repo.root, first);
    await runIn(repo.root, config([look, look]));
    expect(seen[0]?.map(({ kind, evidence }) => [kind, evidence[0]?.run])).toEqual([
      ["lesson", "run-1"],
      ["idea", undefined],
    ]);
    expect(seen[1]?.map(({ kind, evidence }) => [kind, evidence[0]?.run])).toEqual([
      ["lesson", "run-1"],
      ["dead-end", "run-2"],
    ]);
    const other = config([look], { scorer: nearness({ goal: [1, 1] }) });
    await repo.git("config", "user.name", "Ada");
    const { signal } = new AbortController();
    await writeLock(await openProject(other, { root: repo.root }), { signal, accept: { reason: "another goal" } });
    await runIn(repo.root, other);
    expect(seen[2]).toEqual([]);
  });

  test("a candidate cannot write a validation case into the notebook, and a sealed verdict leaves one bit", async () => {
    await using repo = await scratchRepo();
    const nosy = defineGate({
      name: "toy-nosy",
      create: (): Gate => ({
        async judge({ rerun, experiment }) {
          if (experiment !== 2) return pass("TOY_FINE", "fine");
          await rerun({ split: "holdout" });
          return reject("TOY_SEALED", "the sealed cases say 42.4242", { secret: 42.4242 });
        },
      }),
    });
    const script: Script = [{ text: "SECRET-CASE {" }, { text: at(1, 0) }];
    const own = config(script, { gates: [nosy()] });
    await repo.lock(own);
    const { finished } = await runIn(repo.root, own);
    expect(JSON.stringify(finished)).toMatch(/SECRET-CASE|42\.4242/);
    await using notebook = await openNotebook(repo.root);
    const deadEnds = notebook.index.all(notebook.scope, "dead-end").map(({ text }) => text.replace(/^.* – /, ""));
    expect(deadEnds).toEqual([
      "failed: it crashed with SyntaxError",
      "rejected (TOY_SEALED): the sealed cases do not confirm it",
    ]);
  });
});

describe("the index", () => {
  const script: Script = Array.from({ length: 12 }, (_, index) => ({
    text: index % 2 === 0 ? at(index / 4, -index / 8) : at(-index, index),
    hypothesis: `${["widen", "narrow", "shift"][index % 3]} the ${["north", "south", "east", "west"][index % 4]} window`,
  }));

  test("made in pieces or at once, kept or thrown away or damaged, it says the same", async () => {
    await using repo = await scratchRepo();
    await repo.lock(config(script));
    await runIn(repo.root, config(script));
    const file = join(repo.root, ".pawl", "notebook.sqlite");
    const read = async (path: string) => {
      await using notebook = await openNotebook(repo.root, path);
      return [notebook.index.all(notebook.scope), notebook.index.search(notebook.scope, "north", 5)];
    };
    const whole = await read(":memory:");
    expect(whole[0]!.length).toBeGreaterThan(3);
    expect(await read(file)).toEqual(whole);
    await writeFile(file, "this is no database at all, but something else");
    expect(await read(file)).toEqual(whole);
    // An index of another ledger, as after a backup was put back.
    await using other = await scratchRepo();
    await other.lock(config(script.slice(0, 3)));
    await runIn(other.root, config(script.slice(0, 3)));
    await writeFile(join(other.root, ".pawl", "notebook.sqlite"), await readFile(file));
    await using notebook = await openNotebook(other.root, join(other.root, ".pawl", "notebook.sqlite"));
    expect(notebook.index.all(notebook.scope).flatMap(({ evidence }) => evidence)).toHaveLength(3);
  });

  test("search finds words in any form, best match first, and knows no syntax", async () => {
    await using repo = await scratchRepo();
    await repo.lock(config(script));
    await runIn(repo.root, config(script));
    await using notebook = await openNotebook(repo.root);
    const { index, scope } = notebook;
    const [best] = index.search(scope, "shifting the WEST windows", 3);
    expect(best?.text).toMatch(/^shift the west window/);
    for (const hostile of [
      '"',
      '" OR 1=1',
      "NEAR(a b)",
      "text:x",
      "a AND",
      "NOT",
      "*",
      "^x",
      "(",
      "'; DROP TABLE notes; --",
      "\u0000",
      "",
    ]) {
      expect(index.search(scope, hostile, 5)).toBeInstanceOf(Array);
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (words) => {
        expect(index.search(scope, words, 5).length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 300 },
    );
    expect(index.search(scope, "x ".repeat(1_000_000), 5)).toBeInstanceOf(Array);
    expect(index.all(scope).length).toBeGreaterThan(3);
  });

  test("people add, edit and remove; the ledger says who", async () => {
    await using repo = await scratchRepo();
    await repo.lock(config(script));
    await runIn(repo.root, config(script));
    await using notebook = await openNotebook(repo.root);
    const { ledger, index, scope } = notebook;
    const before = index.all(scope).length;
    const id = await addNote(ledger, scope, { kind: "idea", text: "ask\u001b[31m Grace", evidence: [], name: "Ada" });
    await index.catchUp();
    expect(index.note(scope, id)).toMatchObject({ by: "person", name: "Ada", text: "ask Grace" });
    await editNote(ledger, index, scope, { note: id, text: "ask Grace twice", name: "Grace" });
    await index.catchUp();
    expect(index.note(scope, id)).toMatchObject({ text: "ask Grace twice", edited: true, name: "Grace" });
    expect(index.search(scope, "twice", 1)[0]?.id).toBe(id);
    await removeNote(ledger, index, scope, { note: id, name: "Ada" });
    await index.catchUp();
    expect(index.note(scope, id)).toBeUndefined();
    expect(index.search(scope, "twice", 1)).toEqual([]);
    expect(index.all(scope)).toHaveLength(before);
    for (const note of [id, "n0", "n999999", "nonsense", "n1-99"]) {
      await expect(removeNote(ledger, index, scope, { note, name: "Ada" })).rejects.toThrow(/there is no note/);
    }
    await expect(
      addNote(ledger, scope, { kind: "idea", text: "\u001b[31m ", evidence: [], name: "Ada" }),
    ).rejects.toThrow(/needs a text/);
  });

  test("a condensed note rests on the experiments of those it stands for, and can invent none", async () => {
    await using repo = await scratchRepo();
    await repo.lock(config(script));
    await runIn(repo.root, config(script));
    await using notebook = await openNotebook(repo.root);
    const { ledger, index, scope } = notebook;
    const given = index.all(scope, "dead-end");
    const [one, other] = given;
    const answer = (condenses: string[]) => ({
      notes: [{ kind: "dead-end" as const, text: "windows do not help", condenses }],
    });
    await expect(
      writeCondensed(ledger, scope, { given, answer: answer([one!.id, "n1"]), plugin: "toy" }),
    ).rejects.toThrow(/rests on "n1", which was not given/);
    const [id] = await writeCondensed(ledger, scope, { given, answer: answer([one!.id, other!.id]), plugin: "toy" });
    // Somebody who writes into the ledger what no model may say is not believed either.
    const forged: Json = {
      ...scope,
      kind: "lesson",
      text: "forged",
      by: "model",
      name: "x",
      condenses: [one!.id],
      evidence: [{ run: "run-9", experiment: 9 }],
    };
    const [event] = await ledger.append(null, [{ type: "note.written", version: 1, data: forged }]);
    await index.catchUp();
    expect(index.note(scope, id!)?.evidence).toEqual([...one!.evidence, ...other!.evidence]);
    expect(index.note(scope, `n${event!.seq}`)?.evidence).toEqual(one!.evidence);
    const shown = index.notes(scope, 100).map((note) => note.id);
    expect(shown).toContain(id);
    expect(shown).not.toContain(other!.id);
    await removeNote(ledger, index, scope, { note: id!, name: "Ada" });
    await index.catchUp();
    expect(index.notes(scope, 100).map((note) => note.id)).toContain(other!.id);
  });
});

describe("what was tried before", () => {
  const spaced = (text: string): string => text.replaceAll(",", " ,\n  ");
  const codes = (finished: { verdicts: readonly { code: string }[] }[]) =>
    finished.slice(1).map(({ verdicts }) => verdicts.at(-1)?.code);

  test("is not run again where money is at stake, and says which experiment it repeats", async () => {
    await using repo = await scratchRepo();
    const script: Script = [
      { text: at(9, 9), ...paid },
      { text: spaced(at(9, 9)), ...paid },
      { text: at(9, 9.5), ...paid },
      { text: "not json", ...paid },
      { text: "not json  ", ...paid },
      { text: at(1, 0), ...paid },
      // The champion is another one now.
      { text: at(9, 9), ...paid },
    ];
    await repo.lock(config(script));
    const { finished } = await runIn(repo.root, config(script));
    expect(codes(finished)).toEqual([
      "TOY_NOT_BETTER",
      "PAWL_TRIED_BEFORE",
      "TOY_NOT_BETTER",
      undefined,
      "PAWL_TRIED_BEFORE",
      "TOY_BETTER",
      "TOY_NOT_BETTER",
    ]);
    expect(finished[2]).toMatchObject({
      status: "rejected",
      verdicts: [{ gate: "notebook", evidence: { run: "run-1", experiment: 1 } }],
    });
    expect(finished[2]?.measured).toBeUndefined();
    // In a later run, too, which starts from the same baseline.
    const again = await runIn(repo.root, config([{ text: at(9, 9), ...paid }]), "later");
    expect(again.finished[1]?.reason).toContain("the same as experiment 1 of run-1 but for layout and comments");
    await using notebook = await openNotebook(repo.root);
    const [far] = notebook.index.all(notebook.scope, "dead-end");
    expect(far?.evidence.map(({ run, experiment }) => `${run}/${experiment}`)).toContain("later/1");
  });

  test("a search that costs nothing is not asked, and what failed by chance may be tried again", async () => {
    await using repo = await scratchRepo();
    const free: Script = [{ text: at(9, 9) }, { text: at(9, 9) }];
    await repo.lock(config(free));
    expect(codes((await runIn(repo.root, config(free))).finished)).toEqual(["TOY_NOT_BETTER", "TOY_NOT_BETTER"]);
    const hang = '{"hang": true}';
    const { finished } = await runIn(
      repo.root,
      config([
        { text: hang, ...paid },
        { text: hang, ...paid },
      ]),
    );
    expect(finished.slice(1).map(({ failure }) => failure)).toEqual(["timeout", "timeout"]);
  });

  test("proposers see what is alike, also of earlier runs, and can change nothing of it", async () => {
    await using repo = await scratchRepo();
    let notebook: Notebook | undefined;
    const look = (context: ProposeContext): Idea => {
      notebook = context.notebook;
      expect(context.notebook.similar({ "point.json": spaced(at(9, 9)) })[0]).toMatchObject({
        run: "run-1",
        experiment: 1,
        status: "rejected",
        similarity: 1,
        reason: expect.stringContaining("TOY_NOT_BETTER"),
      });
      expect(context.notebook.similar({ "point.json": "{}" })).toEqual([]);
      expect(() => Object.assign(context.notebook, { notes: () => [] })).toThrow();
      expect(() => Object.assign(context.notebook.notes(1)[0]!, { text: "x" })).toThrow();
      return { text: at(1, 0) };
    };
    const first = config([{ text: at(9, 9) }]);
    await repo.lock(first);
    await runIn(repo.root, first);
    await runIn(repo.root, config([look]));
    expect(notebook).toBeDefined();
  });
});
