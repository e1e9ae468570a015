import { setTimeout as sleep } from "node:timers/promises";
import { writeBrief, writeTraces } from "@pawl/brief";
import {
  type Check,
  type Files,
  type Json,
  type ModelDescription,
  type PluginContext,
  type Proposal,
  type ProposeContext,
  type Proposer,
  type Standstill,
  PawlError,
} from "@pawl/plugin";
import type { AgentRun, AgentTask } from "./agent-run.ts";
import { answerText } from "./answer.ts";
import { chargeOf, costFile, reserve } from "./cost.ts";
import { checkAgent } from "./doctor.ts";
import { BareHost, notFound } from "./host/bare-host.ts";
import { readHypothesis } from "./hypothesis.ts";
import { BRIEF, HYPOTHESIS, TRACES } from "./names.ts";
import type { CommandOptions } from "./options.ts";
import { Sandboxed } from "./sandbox/sandboxed.ts";
import { lastWords, traceOf } from "./trace.ts";

/** What shells end with where a program is not there, or cannot be started. */
const NOT_STARTED = new Set([126, 127]);

/** Has a coding agent think: each proposal is one call of it, in a fresh scratch copy. */
export class CommandProposer implements Proposer {
  readonly models: readonly ModelDescription[];
  readonly #options: CommandOptions;
  readonly #context: PluginContext;
  readonly #host: BareHost | Sandboxed;
  /** Calls in a row that led to nothing for no reason of the surface's. */
  #failures = 0;
  #told = false;

  constructor(options: CommandOptions, context: PluginContext) {
    this.#options = options;
    this.#context = context;
    this.models = options.models.map(({ family, ...model }) => ({
      ...model,
      ...(family === undefined ? {} : { family }),
      role: "meta" as const,
    }));
    this.#host = options.sandbox === undefined ? new BareHost(options, context.root) : new Sandboxed(options, context);
  }

  async doctor(): Promise<readonly Check[]> {
    return checkAgent(this.#options, this.#context.root, this.#host);
  }

  /**
   * @throws PawlError `PAWL_CONFIG_INVALID` where the agent is not there, `PAWL_MODEL_PRICE_UNKNOWN` where the run has a
   * USD budget and nothing says what a call costs
   */
  async propose(context: ProposeContext, signal: AbortSignal): Promise<Proposal | Standstill> {
    this.#tell();
    const { attempts, retryMs } = this.#options;
    const task = await this.#task(context);
    const failed: Json[] = [];
    for (let pause = retryMs; ; pause *= 2) {
      signal.throwIfAborted();
      const reservation = reserve(this.#options, context.purse);
      if (reservation === null) {
        return { standstill: "unaffordable", reason: "less money is left than a call of the agent may cost" };
      }
      let run: AgentRun;
      try {
        run = await this.#host.run(task, context.purse, signal);
      } catch (error) {
        // It may have spent money before it was cut off.
        reservation.settle(signal.aborted ? (this.#options.usdPerCall ?? this.#options.maxUsdPerCall ?? 0) : 0);
        throw error;
      }
      const { usd, cost } = chargeOf(this.#options, run, context.purse.limited);
      reservation.settle(usd);
      const { end, gateway } = run;
      if (end.kind === "exit" && NOT_STARTED.has(end.code) && this.#host instanceof Sandboxed) {
        throw notFound(this.#options.command[0] ?? "");
      }
      if (gateway?.trouble !== undefined) {
        const { kind, reason } = gateway.trouble;
        return { standstill: kind === "unaffordable" ? kind : "unavailable", reason };
      }
      const result = resultOf(run, context.champion.files);
      const trace = traceOf({ options: this.#options, sandbox: this.#host.name, task, run, failed });
      const rest = {
        ...readHypothesis(run, "files" in result ? result.files : {}),
        trace,
        ...(cost === undefined ? {} : { cost }),
        ...(gateway === undefined ? {} : { exchanges: gateway.exchanges }),
      };
      if ("files" in result) {
        this.#failures = 0;
        return { change: { kind: "files", files: result.files }, ...rest };
      }
      const { reason, again } = result;
      this.#failures = again === "no" ? 0 : this.#failures + 1;
      if (this.#failures >= attempts) {
        this.#failures = 0;
        return { standstill: "unavailable", reason: `the agent failed ${attempts} times in a row: ${reason}` };
      }
      if (again !== "now") return { change: { kind: "unusable", reason }, ...rest };
      failed.push(trace);
      await sleep(pause, undefined, { signal });
    }
  }

  async close(): Promise<void> {
    await this.#host.close();
  }

  async #task(context: ProposeContext): Promise<AgentTask> {
    const { experiments, notes, traces } = this.#options;
    const { champion, experiment, random } = context;
    const surface = Object.keys(champion.files);
    const own = [BRIEF, HYPOTHESIS, TRACES];
    const taken = surface.find((path) => own.includes(path.split("/")[0] ?? ""));
    if (taken !== undefined) {
      throw new PawlError("PAWL_CONFIG_INVALID", `the surface file "${taken}" is where the agent's brief would lie`, {
        path: "surface",
        remedy: `Name it otherwise: ${own.join(", ")} are the proposer's own.`,
      });
    }
    const brief = await writeBrief(context, {
      answer: answerText(surface, traces),
      experiments,
      notes,
      failures: traces,
    });
    const cost = costFile(this.#options);
    return {
      experiment,
      seed: random.integer(0, 2 ** 31 - 1),
      files: {
        ...champion.files,
        [BRIEF]: brief,
        ...(traces ? writeTraces(await context.train.failures(), { folder: TRACES }) : {}),
      },
      wanted: [...surface, HYPOTHESIS, ...(cost === undefined ? [] : [cost])],
    };
  }

  /** Says once a run where the agent runs. */
  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    const { command, sandbox } = this.#options;
    if (sandbox !== undefined) return;
    this.#context.notify?.({
      kind: "note",
      message: `the agent "${command[0]}" is not in a sandbox: it may read and change whatever this user may`,
    });
  }
}

type Result =
  | { readonly files: Files }
  /** `now`: another call may help. `later`: it counts as a failure of the agent. `no`: it was an answer. */
  | { readonly reason: string; readonly again: "now" | "later" | "no" };

/** What became of the surface. */
function resultOf({ end, files, stderr, stdout }: AgentRun, champion: Files): Result {
  if (end.kind === "time-out") return { reason: "the agent took longer than it may", again: "later" };
  if (end.kind === "sandbox") return { reason: `the agent's sandbox ended it: ${end.reason}`, again: "later" };
  if (end.kind === "signal") return { reason: `the agent was ended by ${end.signal}`, again: "now" };
  const changed: Record<string, string> = {};
  for (const [path, before] of Object.entries(champion)) {
    const taken = files.get(path);
    if (taken === undefined) return { reason: `the agent removed "${path}"`, again: "no" };
    if ("problem" in taken) return { reason: `"${path}" ${taken.problem}`, again: "no" };
    if (taken.text !== before) changed[path] = taken.text;
  }
  if (Object.keys(changed).length > 0) return { files: changed };
  if (end.code === 0) return { reason: "the agent changed nothing of the surface", again: "no" };
  const words = lastWords(stderr) || lastWords(stdout);
  return {
    reason: `the agent ended with ${end.code} and changed nothing${words === "" ? "" : `: ${words}`}`,
    again: "now",
  };
}
