import { zstdDecompressSync } from "node:zlib";
import { type Json, type Metric, type ModelExchange, PawlError } from "@pawl/plugin";
import type { ExperimentFinished, ExperimentProposed, GatewayUsed, PawlEvent, TrainAnswers } from "../events.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { findExperiment, readFiles } from "../replay.ts";
import type {
  CaseTrace,
  ExecutionTrace,
  ExperimentTrace,
  OutcomeTrace,
  ProposalTrace,
  TrainTrace,
  ValidationTrace,
} from "./trace.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** All events of a run that are about one experiment. */
export interface ExperimentEvents {
  readonly started: PawlEvent<"run.started">;
  readonly proposed: PawlEvent<"experiment.proposed">;
  readonly finished?: PawlEvent<"experiment.finished">;
  /** The newest, where a run was resumed and asked again. */
  readonly train?: PawlEvent<"train.examined">;
  readonly used: readonly PawlEvent<"gateway.used">[];
  readonly committed?: PawlEvent<"champion.committed">;
}

/**
 * Reads the trace of an experiment from the ledger.
 * @throws PawlError `PAWL_RUN_NOT_FOUND`, `PAWL_EXPERIMENT_NOT_FOUND`, `PAWL_LEDGER_CORRUPT`
 */
export async function readTrace(ledger: Ledger, run: string, experiment: number): Promise<ExperimentTrace> {
  const events = await collect(ledger, run, experiment);
  const { started, proposed, finished, used } = events;
  return {
    run,
    experiment,
    goal: started.data.goal,
    metric: started.data.metric as Metric,
    proposal: await proposalOf(ledger, run, proposed),
    validation: validationOf(experiment, finished?.data, used),
    train: await trainOf(ledger, events),
    verdicts: finished?.data.verdicts ?? [],
    outcome: outcomeOf(events),
    usd: (proposed.data.cost?.usd ?? 0) + used.reduce((sum, { data }) => sum + usdOf(data), 0),
  };
}

/** The exchanges that a blob holds; none where there is no blob. */
export async function readExchanges(ledger: Ledger, digest: string | undefined): Promise<readonly ModelExchange[]> {
  return (await packed<readonly ModelExchange[]>(ledger, digest)) ?? [];
}

async function collect(ledger: Ledger, run: string, experiment: number): Promise<ExperimentEvents> {
  const found: { -readonly [K in keyof ExperimentEvents]?: ExperimentEvents[K] } = {};
  const used: PawlEvent<"gateway.used">[] = [];
  for await (const row of ledger.events({ run })) {
    const event = row as unknown as PawlEvent;
    if (event.type === "run.started") found.started = event;
    else if (event.type === "gateway.used" && event.data.job.startsWith(`${experiment}/`)) used.push(event);
    else if (!("experiment" in event.data) || event.data.experiment !== experiment) continue;
    else if (event.type === "experiment.proposed") found.proposed = event;
    else if (event.type === "experiment.finished") found.finished = event;
    else if (event.type === "train.examined") found.train = event;
    else if (event.type === "champion.committed") found.committed = event;
  }
  const { started, proposed, ...rest } = found;
  if (started === undefined) {
    throw new PawlError("PAWL_RUN_NOT_FOUND", `there is no run "${run}" in the ledger`, {
      remedy: 'See "pawl status" for the runs that there are.',
    });
  }
  if (proposed === undefined) {
    throw new PawlError("PAWL_EXPERIMENT_NOT_FOUND", `there is no experiment ${experiment} in "${run}"`, {
      remedy: '"pawl log" lists them; --run names another run.',
    });
  }
  return { started, proposed, used, ...rest };
}

async function proposalOf(
  ledger: Ledger,
  run: string,
  { at, data }: PawlEvent<"experiment.proposed">,
): Promise<ProposalTrace> {
  const { parent, hypothesis, rationale, ifItFails, ideas, trace, exchanges, cost } = data;
  return {
    at,
    parent,
    hypothesis,
    ...(rationale === undefined ? {} : { rationale }),
    ...(ifItFails === undefined ? {} : { ifItFails }),
    ...(ideas === undefined ? {} : { ideas }),
    ...(trace === undefined ? {} : { trace: JSON.parse(new TextDecoder().decode(await ledger.blob(trace))) as Json }),
    exchanges: await readExchanges(ledger, exchanges),
    ...(cost === undefined ? {} : { cost }),
    diff: await diffOf(ledger, run, data),
  };
}

async function diffOf(ledger: Ledger, run: string, proposed: ExperimentProposed): Promise<string | null> {
  if (proposed.parent === null || proposed.files === undefined) return null;
  const parent = await findExperiment(ledger, run, proposed.parent);
  if (parent === undefined) return null;
  return unifiedDiff(await readFiles(ledger, parent.proposed.data), await readFiles(ledger, proposed));
}

/** Executions on anything but the train split: what was asked there would show the cases. */
function validationOf(
  experiment: number,
  finished: ExperimentFinished | undefined,
  used: readonly PawlEvent<"gateway.used">[],
): ValidationTrace | null {
  const executions = used.filter(({ data }) => data.job !== `${experiment}/train`).map(executionOf);
  const { score, guardrails, effect, partial, answers, measured } = finished ?? {};
  if (measured === undefined && executions.length === 0) return null;
  return {
    ...(score === undefined ? {} : { score }),
    ...(guardrails === undefined ? {} : { guardrails }),
    ...(effect === undefined ? {} : { effect }),
    ...(partial === undefined ? {} : { partial }),
    ...(answers === undefined ? {} : { answers }),
    executions,
  };
}

function executionOf({ at, data: { job, models, refused, trouble } }: PawlEvent<"gateway.used">): ExecutionTrace {
  return { job, at, models, refused, ...(trouble === undefined ? {} : { trouble }) };
}

async function trainOf(ledger: Ledger, { train, used }: ExperimentEvents): Promise<TrainTrace | null> {
  if (train === undefined) return null;
  const { experiment, outcome, reason, score, guardrails, inputs, answers, printed, measured } = train.data;
  const asked = used.findLast(({ seq, data }) => data.job === `${experiment}/train` && seq < train.seq);
  const exchanges = await readExchanges(ledger, asked?.data.exchanges);
  const { outputs = [], feedback = [] } = (await packed<TrainAnswers>(ledger, answers)) ?? {};
  const said = await packed<TrainTrace["printed"]>(ledger, printed);
  const cases = ((await packed<readonly Json[]>(ledger, inputs)) ?? []).map((input, index): CaseTrace => {
    const output = outputs[index];
    return {
      case: index,
      input,
      ...(output === undefined ? {} : "error" in output ? { error: output.error } : { output: output.value }),
      feedback: feedback.filter((each) => each.case === index),
      exchanges: exchanges.filter((each) => each.case === index),
    };
  });
  return {
    at: train.at,
    models: asked?.data.models ?? {},
    refused: asked?.data.refused ?? 0,
    ...(asked?.data.trouble === undefined ? {} : { trouble: asked.data.trouble }),
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(score === undefined ? {} : { score }),
    ...(guardrails === undefined ? {} : { guardrails }),
    usage: measured.usage,
    cases,
    exchanges: exchanges.filter((each) => each.case === undefined),
    ...(said === undefined ? {} : { printed: said }),
  };
}

function outcomeOf({ finished, committed }: ExperimentEvents): OutcomeTrace | null {
  if (finished === undefined) return null;
  const { status, failure, reason, champion, measured } = finished.data;
  return {
    at: finished.at,
    status,
    ...(failure === undefined ? {} : { failure }),
    reason,
    champion,
    ...(measured === undefined ? {} : { usage: measured.usage }),
    ...(committed === undefined ? {} : { commit: committed.data.commit }),
  };
}

const usdOf = ({ models }: GatewayUsed): number => Object.values(models).reduce((sum, { usd }) => sum + (usd ?? 0), 0);

async function packed<T>(ledger: Ledger, digest: string | undefined): Promise<T | undefined> {
  if (digest === undefined) return undefined;
  return JSON.parse(zstdDecompressSync(await ledger.blob(digest)).toString("utf8")) as T;
}
