import { DATA_RULE, causesText, dataBlock, failureText, groupFailures } from "@pawl/brief";
import { type TrainFailure, readTrace, traceForProposer } from "@pawl/core";
import { z } from "zod";
import { WAIT_SECONDS } from "../limits.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";
import { withLedger } from "../with-ledger.ts";

/** Characters of the trace of one experiment. */
const TRACE_CHARACTERS = 100_000;

/** `traces`: what went wrong, on train cases alone, and what an experiment changed. */
export function addTraces(context: ToolContext): void {
  const { seat } = context.session;
  addTool(context, {
    name: "traces",
    title: "See what goes wrong",
    description:
      "Without arguments: the causes of the champion's failures on train cases. With `cause` (its number in that list): " +
      "such cases with input, output, reason and model exchanges. With `case`: that one. With `experiment`: its trace, from " +
      "the idea and the change to the verdicts; of validation the numbers alone. Validation and holdout cases are never shown.",
    input: z.strictObject({
      cause: z.int().min(1).max(1_000).optional().describe("number of the cause, from 1"),
      case: z.int().min(0).optional().describe("number of a train case that is among the failures"),
      experiment: z.int().min(0).optional().describe("number of an experiment of this run"),
      count: z.int().min(1).max(20).default(3).describe("how many cases of the cause"),
    }),
    reads: true,
    async answer({ cause, case: wanted, experiment, count }, call) {
      if (experiment !== undefined) {
        if (!context.session.over.aborted) {
          const ready = await call.wait(WAIT_SECONDS, "preparing the run", (signal) => context.session.ready(signal));
          if (ready === LATER) return refusal("The run is still being prepared. Ask again.");
        }
        const trace = await withLedger(context.session, (ledger, run) => readTrace(ledger, run, experiment));
        return text(`${DATA_RULE}\n\n${dataBlock(JSON.stringify(traceForProposer(trace), null, 2), TRACE_CHARACTERS)}`);
      }
      const failures = await call.wait(WAIT_SECONDS, "running the champion on train cases", async (signal) =>
        (await seat.context(signal)).train.failures(),
      );
      if (failures === LATER) return refusal("The champion is still being run on the train cases. Ask again.");
      if (failures.length === 0) return text("Nothing is known of train cases that go wrong: the scorer names none.");
      if (wanted !== undefined) return oneCase(failures, wanted);
      const groups = groupFailures(failures);
      if (cause === undefined) {
        const list = causesText(groups)
          .split("\n")
          .map((line, index) => `${index + 1}. ${line}`)
          .join("\n");
        return text(`${failures.length} failures by cause, the costliest first. ${DATA_RULE}\n\n${dataBlock(list)}`);
      }
      const group = groups[cause - 1];
      if (group === undefined) return refusal(`There is no cause ${cause}; there are ${groups.length}.`);
      const shown = group.failures.slice(0, count);
      const head = `${shown.length} of ${group.failures.length} cases. ${DATA_RULE}`;
      return text([head, ...shown.map(failureText)].join("\n\n"));
    },
  });
}

function oneCase(failures: readonly TrainFailure[], wanted: number) {
  const found = failures.filter((failure) => failure.case === wanted);
  if (found.length === 0) return refusal(`Train case ${wanted} is not among the failures.`);
  return text([DATA_RULE, ...found.map(failureText)].join("\n\n"));
}
