import { DATA_RULE, dataBlock, experimentLine } from "@pawl/brief";
import { z } from "zod";
import { WAIT_SECONDS } from "../limits.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";

/** `history`: what was tried in this run. */
export function addHistory(context: ToolContext): void {
  const { seat } = context.session;
  addTool(context, {
    name: "history",
    title: "List the experiments",
    description:
      "The experiments of this run that have ended, the newest last: outcome, score, what was tried, and why it ended so.",
    input: z.strictObject({
      count: z.int().min(1).max(500).default(50).describe("how many of the last ones"),
      status: z.enum(["kept", "rejected", "held", "failed"]).optional().describe("only those that ended so"),
    }),
    reads: true,
    async answer({ count, status }, call) {
      // After the end there is nothing to wait for, and what was tried can still be read.
      if (!context.session.over.aborted || seat.records.length === 0) {
        const ready = await call.wait(WAIT_SECONDS, "preparing the run", (signal) => context.session.ready(signal));
        if (ready === LATER) return refusal("The run is still being prepared. Ask again.");
      }
      const all = seat.records.filter((record) => status === undefined || record.status === status);
      const shown = all.slice(-count);
      const head = `${shown.length} of ${all.length} experiments${status === undefined ? "" : ` that were ${status}`}.`;
      if (shown.length === 0) return text(head);
      return text(`${head} ${DATA_RULE}\n\n${dataBlock(shown.map(experimentLine).join("\n"), 200_000)}`);
    },
  });
}
