import { DATA_RULE, dataBlock, oneLine } from "@pawl/brief";
import type { ExperimentRecord } from "@pawl/core";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { MOST_WAIT_SECONDS, WAIT_SECONDS } from "../limits.ts";
import type { Seat } from "../seat.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";

/** `verdict`: how an experiment ended. */
export function addVerdict(context: ToolContext): void {
  const { session } = context;
  addTool(context, {
    name: "verdict",
    title: "Wait for a verdict",
    description:
      "How an experiment ended: kept, rejected, held for a person, or failed; its score, and what each gate said. Waits " +
      "while it is under way; ask again where the time was too short.",
    input: z.strictObject({
      experiment: z.int().min(0).describe("the number that `propose` answered with"),
      wait_seconds: z.int().min(1).max(MOST_WAIT_SECONDS).default(WAIT_SECONDS).describe("how long to wait at most"),
    }),
    reads: true,
    async answer({ experiment, wait_seconds }, call) {
      if (!session.over.aborted) {
        const ready = await call.wait(wait_seconds, "preparing the run", (signal) => session.ready(signal));
        if (ready === LATER) return refusal("The run is still being prepared. Ask again.");
      }
      const known = session.seat.record(experiment);
      if (known !== undefined) return verdictOf(known, session.seat);
      // After the end of the run that is what there is to say.
      if (!session.over.aborted && !session.inFlight.includes(experiment)) {
        return refusal(
          `There is no experiment ${experiment}; ${session.last < 0 ? "none was made yet" : `the last one is ${session.last}`}.`,
        );
      }
      const record = await call.wait(wait_seconds, `experiment ${experiment} is under way`, (signal) =>
        session.seat.ended(experiment, signal),
      );
      if (record === LATER) return text(`Experiment ${experiment} is still under way. Ask again.`);
      return verdictOf(record, session.seat);
    },
  });
}

function verdictOf(record: ExperimentRecord, seat: Seat): CallToolResult {
  const { number, status, failure, reason, hypothesis, score, partial, verdicts, cost } = record;
  const gates = verdicts.map(
    ({ gate, step, decision, code, reason: why }) => `${gate}, ${step}: ${decision} ${code}: ${oneLine(why, 600)}`,
  );
  const lines = [
    `tried: ${oneLine(hypothesis)}`,
    `ended: ${oneLine(reason, 600)}`,
    ...(gates.length === 0 ? [] : ["gates:", ...gates.map((line) => `  ${line}`)]),
  ];
  const scored = score === undefined ? "without a score" : `with a score of ${score}`;
  const part = partial === undefined ? "" : `, measured on ${partial.cases} of ${partial.of} cases`;
  const head = `Experiment ${number} is ${status}${failure === undefined ? "" : ` (${failure})`} ${scored}${part}.`;
  const before = record.parent === null ? undefined : seat.record(record.parent)?.score;
  const compared = before === undefined ? "" : ` What it changed, experiment ${record.parent}, has ${before}.`;
  const next = status === "kept" ? " It is the champion now: read the brief again before you propose." : "";
  return {
    content: [{ type: "text", text: `${head}${compared}${next} ${DATA_RULE}\n\n${dataBlock(lines.join("\n"))}` }],
    structuredContent: {
      experiment: number,
      status,
      ...(failure === undefined ? {} : { failure }),
      ...(score === undefined ? {} : { score }),
      ...(partial === undefined ? {} : { partial }),
      ...(cost?.usd === undefined ? {} : { usd: cost.usd }),
      codes: verdicts.map(({ code }) => code),
    },
  };
}
