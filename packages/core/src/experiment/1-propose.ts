import { zstdCompressSync } from "node:zlib";
import {
  type Files,
  type Json,
  type Proposal,
  type Standstill,
  PawlError,
  proposalSchema,
  standstillSchema,
} from "@pawl/plugin";
import { remainingBudget } from "../budget.ts";
import { blobDigest } from "../ledger/hash.ts";
import { deepFreeze } from "../seal/freeze.ts";
import { applyChange } from "../surface.ts";
import { type Candidate, type RunContext, championOf } from "./context.ts";
import { recordFailure } from "./finish.ts";
import { trainView } from "./train.ts";

/** `null`: the proposer has no more ideas. `"failed"`: what it proposed cannot be tried, and that is recorded. */
export type Proposed = Candidate | "failed" | Standstill | null;

/** Step 1: asks for the next idea and writes it down before anything runs. */
export async function propose(context: RunContext, signal: AbortSignal): Promise<Proposed> {
  const { project, state, history, random } = context;
  const experiment = state.next;
  const champion = championOf(context);
  const answer = await ask(context, signal, {
    experiment,
    goal: project.config.goal,
    metric: state.options.metric,
    guardrails: state.options.guardrails,
    champion: { experiment: champion.experiment, files: champion.files, score: champion.score.value },
    history: history.readOnly(),
    train: await trainView(context),
    budget: remainingBudget(state, context.workedMs()),
    purse: context.wallet,
    notebook: context.notebook,
    random: random.fork(`propose/${experiment}`),
  });
  // Nothing is written down, or even read, with tools that the proposer may have exchanged.
  context.guard.check();
  if (answer === null) return null;
  const standstill = standstillSchema.safeParse(answer);
  if (standstill.success) {
    // Who is asked again and again about the same champion would never come to an end.
    if (standstill.data.standstill !== "outdated" || championOf(context) !== champion) return standstill.data;
    return fail(context, experiment, { hypothesis: "(none)" }, "the proposer waits for another champion than there is");
  }

  const parsed = proposalSchema.safeParse(answer);
  if (!parsed.success) {
    const reason = `the proposal is not one: ${parsed.error.issues[0]?.message ?? "unknown"}`;
    return fail(context, experiment, { hypothesis: "(unreadable)" }, reason);
  }
  const proposal = parsed.data as Proposal;
  const applied = applyChange(champion.files, proposal.change);
  if ("problem" in applied) return fail(context, experiment, proposal, applied.problem);

  const { data, blobs } = describe(experiment, champion.experiment, proposal, applied.files);
  await context.recorder.record([{ type: "experiment.proposed", data }], blobs);
  return deepFreeze({ proposed: data, files: applied.files });
}

async function ask(
  { project }: RunContext,
  signal: AbortSignal,
  question: Parameters<typeof project.plugins.proposer.instance.propose>[0],
): Promise<unknown> {
  const { name, instance } = project.plugins.proposer;
  try {
    return await instance.propose(question, signal);
  } catch (error) {
    if (signal.aborted || error instanceof PawlError) throw error;
    throw new PawlError("PAWL_PLUGIN_FAILED", `the proposer "${name}" threw: ${String(error)}`, {
      path: "proposer",
      remedy: 'This is a bug of the plugin. Mend it, then "pawl resume" goes on where the run stopped.',
      cause: error,
    });
  }
}

type Words = Pick<Proposal, "hypothesis" | "rationale" | "memo" | "trace" | "exchanges" | "cost">;

function describe(experiment: number, parent: number, proposal: Words, files: Files | undefined) {
  const { hypothesis, rationale, memo, cost } = proposal;
  const trace = proposal.trace === undefined ? undefined : JSON.stringify(proposal.trace);
  const asked = proposal.exchanges ?? [];
  const exchanges = asked.length === 0 ? undefined : zstdCompressSync(JSON.stringify(asked));
  const data = {
    experiment,
    parent,
    hypothesis: hypothesis.toWellFormed(),
    ...(rationale === undefined ? {} : { rationale: rationale.toWellFormed() }),
    ...(memo === undefined ? {} : { memo: structuredClone(memo as Json) }),
    ...(cost === undefined ? {} : { cost }),
    ...(trace === undefined ? {} : { trace: blobDigest(trace) }),
    ...(exchanges === undefined ? {} : { exchanges: blobDigest(exchanges) }),
    ...(files === undefined
      ? {}
      : { files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, blobDigest(text)])) }),
  };
  const kept = [trace, exchanges].filter((blob) => blob !== undefined);
  return { data, blobs: [...Object.values(files ?? {}), ...kept] };
}

async function fail(context: RunContext, experiment: number, proposal: Words, reason: string): Promise<"failed"> {
  const { data, blobs } = describe(experiment, championOf(context).experiment, proposal, undefined);
  await context.recorder.record([{ type: "experiment.proposed", data }], blobs);
  await recordFailure(context, { proposed: data, files: championOf(context).files }, "invalid-proposal", reason, []);
  return "failed";
}
