import { DATA_RULE, dataBlock, noteLine, oneLine } from "@pawl/brief";
import { type PawlEvent, addIdea } from "@pawl/core";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { MOST_IDEAS, WAIT_SECONDS } from "../limits.ts";
import type { Session } from "../session.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";
import { withLedger } from "../with-ledger.ts";

const input = z.strictObject({
  search: z.string().trim().min(1).max(500).optional().describe("words to look for"),
  add: z.string().trim().min(1).max(500).optional().describe("an idea for later, in one sentence"),
  count: z.int().min(1).max(100).default(20).describe("how many notes"),
});

/** `notebook`: what was learnt, by this run and by earlier ones on the same metric. */
export function addNotebook(context: ToolContext): void {
  const { session, server } = context;
  let added = 0;
  addTool(context, {
    name: "notebook",
    title: "Read the notebook, or add an idea",
    description:
      "What was learnt about this metric, by this run and by earlier ones under the same lock: lessons, dead ends and open " +
      "ideas, each with the experiments that it rests on. With `search`: the notes that fit these words best. With `add`: " +
      "writes an idea down that you do not try now. Lessons and dead ends are made from verdicts alone.",
    input,
    reads: false,
    async answer({ search, add, count }, call) {
      const ready = await call.wait(WAIT_SECONDS, "opening the notebook", (signal) => session.seat.context(signal));
      if (ready === LATER) return refusal("The run is still being prepared. Ask again.");
      const { notebook } = ready;
      if (add !== undefined) {
        if (added >= MOST_IDEAS) return refusal(`${MOST_IDEAS} ideas are enough for one session: try some of them.`);
        added += 1;
        return await writeIdea(session, add, server.server.getClientVersion()?.name);
      }
      const notes = search === undefined ? notebook.notes(count) : notebook.search(search, count);
      if (notes.length === 0) return text(search === undefined ? "Nothing is written in it yet." : "No note fits.");
      return text(`${notes.length} notes. ${DATA_RULE}\n\n${dataBlock(notes.map(noteLine).join("\n"))}`);
    },
  });
}

async function writeIdea(session: Session, idea: string, client = "a client"): Promise<CallToolResult> {
  const line = oneLine(idea, 500);
  if (line === "") return refusal("There is nothing in this idea that can be read.");
  await withLedger(session, async (ledger, run) => {
    const started = (await ledger.last({ run, type: "run.started" })) as PawlEvent<"run.started"> | undefined;
    const epoch = (await ledger.last({ run, type: "run.epoch" })) as PawlEvent<"run.epoch"> | undefined;
    if (started === undefined) return;
    const lock = (epoch ?? started).data.lock.digest;
    await addIdea(ledger, { project: started.data.project, lock }, { text: line, name: oneLine(client, 100) });
  });
  return text("It is written down. The notebook shows it from the next proposal on.");
}
