import { writeBrief } from "@pawl/brief";
import { z } from "zod";
import { WAIT_SECONDS } from "../limits.ts";
import { LATER, type ToolContext, addTool, refusal, text } from "../tool.ts";

const ANSWER = [
  "- Call `propose` with a hypothesis and either exact edits or whole files of the surface. Nothing else can be changed.",
  "- Then call `verdict` with the number that you are given; it waits until the experiment has ended.",
  "- `traces` shows train cases that the champion gets wrong, `notebook` what was learnt, `history` what was tried.",
  "- Nobody can show you validation or holdout cases, and no tool takes a score.",
].join("\n");

/** `brief`: everything that a proposer should know first. */
export function addBrief(context: ToolContext): void {
  addTool(context, {
    name: "brief",
    title: "Read the brief",
    description:
      "The goal, the metric and its guardrails, the surface with its content, the budget that is left, the last " +
      "experiments and notes, and what the champion gets wrong on train cases. Read it first, and again after a new champion.",
    input: z.strictObject({}),
    reads: true,
    async answer(_, call) {
      const brief = await call.wait(WAIT_SECONDS, "reading the brief", async (signal) =>
        writeBrief(await context.session.seat.context(signal), { answer: ANSWER, surface: true }),
      );
      if (brief === LATER) return refusal("The run is still being prepared (its baseline is measured). Ask again.");
      return text(brief);
    },
  });
}
