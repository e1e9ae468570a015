import { createHash } from "node:crypto";
import type { Executor, Execution, Gateway, Job, Limits, PluginContext, Purse } from "@pawl/plugin";
import type { AgentEnd, AgentHost, AgentRun, AgentTask, Taken } from "../agent-run.ts";
import { create } from "../create.ts";
import type { CommandOptions } from "../options.ts";
import { decodeText } from "../take-back.ts";
import { ANSWER, CODE, GIVEN, PROBLEM, STDOUT, agentScript } from "./script.ts";

interface Opened {
  readonly executor: Executor;
  readonly gateway: Gateway | undefined;
}

/** Runs agents in an executor, one job a call. */
export class Sandboxed implements AgentHost {
  readonly name: string;
  readonly #options: CommandOptions;
  readonly #context: PluginContext;
  #opened: Promise<Opened> | undefined;
  #calls = 0;

  constructor(options: CommandOptions, context: PluginContext) {
    this.#options = options;
    this.#context = context;
    this.name = options.sandbox?.name ?? "";
  }

  get limits(): Limits {
    const { wallMs, limits, gateway } = this.#options;
    return { ...limits, wallMs, network: gateway === undefined ? "none" : "gateway" };
  }

  /** The executor and the gateway, made but not prepared, for a look at what they can do here. */
  async make(): Promise<Opened> {
    const { sandbox, gateway } = this.#options;
    return {
      executor: await create(sandbox!, this.#context, "proposer.options.sandbox"),
      gateway: gateway === undefined ? undefined : await create(gateway, this.#context, "proposer.options.gateway"),
    };
  }

  async run(task: AgentTask, purse: Purse, signal: AbortSignal): Promise<AgentRun> {
    signal.throwIfAborted();
    const { executor, gateway } = await this.#open(signal);
    const id = `${task.experiment}/agent-${(this.#calls += 1)}`;
    const session = gateway?.open({ job: id, account: id, seed: task.seed, purse });
    let execution: Execution;
    try {
      execution = await executor.execute(this.#job(id, task), signal, session);
    } catch (error) {
      await session?.close();
      throw error;
    }
    const report = await session?.close();
    const run = readExecution(execution, task.wanted);
    return report === undefined ? run : { ...run, gateway: report };
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    const { executor, gateway } = await opened;
    await executor.close?.();
    await gateway?.close?.();
  }

  async #open(signal: AbortSignal): Promise<Opened> {
    this.#opened ??= this.#prepare(signal);
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #prepare(signal: AbortSignal): Promise<Opened> {
    const opened = await this.make();
    try {
      await opened.executor.prepare?.({ limits: this.limits, concurrency: 1, run: "agent" }, signal);
    } catch (error) {
      await opened.executor.close?.();
      await opened.gateway?.close?.();
      throw error;
    }
    return opened;
  }

  #job(id: string, { experiment, seed, files, wanted }: AgentTask): Job {
    return {
      id,
      files: Object.fromEntries(Object.entries(files).map(([path, text]) => [`${GIVEN}/${path}`, text])),
      entry: {
        kind: "exec",
        argv: ["/bin/sh", "-c", agentScript(wanted), "sh", ...this.#options.command],
        env: { PAWL_EXPERIMENT: String(experiment), LANG: "C.UTF-8", TERM: "dumb", NO_COLOR: "1" },
        artifacts: [ANSWER],
      },
      inputs: { digest: createHash("sha256").update("[]").digest("hex"), items: [] },
      seed,
      limits: this.limits,
    };
  }
}

function readExecution(execution: Execution, wanted: readonly string[]): AgentRun {
  const { outcome, stderr } = execution;
  if (outcome !== "ok") {
    const end: AgentEnd =
      outcome === "timeout" ? { kind: "time-out" } : { kind: "sandbox", outcome, reason: execution.reason };
    return { end, stdout: execution.stdout, stderr, files: new Map(), ignored: [] };
  }
  const { artifacts = {} } = execution;
  const text = (name: string): string => Buffer.from(artifacts[`${ANSWER}/${name}`] ?? []).toString("utf8");
  const files = new Map<string, Taken>();
  wanted.forEach((path, index) => {
    const bytes = artifacts[`${ANSWER}/${index}`];
    if (bytes !== undefined) files.set(path, decodeText(bytes));
    else if (`${ANSWER}/${index}${PROBLEM}` in artifacts)
      files.set(path, { problem: text(`${index}${PROBLEM}`).trim() });
  });
  // The agent could have written this file itself: it says what it wants to have ended with.
  const code = Number(text(CODE));
  const end: AgentEnd = { kind: "exit", code: Number.isInteger(code) && code >= 0 && code < 256 ? code : 1 };
  return { end, stdout: text(STDOUT), stderr, files, ignored: [] };
}
