import { oneLine } from "@pawl/brief";
import { type Change, type Json, type ProposeContext, applyChange, cleanText } from "@pawl/core";
import { z } from "zod";
import { FILE_CHARACTERS, MOST_WAIT_SECONDS, WAIT_SECONDS } from "../limits.ts";
import type { Idea } from "../seat.ts";
import { LATER, type ToolContext, addTool, refusal } from "../tool.ts";

const file = z
  .string()
  .max(500)
  .optional()
  .describe("the surface file, named as in the brief; may be left out where the surface is one file");
const content = z.string().max(FILE_CHARACTERS);

const input = z.strictObject({
  hypothesis: z.string().trim().min(1).max(1_000).describe("what you expect and why, in one sentence"),
  rationale: z.string().max(10_000).optional().describe("your reasons at length"),
  if_it_fails: z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .optional()
    .describe("what it would teach if it fails, in one sentence"),
  edits: z
    .array(
      z.strictObject({
        file,
        search: content.min(1).describe("text that stands exactly once in the file"),
        replace: content.describe("what is to stand there instead"),
      }),
    )
    .min(1)
    .max(100)
    .optional()
    .describe("exact replacements, applied in order; either these or `files`"),
  files: z
    .array(z.strictObject({ file, content: content.describe("the whole new content") }))
    .min(1)
    .max(100)
    .optional()
    .describe("whole new contents; either these or `edits`"),
  wait_seconds: z
    .int()
    .min(1)
    .max(MOST_WAIT_SECONDS)
    .default(WAIT_SECONDS)
    .describe("how long to wait for room where as many experiments are under way as may be"),
});
type Input = z.output<typeof input>;

/** `propose`: one idea. It is checked before it becomes an experiment. */
export function addPropose(context: ToolContext): void {
  const { session, server, calls } = context;
  addTool(context, {
    name: "propose",
    title: "Propose a change of the surface",
    description:
      "Makes an experiment of a change of the surface, and answers with its number. A change that does not apply to the " +
      "champion, changes nothing or touches anything else is refused with the reason, and costs nothing.",
    input,
    reads: false,
    async answer(given, call) {
      const problem = shapeProblem(given);
      if (problem !== undefined) return refusal(problem);
      const client = server.server.getClientVersion();
      const trace = (): Json => ({
        client: client === undefined ? null : { name: oneLine(client.name, 100), version: oneLine(client.version, 50) },
        ...(calls.take() as object),
      });
      const handed = await call.wait(given.wait_seconds, "waiting for room for an experiment", (signal) =>
        session.seat.hand((question) => ideaOf(given, question, trace), signal),
      );
      if (handed === LATER) return refusal(busy(context));
      if ("problem" in handed) return refusal(`Not accepted, and no experiment was made of it: ${handed.problem}.`);
      const { experiment } = handed;
      await call.wait(MOST_WAIT_SECONDS, "writing it down", (signal) => session.proposed(experiment, signal));
      return {
        content: [
          { type: "text", text: `This is experiment ${experiment}. Call \`verdict\` with it to learn how it ends.` },
        ],
        structuredContent: { experiment },
      };
    },
  });
}

function shapeProblem({ edits, files }: Input): string | undefined {
  if ((edits === undefined) === (files === undefined)) return "Give either `edits` or `files`, and not both.";
  return undefined;
}

function ideaOf(given: Input, { champion }: ProposeContext, trace: () => Json): Idea<string> {
  const paths = Object.keys(champion.files);
  const [only] = paths;
  const unnamed = [...(given.edits ?? []), ...(given.files ?? [])].some((each) => each.file === undefined);
  if (only === undefined || (unnamed && paths.length > 1)) {
    return { problem: `the surface has ${paths.length} files: say which one is meant (${paths.join(", ")})` };
  }
  const names = (given.files ?? []).map((each) => each.file ?? only);
  if (new Set(names).size < names.length) return { problem: "a file is given twice" };
  const change: Change =
    given.edits === undefined
      ? {
          kind: "files",
          files: Object.fromEntries((given.files ?? []).map((each) => [each.file ?? only, each.content])),
        }
      : {
          kind: "edits",
          edits: given.edits.map(({ file: path = only, search, replace }) => ({ path, search, replace })),
        };
  const applied = applyChange(champion.files, change);
  if ("problem" in applied) return applied;
  const { hypothesis, rationale, if_it_fails: ifItFails } = given;
  return {
    proposal: {
      // Whole contents: what was checked is what is tried.
      change: { kind: "files", files: applied.files },
      hypothesis: oneLine(hypothesis, 1_000) || "(no hypothesis)",
      ...(rationale === undefined ? {} : { rationale: cleanText(rationale, { maxCharacters: 10_000 }) }),
      ...(ifItFails === undefined ? {} : { ifItFails: oneLine(ifItFails, 1_000) || "(nothing)" }),
      trace: trace(),
    },
  };
}

function busy({ session }: ToolContext): string {
  const { inFlight } = session;
  if (inFlight.length === 0) return "The run is still being prepared. Try again.";
  return `As many experiments are under way as may be (${inFlight.join(", ")}). Wait with \`verdict\`, then propose again.`;
}
