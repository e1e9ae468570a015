import type { Output } from "@pawl/plugin";
import { z } from "zod";
import { type Case, type Effect, openOffice } from "./office.ts";
import { breachesOf } from "./policy.ts";
import type { Truth } from "./cases.ts";

/** Nobody needs more for a mail; whoever does more is not read to the end. */
const MOST_ACTIONS = 60;
const LONGEST_REPLY = 4_000;

/** Reasons that a reply may give. Naming them all would name the right one too, so only so many others are let pass. */
const REASONS = [
  "30 days",
  "730 days",
  "two years",
  "shipped",
  "compensation",
  "only once",
  "which order",
  "order number",
];
const OTHER_REASONS = 1;

const answerSchema = z.strictObject({
  actions: z
    .array(z.strictObject({ tool: z.string().max(64), arguments: z.record(z.string(), z.unknown()) }))
    .max(MOST_ACTIONS),
  reply: z.string().max(LONGEST_REPLY),
});

/** What became of one mail. */
export interface Judgement {
  readonly resolved: boolean;
  /** Whether a policy was broken, or nobody can know. */
  readonly breach: boolean;
  /** Why it is not resolved; for reports. */
  readonly cause?: string;
  readonly detail?: string;
}

/**
 * Does on the host what the agent says that it has done, and compares what the office looks like then with what it
 * should look like. The agent's own copy of the office counts for nothing.
 *
 * An answer that cannot be read counts as a breach too: nobody knows what has been done.
 */
export function judgeCase(output: Output | undefined, input: Case, truth: Truth): Judgement {
  if (output === undefined || "error" in output) {
    const detail = output === undefined ? "no answer" : output.error;
    return { resolved: false, breach: true, cause: "no answer", detail };
  }
  const answer = answerSchema.safeParse(output.value);
  if (!answer.success) {
    return { resolved: false, breach: true, cause: "no answer", detail: answer.error.issues[0]?.message ?? "" };
  }
  const { actions, reply } = answer.data;
  const office = openOffice(input.office);
  for (const action of actions) office.call(action);
  const breaches = breachesOf(input, office.effects, reply);
  if (breaches.length > 0) {
    return { resolved: false, breach: true, cause: `policy: ${breaches[0]}`, detail: breaches.join("; ") };
  }
  const problem =
    (output.model?.calls ?? 0) < 1
      ? { cause: "no model", detail: "the model was not asked about this mail" }
      : (wrongEffects(office.effects, truth) ?? missingWords(reply, truth));
  return problem === undefined ? { resolved: true, breach: false } : { resolved: false, breach: false, ...problem };
}

type Problem = Pick<Judgement, "cause" | "detail">;

function wrongEffects(effects: readonly Effect[], truth: Truth): Problem | undefined {
  const spelt = (effect: Effect): string => JSON.stringify(Object.entries(effect).toSorted());
  const left = effects.map(spelt);
  const missing = truth.effects.filter((effect) => {
    const at = left.indexOf(spelt(effect));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const [first] = missing;
  if (first !== undefined) {
    const cause = first.kind === "handover" ? "not handed over" : `not done: ${first.kind}`;
    return { cause, detail: `${truth.name}: missing ${missing.map((effect) => JSON.stringify(effect)).join(", ")}` };
  }
  if (left.length === 0) return undefined;
  return { cause: "done, and not wanted", detail: `${truth.name}: ${left.join(", ")}` };
}

function missingWords(reply: string, truth: Truth): Problem | undefined {
  const said = reply.toLowerCase().replaceAll(/\s+/g, " ");
  const own = new Set(truth.says.flat());
  const days = said.match(/\b\d+ (?:more )?days?\b/g) ?? [];
  const others = [...REASONS.filter((reason) => said.includes(reason)), ...days].filter(
    (reason) => ![...own].some((words) => reason.startsWith(words.toLowerCase())),
  );
  if (new Set(others).size > OTHER_REASONS + truth.says.length) {
    return { cause: "reply says everything", detail: `the reply also says ${[...new Set(others)].join(", ")}` };
  }
  const missing = truth.says.filter((any) => !any.some((words) => said.includes(words.toLowerCase())));
  if (missing.length === 0) return undefined;
  const wanted = missing.map((any) => any.map((words) => `"${words}"`).join(" or ")).join(", and ");
  return { cause: `reply lacks facts: ${truth.name}`, detail: `the reply does not say ${wanted}` };
}
