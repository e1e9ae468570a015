import { posix } from "node:path";
import { type PawlConfig, PawlError } from "@pawl/plugin";
import { EventEmitter } from "eventemitter3";
import { checkConfig } from "./config/schema.ts";
import { EventQueue } from "./event-queue.ts";
import type { EventType, PawlEvent, RunStarted } from "./events.ts";
import { measureBaseline, proposeBaseline } from "./experiment/0-baseline.ts";
import { commit, diverged } from "./experiment/6-commit.ts";
import { measureHoldout } from "./experiment/7-holdout.ts";
import { baselineOf } from "./experiment/context.ts";
import { acquireLease } from "./lease.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { LockGuard } from "./lock/guard.ts";
import { localImports } from "./lock/imports.ts";
import { readLockFile } from "./lock/lock-file.ts";
import { type Project, type ProjectOptions, openLedger, openProject, relativePath } from "./project.ts";
import { schedule } from "./scheduler.ts";
import { type Opened, type Session, beginRun, continueRun, unfinished } from "./session.ts";
import { type Summary, summarise } from "./summary.ts";
import { readSurface } from "./surface.ts";
import { ENGINE_VERSION } from "./version.ts";

/** Listeners by event type; `event` hears all of them. */
export type EngineEvents = { [T in EventType]: (event: PawlEvent<T>) => void } & {
  event: (event: PawlEvent) => void;
};

/** How a run starts. */
export interface RunOptions {
  /** Aborting stops at once: what is in flight is run again when the run is resumed. See also {@link Engine.drain}. */
  readonly signal?: AbortSignal;
  /** Name of a new run. Default: `run-1`, `run-2` … */
  readonly name?: string;
  /** Go on with an earlier run: its name, or `true` for the newest. Budgets, seed and concurrency are the run's own. */
  readonly resume?: string | true;
}

/** A run under way: its events, and how it ended. */
export interface EngineRun extends AsyncIterable<PawlEvent> {
  /** Resolves when the run has come to rest; rejects with what stopped it. */
  readonly result: Promise<Summary>;
}

/**
 * Makes an engine for a config. Nothing is opened before {@link Engine.run}.
 * @throws PawlError `PAWL_CONFIG_INVALID`
 *
 * @example
 * const engine = createEngine(config, { root: "pricing" });
 * for await (const event of engine.run({ signal })) console.log(event.type);
 */
export function createEngine(config: PawlConfig, options: ProjectOptions = {}): Engine {
  checkConfig(config);
  return new Engine(config, options);
}

/** Runs the loop. It never prints, exits or installs signal handlers. */
export class Engine extends EventEmitter<EngineEvents> {
  readonly #config: PawlConfig;
  readonly #options: ProjectOptions;
  #draining = new AbortController();
  #running = false;

  /** Use {@link createEngine}. */
  constructor(config: PawlConfig, options: ProjectOptions) {
    super();
    this.#config = config;
    this.#options = options;
  }

  /** Starts, or goes on with, a run. Iterating is optional: `result` and the emitter tell the same story. */
  run(options: RunOptions = {}): EngineRun {
    if (this.#running) throw new PawlError("PAWL_REPO_BUSY", "this engine is at work already", {});
    this.#running = true;
    this.#draining = new AbortController();
    const queue = new EventQueue<PawlEvent>();
    const stop = new AbortController();
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
    const announce = (event: PawlEvent): void => {
      queue.push(event);
      this.emit("event", event);
      (this.emit as (type: string, event: PawlEvent) => boolean)(event.type, event);
    };
    const result = this.#work(options, signal, (reason) => stop.abort(reason), announce).finally(() => {
      this.#running = false;
    });
    result.then(
      () => queue.end(),
      (error: unknown) => queue.fail(error),
    );
    return {
      result,
      [Symbol.asyncIterator]: () => queue.iterate(() => this.drain()),
    };
  }

  /** Starts nothing new, lets finish what is in flight, and pauses the run. */
  drain(): void {
    this.#draining.abort();
  }

  async #work(
    options: RunOptions,
    signal: AbortSignal,
    abort: (reason: unknown) => void,
    announce: (event: PawlEvent) => void,
  ): Promise<Summary> {
    const project = await openProject(this.#config, this.#options);
    const { executor, proposer } = project.plugins;
    const lease = await acquireLease(project.git.commonDir);
    let ledger: Ledger | undefined;
    try {
      ledger = await openLedger(project.git);
      const guard = await LockGuard.open(project, signal);
      const opened: Opened = { project, ledger, guard, signal, announce };
      const session = await (options.resume === undefined
        ? begin(opened, options.name)
        : resume(opened, options.resume));
      return await this.#drive(session, abort);
    } finally {
      await executor.instance.close?.();
      await proposer.instance.close?.();
      await ledger?.close();
      await lease.release();
    }
  }

  async #drive(session: Session, abort: (reason: unknown) => void): Promise<Summary> {
    const { context } = session;
    const { state, recorder, signal } = context;
    try {
      const { limits } = context.project.config;
      await context.executor.prepare?.({ limits, concurrency: state.options.concurrency, run: state.run }, signal);
      await reconcile(session);
      const end = await schedule(context, unfinished(session), { draining: this.#draining.signal, abort });
      if (end === "drained") {
        await recorder.record([{ type: "run.paused", data: { reason: "interrupted" } }]);
      } else {
        if (context.champion !== undefined) await measureHoldout(context);
        await recorder.record([{ type: "run.finished", data: { reason: end } }]);
      }
      return summarise(state);
    } catch (error) {
      return await pauseAfter(session, error);
    }
  }
}

/** An abort is a pause; anything else is written down, then thrown. */
async function pauseAfter({ context }: Session, error: unknown): Promise<Summary> {
  const { state, recorder, signal } = context;
  const ownError = error instanceof PawlError;
  if (signal.aborted && !ownError) {
    await recorder.record([{ type: "run.paused", data: { reason: "interrupted" } }]);
    return summarise(state);
  }
  const code = ownError ? error.code : "PAWL_INTERNAL";
  const message = error instanceof Error ? error.message : String(error);
  try {
    await recorder.record([{ type: "run.paused", data: { reason: "error", code, message } }]);
  } catch (unrecorded) {
    // A full disk is the likeliest reason both for the error and for not being able to write it down.
    if (!(unrecorded instanceof PawlError)) throw unrecorded;
  }
  throw error;
}

async function begin(opened: Opened, wanted: string | undefined): Promise<Session> {
  const { project, guard } = opened;
  const { git, config, plugins, prefix } = project;
  await assertClean(project);
  const base = await git.head();
  const files = await readSurface(git, base, prefix, config.surface);
  const run = await nameRun(opened, wanted);
  const describe = ({ name, version }: { name: string; version: string }) => ({ name, version });
  const { instance: scorer } = plugins.scorer;
  const options: RunStarted = {
    project: prefix,
    goal: config.goal ?? null,
    surface: config.surface,
    metric: scorer.metric,
    guardrails: scorer.guardrails ?? [],
    seed: config.seed,
    evaluationSeed: config.evaluationSeed,
    concurrency: config.concurrency,
    budget: config.budget,
    limits: config.limits,
    branch: `pawl/${run}`,
    base,
    lock: guard.reference,
    engine: ENGINE_VERSION,
    plugins: [
      { kind: "proposer", ...describe(plugins.proposer) },
      { kind: "executor", ...describe(plugins.executor) },
      { kind: "scorer", ...describe(plugins.scorer) },
      ...plugins.gates.map((gate) => ({ kind: "gate" as const, ...describe(gate) })),
    ],
  };
  return beginRun(opened, run, options, files);
}

async function resume(opened: Opened, wanted: string | true): Promise<Session> {
  const { project, ledger } = opened;
  const run = wanted === true ? (await ledger.runs()).at(-1) : wanted;
  if (run === undefined) {
    throw new PawlError("PAWL_RUN_NOT_FOUND", "there is no run to resume", { remedy: 'Start one with "pawl run".' });
  }
  const { git, prefix, config } = project;
  return continueRun(opened, run, (state) => readSurface(git, state.options.base, prefix, config.surface));
}

/** Brings git, the lock's epoch and the baseline to where the ledger says they should be. */
async function reconcile(session: Session): Promise<void> {
  const { context, left, baseFiles } = session;
  const { project, state, guard, recorder } = context;
  const ref = `refs/heads/${state.options.branch}`;
  const busy = await project.git.checkedOutAt(ref);
  if (busy !== null) {
    throw new PawlError("PAWL_GIT_DIVERGED", `"${state.options.branch}" is checked out`, {
      path: busy,
      remedy: "Switch to another branch first: the run is going to move this one.",
    });
  }
  if ((await project.git.resolve(ref)) === null) await project.git.updateRef(ref, state.championCommit, null);
  if (left.uncommitted !== undefined) {
    const { candidate, event, previousScore } = left.uncommitted;
    await commit(context, { ...candidate, event, previousScore });
  }
  // Also where the ledger lost its last rows, which no hash chain can tell: git remembers them.
  const head = await project.git.resolve(ref);
  if (head !== state.championCommit) throw diverged(state, head ?? "nowhere");
  if (guard.reference.digest !== state.lock.digest) {
    const lock = await readLockFile(project.lockPath);
    const accepted = lock?.accepted.at(-1);
    const data = { lock: guard.reference, reason: accepted?.reason ?? "", by: accepted?.by ?? "" };
    await recorder.record([{ type: "run.epoch", data }]);
  }
  if (state.baseline === undefined) {
    const cutOff = left.inFlight.find(({ proposed }) => proposed.parent === null);
    const files = context.champion?.files ?? baseFiles;
    await measureBaseline(context, cutOff ?? (await proposeBaseline(context, files)));
  }
  baselineOf(context);
}

/** What the run commits must rest on what it measured: on committed files. */
async function assertClean(project: Project): Promise<void> {
  const { git, config, prefix, configFile } = project;
  const code = configFile === undefined ? [] : localImports(configFile).map((file) => relativePath(project, file));
  const paths = [...config.surface, ...code].map((path) => posix.join(prefix, path));
  const dirty = await git.dirtyPaths(paths.filter((path) => !path.startsWith("../")));
  if (dirty.length === 0) return;
  throw new PawlError("PAWL_SURFACE_DIRTY", "files that the run rests on have changes that are not committed", {
    path: dirty[0],
    details: dirty.slice(1),
    remedy: "Commit or undo the changes, then start again. Nothing was touched.",
  });
}

async function nameRun({ project, ledger }: Opened, wanted: string | undefined): Promise<string> {
  const runs = new Set(await ledger.runs());
  const taken = async (run: string): Promise<boolean> =>
    runs.has(run) || (await project.git.resolve(`refs/heads/pawl/${run}`)) !== null;
  if (wanted !== undefined) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(wanted)) {
      throw new PawlError("PAWL_USAGE", `"${wanted}" cannot be the name of a run`, {
        remedy: "Use letters, digits, dashes and underscores.",
      });
    }
    if (!(await taken(wanted))) return wanted;
    throw new PawlError("PAWL_RUN_EXISTS", `there is a run or a branch named "${wanted}" already`, {
      remedy: 'Choose another name, or go on with "pawl resume".',
    });
  }
  for (let number = runs.size + 1; ; number += 1) {
    const run = `run-${number}`;
    if (!(await taken(run))) return run;
  }
}
