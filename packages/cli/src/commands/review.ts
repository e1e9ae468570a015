import {
  type HeldExperiment,
  PawlError,
  type RunState,
  createEngine,
  gain,
  openGit,
  waitingForReview,
} from "@pawl/core";
import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { wholeNumber } from "../config/overrides.ts";
import { chooseRun, openExistingLedger } from "../ledger/open-existing.ts";
import { readExperiment } from "../ledger/read-experiment.ts";
import { readRun } from "../ledger/read-run.ts";
import { formatExperiment } from "../output/format-experiment.ts";
import { formatReview, formatWaiting } from "../output/format-review.ts";
import { nextCommands } from "../output/next-commands.ts";
import { pawlCommand } from "../output/place.ts";
import { onStop } from "../run/signals.ts";
import { openTelemetry } from "../run/telemetry.ts";
import { experimentData } from "./show.ts";

interface Options {
  readonly run?: string;
  readonly approve?: boolean;
  readonly reject?: boolean;
  readonly reason?: string;
}

/** `pawl review [experiment]` */
export function reviewCommand(program: Command): void {
  program
    .command("review")
    .description("experiments that a gate held for a person: list, look, and decide")
    .argument("[experiment]", "its number (default: list all that wait)", wholeNumber("experiment", 0))
    .option("--run <name>", "name of the run (default: the newest)")
    .option("--approve", "try it again; the holds that you saw are not in its way any more, everything else is")
    .option("--reject", "close it")
    .option("--reason <text>", "why; goes into the ledger, with your git name")
    .action(async (experiment: number | undefined, options: Options, command: Command) => {
      const decision = checkOptions(experiment, options);
      const cli = openCli(command);
      if (experiment === undefined) await list(cli, options.run);
      else if (decision === undefined) await look(cli, options.run, experiment);
      else await decide(cli, { experiment, ...decision, ...(options.run === undefined ? {} : { run: options.run }) });
    });
}

type Decision = { readonly decision: "approve" | "reject"; readonly reason: string };

function checkOptions(
  experiment: number | undefined,
  { approve = false, reject = false, reason }: Options,
): Decision | undefined {
  const usage = (message: string, path: string): PawlError =>
    new PawlError("PAWL_USAGE", message, {
      path,
      remedy: 'Write: pawl review 12 --approve --reason "why", or --reject instead.',
    });
  if (approve && reject) throw usage("--approve and --reject exclude each other", "--approve");
  if (!approve && !reject) {
    if (reason === undefined) return undefined;
    throw usage("a reason is for --approve or --reject", "--reason");
  }
  if (experiment === undefined) throw usage("which experiment is meant?", "experiment");
  const why = reason?.trim() ?? "";
  if (why === "") throw usage("a decision needs a reason", "--reason");
  return { decision: approve ? "approve" : "reject", reason: why };
}

async function list({ dir, output, place }: Cli, wanted: string | undefined): Promise<void> {
  const ledger = await openExistingLedger(await openGit(dir));
  try {
    const run = await chooseRun(ledger, wanted);
    const scores = new Map<number, number>();
    const state = await readRun(ledger, run, (event) => {
      if (event.type !== "experiment.finished" || event.data.score === undefined) return;
      if (event.data.status === "kept") scores.set(event.data.experiment, event.data.score);
    });
    const waiting = waitingForReview(state).map((held) => toRow(held, state, scores));
    if (output.json) return await output.data({ type: "review", run, waiting });
    const example = waiting[0]?.experiment;
    const command = example === undefined ? undefined : pawlCommand(place, dir, "review", `${example}`, "--run", run);
    for (const line of formatWaiting(run, waiting, output.colors, command)) output.say(line);
  } finally {
    await ledger.close();
  }
}

function toRow(
  { experiment, score, champion, reason, holds }: HeldExperiment,
  state: RunState,
  scores: ReadonlyMap<number, number>,
) {
  const championScore = champion === null ? undefined : scores.get(champion);
  return {
    experiment,
    score: score ?? null,
    champion,
    championScore: championScore ?? null,
    gain: score === undefined || championScore === undefined ? null : gain(state.options.metric, championScore, score),
    codes: holds.map(({ code }) => code),
    reason,
  };
}

async function look({ dir, output, place }: Cli, wanted: string | undefined, experiment: number): Promise<void> {
  const ledger = await openExistingLedger(await openGit(dir));
  try {
    const run = await chooseRun(ledger, wanted);
    const details = await readExperiment(ledger, run, experiment);
    const state = await readRun(ledger, run);
    const held = state.holds.get(experiment);
    if (output.json) return await output.data({ ...experimentData(details), review: held?.review ?? null });
    for (const line of formatExperiment(details, output.colors)) output.say(line);
    const words = (flag: string): string[] => ["review", `${experiment}`, "--run", run, flag, "--reason", "…"];
    const commands = [pawlCommand(place, dir, ...words("--approve")), pawlCommand(place, dir, ...words("--reject"))];
    for (const line of formatReview(held, details.proposed.data.parent, state, commands)) output.say(line);
  } finally {
    await ledger.close();
  }
}

async function decide(
  cli: Cli,
  request: Decision & { readonly experiment: number; readonly run?: string },
): Promise<void> {
  const { output } = cli;
  const { config, root, file } = await cli.loadConfig();
  const engine = createEngine(config, { root, configFile: file });
  const telemetry = await openTelemetry(engine, root, output.note);
  const stop = new AbortController();
  const unlisten = onStop({ drain: () => stop.abort(), abort: () => stop.abort() });
  try {
    const work = engine.review({ ...request, signal: stop.signal });
    for await (const event of work) if (output.json) await output.data(event);
    const { run, review, retry, summary } = await work.result;
    if (output.json) return await output.data({ type: "reviewed", run, ...review, retry, summary });
    output.say(`experiment ${review.experiment} of ${run} is ${review.decision} by ${review.by}`);
    if (retry === null) return;
    output.say(`  tried again as experiment ${retry.number}: ${retry.status}`);
    output.say(`  ${retry.reason}`);
    output.say();
    for (const line of await nextCommands(cli, root, summary)) output.say(line);
  } catch (error) {
    if (!stop.signal.aborted || error instanceof PawlError) throw error;
    process.exitCode = 130;
    output.note(
      `interrupted; go on with: ${pawlCommand(cli.place, root, "resume", ...(request.run === undefined ? [] : [request.run]))}`,
    );
  } finally {
    unlisten();
    await telemetry.close();
  }
}
