import { type PawlConfig, PawlError } from "@pawl/plugin";
import { EventEmitter } from "eventemitter3";
import { begin, resume } from "./begin.ts";
import { checkConfig } from "./config/schema.ts";
import { EventQueue } from "./event-queue.ts";
import type { EventType, PawlEvent } from "./events.ts";
import { takeExam } from "./experiment/7-exam.ts";
import { acquireLease } from "./lease.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { LockGuard } from "./lock/guard.ts";
import { type ProjectOptions, closePlugins, openLedger, openProject } from "./project.ts";
import { reconcile } from "./reconcile.ts";
import { schedule } from "./scheduler.ts";
import { type Opened, type Session, unfinished } from "./session.ts";
import { type Summary, summarise } from "./summary.ts";

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
      try {
        await closePlugins(project);
      } finally {
        await ledger?.close();
        await lease.release();
      }
    }
  }

  async #drive(session: Session, abort: (reason: unknown) => void): Promise<Summary> {
    const { context } = session;
    const { state, recorder, signal } = context;
    try {
      const { limits } = context.project.config;
      const { executor, secondExecutor } = context.project.plugins;
      const task = { limits, concurrency: state.options.concurrency, run: state.run };
      await executor.instance.prepare?.(task, signal);
      await secondExecutor?.instance.prepare?.(task, signal);
      await reconcile(session);
      const end = await schedule(context, unfinished(session), { draining: this.#draining.signal, abort });
      if (end === "drained") {
        await recorder.record([{ type: "run.paused", data: { reason: "interrupted" } }]);
      } else {
        if (context.champion !== undefined) await takeExam(context);
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
