import { DATA_RULE, dataBlock, noteLine } from "@pawl/brief";
import { z } from "zod";
import { WAIT_SECONDS } from "../limits.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";

/** `notebook`: what was learnt, by this run and by earlier ones on the same metric. */
export function addNotebook(context: ToolContext): void {
  addTool(context, {
    name: "notebook",
    title: "Read the notebook",
    description:
      "What was learnt about this metric, by this run and by earlier ones under the same lock: lessons, dead ends and open " +
      "ideas, each with the experiments that it rests on. With `search`: the notes that fit these words best.",
    input: z.strictObject({
      search: z.string().trim().min(1).max(500).optional().describe("words to look for"),
      count: z.int().min(1).max(100).default(20).describe("how many notes"),
    }),
    reads: true,
    async answer({ search, count }, call) {
      const known = await call.wait(WAIT_SECONDS, "opening the notebook", (signal) =>
        context.session.seat.context(signal),
      );
      if (known === LATER) return refusal("The run is still being prepared. Ask again.");
      const notes = search === undefined ? known.notebook.notes(count) : known.notebook.search(search, count);
      if (notes.length === 0) return text(search === undefined ? "Nothing is written in it yet." : "No note fits.");
      return text(`${notes.length} notes. ${DATA_RULE}\n\n${dataBlock(notes.map(noteLine).join("\n"))}`);
    },
  });
}
