import { DATA_RULE, causesText, dataBlock, failureText, groupFailures, oneLine } from "@pawl/brief";
import type { ExperimentRecord, TrainFailure } from "@pawl/core";
import { createPatch } from "diff";
import { z } from "zod";
import { WAIT_SECONDS } from "../limits.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";

/** `traces`: what went wrong, on train cases alone, and what an experiment changed. */
export function addTraces(context: ToolContext): void {
  const { seat } = context.session;
  addTool(context, {
    name: "traces",
    title: "See what goes wrong",
    description:
      "Without arguments: the causes of the champion's failures on train cases. With `cause` (its number in that list): " +
      "such cases with input, output, reason and model exchanges. With `case`: that one. With `experiment`: what that " +
      "experiment changed, what it was for and how it ended. Validation and holdout cases are never shown.",
    input: z.strictObject({
      cause: z.int().min(1).max(1_000).optional().describe("number of the cause, from 1"),
      case: z.int().min(0).optional().describe("number of a train case that is among the failures"),
      experiment: z.int().min(0).optional().describe("number of an experiment that has ended"),
      count: z.int().min(1).max(20).default(3).describe("how many cases of the cause"),
    }),
    reads: true,
    async answer({ cause, case: wanted, experiment, count }, call) {
      if (experiment !== undefined) {
        if (!context.session.over.aborted) {
          const ready = await call.wait(WAIT_SECONDS, "preparing the run", (signal) => context.session.ready(signal));
          if (ready === LATER) return refusal("The run is still being prepared. Ask again.");
        }
        const record = seat.record(experiment);
        if (record === undefined) return refusal(`No experiment ${experiment} has ended.`);
        return text(experimentText(record, record.parent === null ? undefined : seat.record(record.parent)));
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

function experimentText(record: ExperimentRecord, parent: ExperimentRecord | undefined): string {
  const { number, status, hypothesis, reason, verdicts, files } = record;
  const changes = Object.entries(files).flatMap(([path, after]) => {
    const before = parent?.files[path];
    return before === undefined || before === after ? [] : [createPatch(path, before, after)];
  });
  const lines = [
    `tried: ${oneLine(hypothesis, 1_000)}`,
    `ended: ${oneLine(reason, 1_000)}`,
    ...verdicts.map(({ gate, decision, code, reason: why }) => `${gate}: ${decision} ${code}: ${oneLine(why, 600)}`),
  ];
  return [
    `Experiment ${number} is ${status}. ${DATA_RULE}`,
    dataBlock(lines.join("\n")),
    changes.length === 0 ? "It changed nothing of its parent." : dataBlock(changes.join("\n"), 100_000),
  ].join("\n\n");
}
