import { createHash } from "node:crypto";
import { type CondenseContext, type Condensed, PawlError, cleanText } from "@pawl/plugin";
import { z } from "zod";
import { readAnswer } from "./answer/read.ts";
import type { Question, Reply } from "./asking/ask.ts";
import { type PaidLine, Unaffordable } from "./asking/paid.ts";
import { tellNote } from "./prompt/lessons.ts";
import { Marker } from "./prompt/marked.ts";
import { situation } from "./prompt/situation.ts";
import { dataRule } from "./prompt/system.ts";
import { costOf } from "./proposal.ts";

const noteSchema = z.strictObject({
  kind: z.enum(["lesson", "dead-end", "idea"]),
  text: z.string().describe("in one or two sentences"),
  condenses: z.array(z.string()).describe("names of the notes that it stands for"),
});
const condensedSchema = z.strictObject({ notes: z.array(noteSchema) });
const takenSchema = z.object({ notes: z.array(z.object(noteSchema.shape)) });

const TASK = `You keep the notebook of a search for a better program. Say in as few notes as you can what the given notes say:
join those that say the same, keep what is specific (names, numbers, conditions), leave nothing out that would keep someone
from trying in vain, and add nothing. A note that stands well alone need not be in your answer: it stays.

Answer with one JSON object and nothing else:
{ "notes": [{ "kind": "lesson" | "dead-end" | "idea", "text": "one or two sentences", "condenses": ["n1", "n2"] }] }
"condenses" names the given notes that yours stands for, each by its name; name no other.`;

/** Asks for fewer notes; once more where the answer cannot be used. */
export async function condense(
  line: PaidLine,
  context: CondenseContext,
  ask: (question: Omit<Question, "plain">) => Promise<Reply>,
  model: string,
): Promise<Condensed> {
  const told = context.notes.map((note) => `${note.id} ${tellNote(note)}`).join("\n\n");
  // The same notes are asked for in the same words, so that a recording finds them again.
  const marker = Marker.of(createHash("sha256").update(told).digest("hex").slice(0, 24));
  const system = `${TASK}\n\n${dataRule(marker)}`;
  const prompt = `${situation(context)}\n\n# Notes\n${marker.block(told)}`;
  const messages: Question["messages"][number][] = [{ role: "user", content: prompt }];
  for (let attempt = 0; ; attempt += 1) {
    const reply = await answered(ask({ system, messages, schema: condensedSchema }));
    const read = readAnswer(reply.text, takenSchema);
    const problem = "problem" in read ? read.problem : strangers(read.answer.notes, context);
    if ("answer" in read && problem === undefined) {
      const notes = read.answer.notes.map((note) => ({
        ...note,
        text: cleanText(note.text, { maxCharacters: 2_000 }).trim(),
      }));
      return { notes, exchanges: line.exchanges, cost: costOf(model, line.exchanges) };
    }
    if (attempt > 0) throw failed(`${problem}`);
    messages.push({ role: "assistant", content: cleanText(reply.text) || "(nothing)" });
    messages.push({ role: "user", content: `That cannot be used: ${marker.block(`${problem}`)}\nAnswer once more.` });
  }
}

async function answered(asked: Promise<Reply>): Promise<Extract<Reply, { readonly kind: "answer" }>> {
  try {
    const reply = await asked;
    if (reply.kind === "answer") return reply;
    throw failed(`it refuses the request (${reply.status}): ${reply.reason}`);
  } catch (error) {
    if (!(error instanceof Unaffordable)) throw error;
    throw new PawlError("PAWL_BUDGET_SPENT", error.message, { path: "budget.usd", remedy: "Raise the budget." });
  }
}

function strangers(notes: Condensed["notes"], { notes: given }: CondenseContext): string | undefined {
  const known = new Set(given.map(({ id }) => id));
  for (const { text, condenses } of notes) {
    if (text.trim() === "") return "a note has no text";
    if (condenses.length === 0) return "a note stands for none of the given ones";
    const stranger = condenses.find((id) => !known.has(id));
    if (stranger !== undefined) return `"${stranger.slice(0, 50)}" is not among the given notes`;
  }
  return undefined;
}

function failed(problem: string): PawlError {
  return new PawlError("PAWL_PLUGIN_FAILED", `the model's notes cannot be used: ${problem}`, {
    path: "proposer",
    remedy: "Nothing was written. Try again, or with another model.",
  });
}
