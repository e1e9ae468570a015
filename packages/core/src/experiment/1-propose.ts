import {
  type Files,
  type Json,
  type Measured,
  type Proposal,
  type Standstill,
  PawlError,
  cleanJson,
  cleanText,
  proposalSchema,
  standstillSchema,
} from "@pawl/plugin";
import { remainingBudget } from "../budget.ts";
import type { ExperimentProposed, PawlEvent } from "../events.ts";
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
  const asked: Asked = { experiment, champion };
  await context.notebook.refresh();
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
    notebook: context.notebook.readOnly(),
    random: random.fork(`propose/${experiment}`),
  });
  // Nothing is written down, or even read, with tools that the proposer may have exchanged.
  context.guard.check();
  if (answer === null) return null;
  const standstill = standstillSchema.safeParse(answer);
  if (standstill.success) {
    // Who is asked again and again about the same champion would never come to an end.
    if (standstill.data.standstill !== "outdated" || championOf(context) !== champion) return standstill.data;
    return fail(context, asked, { hypothesis: "(none)" }, "the proposer waits for another champion than there is");
  }

  const parsed = proposalSchema.safeParse(answer);
  if (!parsed.success) {
    const reason = `the proposal is not one: ${parsed.error.issues[0]?.message ?? "unknown"}`;
    return fail(context, asked, { hypothesis: "(unreadable)" }, reason);
  }
  const proposal = parsed.data as Proposal;
  const applied = applyChange(champion.files, proposal.change);
  if ("problem" in applied) return fail(context, asked, proposal, applied.problem);

  if (betrays(context, champion.files, applied.files)) {
    const reason = "the new content holds the value of a secret of this environment: it is not kept, and not tried";
    return fail(context, asked, proposal, reason);
  }
  return deepFreeze({
    proposed: await writeDown(context, asked, proposal, applied.files),
    files: applied.files,
  });
}

/** Contents are stored to the byte, so one that brings a secret along must not get that far. */
function betrays({ recorder: { redactor } }: RunContext, champion: Files, files: Files): boolean {
  return Object.entries(files).some(
    ([path, text]) => text !== champion[path] && redactor.betrays(text) && !redactor.betrays(champion[path] ?? ""),
  );
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

type Words = Pick<
  Proposal,
  "hypothesis" | "rationale" | "ifItFails" | "ideas" | "memo" | "trace" | "exchanges" | "cost"
>;

const SENTENCE = { maxCharacters: 2_000 };
const ESSAY = { maxCharacters: 20_000 };

/** Which question a proposal answers. The champion may be another one by the time that the answer comes. */
interface Asked {
  readonly experiment: number;
  readonly champion: Measured;
}

/** Writes a proposal down, cleaned and redacted, and gives it back as every later reader gets it. */
async function writeDown(
  context: RunContext,
  { experiment, champion }: Asked,
  proposal: Words,
  files: Files | undefined,
): Promise<ExperimentProposed> {
  const { recorder } = context;
  const { memo, cost } = proposal;
  const trace = proposal.trace === undefined ? undefined : recorder.json(cleanJson(proposal.trace));
  const said = proposal.exchanges ?? [];
  const exchanges = said.length === 0 ? undefined : recorder.packed(cleanJson(said as unknown as Json));
  const data = {
    experiment,
    parent: champion.experiment,
    ...wordsOf(proposal),
    ...(memo === undefined ? {} : { memo: structuredClone(memo) }),
    ...(cost === undefined ? {} : { cost }),
    ...(trace === undefined ? {} : { trace: trace.digest }),
    ...(exchanges === undefined ? {} : { exchanges: exchanges.digest }),
    ...(files === undefined
      ? {}
      : { files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, blobDigest(text)])) }),
  };
  const kept = [trace, exchanges].flatMap((blob) => (blob === undefined ? [] : [blob.content]));
  const [event] = await recorder.record(
    [{ type: "experiment.proposed", data }],
    [...Object.values(files ?? {}), ...kept],
  );
  return (event as PawlEvent<"experiment.proposed">).data;
}

function wordsOf({ hypothesis, rationale, ifItFails, ideas }: Words) {
  const said = cleanText(hypothesis, SENTENCE);
  return {
    hypothesis: said.trim() === "" ? "(unreadable)" : said,
    ...(rationale === undefined ? {} : { rationale: cleanText(rationale, ESSAY) }),
    ...(ifItFails === undefined ? {} : { ifItFails: cleanText(ifItFails, SENTENCE) }),
    ...(ideas === undefined ? {} : { ideas: ideas.map((idea) => cleanText(idea, SENTENCE)) }),
  };
}

async function fail(context: RunContext, asked: Asked, proposal: Words, reason: string): Promise<"failed"> {
  const proposed = await writeDown(context, asked, proposal, undefined);
  await recordFailure(context, { proposed, files: asked.champion.files }, "invalid-proposal", reason, []);
  return "failed";
}
