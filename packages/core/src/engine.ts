import { type PawlConfig, PawlError } from "@pawl/plugin";
import { EventEmitter } from "eventemitter3";
import PQueue from "p-queue";
import { begin, resume as resumeRun } from "./begin.ts";
import { checkConfig } from "./config/schema.ts";
import { EventQueue } from "./event-queue.ts";
import type { EventType, PawlEvent } from "./events.ts";
import { takeExam } from "./experiment/7-exam.ts";
import { trip } from "./experiment/trip.ts";
import { acquireLease } from "./lease.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { LockGuard } from "./lock/guard.ts";
import { NoticeLog, type PluginNotice } from "./notices.ts";
import { type ProjectOptions, closePlugins, openLedger, openProject } from "./project.ts";
import { reconcile } from "./reconcile.ts";
import { type ReviewRequest, type ReviewResult, approve, openForApproval, reject } from "./review.ts";
import { schedule } from "./scheduler.ts";
import { charges, pauseAfter } from "./pause.ts";
import { type Opened, type Session, unfinished } from "./session.ts";
import type { RunState } from "./state.ts";
import { type Summary, summarise } from "./summary.ts";

/** Listeners by event type; `event` hears all of them, `notice` what plugins tell beside them. */
export type EngineEvents = { [T in EventType]: (event: PawlEvent<T>) => void } & {
  event: (event: PawlEvent) => void;
  notice: (notice: PluginNotice) => void;
};

/** How a run starts. */
export interface RunOptions {
  /** Aborting stops at once: what is in flight is run again when the run is resumed. See also {@link Engine.drain}. */
  readonly signal?: AbortSignal;
  /** Name of a new run. Default: `run-1`, `run-2` … */
  readonly name?: string;
  /** Go on with an earlier run: its name, or `true` for the newest. Budgets, seed and concurrency are the run's own. */
  readonly resume?: string | true;
  /**
   * Do an earlier run again, from the same commit, with its seed, concurrency and budget, and with a notebook in which
   * nothing is written that came after its start. What models answered can come from a recording.
   */
  readonly repeat?: string;
}

/** A run under way: its events, and how it ended. */
export interface EngineRun<T = Summary> extends AsyncIterable<PawlEvent> {
  /** Resolves when the run has come to rest; rejects with what stopped it. */
  readonly result: Promise<T>;
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
    return this.#start(options.signal, async (signal, abort, announce) => {
      const open = (opened: Opened): Promise<Session> =>
        options.resume === undefined ? begin(opened, options) : resumeRun(opened, options.resume);
      const interrupted = (): boolean => options.signal?.aborted ?? false;
      return this.#work(
        { signal, abort, announce, interrupted, open },
        async (session, _opened, notices) => this.#drive(session, abort, notices),
        summarise,
      );
    });
  }

  /**
   * Records a person's word on a held experiment, under git's user name. An approved one is tried once more, as a new
   * experiment against the champion of now, through all steps; of its verdicts only the holds that the person saw are
   * not in the way any more. A run that is paused or finished stays so.
   * @throws PawlError (through `result`) `PAWL_EXPERIMENT_NOT_FOUND`, `PAWL_EXPERIMENT_NOT_HELD`,
   * `PAWL_EXPERIMENT_REVIEWED`, `PAWL_EXPERIMENT_OUTDATED`, `PAWL_REPO_BUSY`, `PAWL_GIT_NO_IDENTITY`, `PAWL_LOCK_*`
   */
  review(request: ReviewRequest): EngineRun<ReviewResult> {
    return this.#start(request.signal, async (signal, abort, announce) => {
      if (request.decision === "reject") return reject(this.#options.root ?? process.cwd(), request, announce);
      const interrupted = (): boolean => request.signal?.aborted ?? false;
      const open = (opened: Opened): Promise<Session> => openForApproval(opened, request);
      return this.#work(
        { signal, abort, announce, interrupted, open },
        async (session, opened) => approve(session, opened, request),
        () => {
          throw request.signal?.reason;
        },
      );
    });
  }

  #start<T>(
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal, abort: (reason: unknown) => void, announce: (event: PawlEvent) => void) => Promise<T>,
  ): EngineRun<T> {
    if (this.#running) throw new PawlError("PAWL_REPO_BUSY", "this engine is at work already", {});
    this.#running = true;
    this.#draining = new AbortController();
    const queue = new EventQueue<PawlEvent>();
    const stop = new AbortController();
    const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
    const announce = (event: PawlEvent): void => {
      queue.push(event);
      this.emit("event", event);
      (this.emit as (type: string, event: PawlEvent) => boolean)(event.type, event);
    };
    const result = work(signal, (reason) => stop.abort(reason), announce).finally(() => {
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

  /** Opens everything, does what is wanted with the run, and closes everything. */
  async #work<T>(
    { signal, abort, announce, interrupted, open }: Work,
    act: (session: Session, opened: Opened, notices: NoticeLog) => Promise<T>,
    whenInterrupted: (state: RunState) => T,
  ): Promise<T> {
    const notices = new NoticeLog(abort);
    const onNotice = (notice: PluginNotice): void => {
      this.emit("notice", notice);
      this.#options.onNotice?.(notice);
      notices.take(notice);
    };
    const project = await openProject(this.#config, { ...this.#options, onNotice });
    const lease = await acquireLease(project.git.commonDir);
    let ledger: Ledger | undefined;
    try {
      ledger = await openLedger(project.git);
      const guard = await LockGuard.open(project, signal);
      const opened: Opened = { project, ledger, guard, signal, announce };
      const session = await open(opened);
      notices.open(session.context.recorder);
      try {
        await prepare(session);
        const done = await act(session, opened, notices);
        await notices.close();
        return done;
      } catch (error) {
        await notices.close();
        await pauseAfter(session, error, interrupted());
        return whenInterrupted(session.context.state);
      } finally {
        session.context.notebook.close();
      }
    } finally {
      try {
        await closePlugins(project);
      } finally {
        await ledger?.close();
        await lease.release();
      }
    }
  }

  async #drive(session: Session, abort: (reason: unknown) => void, notices: NoticeLog): Promise<Summary> {
    const { context } = session;
    const { state, recorder, guard } = context;
    if (state.endReason !== undefined) {
      // Finished, but for what a person approved since.
      const keeping = new PQueue({ concurrency: 1 });
      for (const candidate of unfinished(session)) await trip(context, candidate, keeping);
      return summarise(state);
    }
    const end = await schedule(context, unfinished(session), { draining: this.#draining.signal, abort });
    if (end === "drained") {
      await notices.close();
      await recorder.record([...charges(context), { type: "run.paused", data: { reason: "interrupted" } }]);
      return summarise(state);
    }
    const exam = context.champion === undefined ? undefined : await takeExam(context);
    await notices.close();
    // In one step: an exam counts where all that it rests on was intact afterwards, and is not taken twice.
    await recorder.record([
      ...charges(context),
      ...(exam === undefined ? [] : [{ type: "exam.taken", data: exam } as const]),
      { type: "seal.verified", data: guard.verify("end") },
      { type: "run.finished", data: { reason: end } },
    ]);
    return summarise(state);
  }
}

/** How a run is opened, and who may stop the work on it. */
interface Work {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  readonly announce: (event: PawlEvent) => void;
  /** Whether the caller wants it to stop. */
  readonly interrupted: () => boolean;
  readonly open: (opened: Opened) => Promise<Session>;
}

/** Warms the sandbox up, and brings git and the baseline to where the ledger says they should be. */
async function prepare(session: Session): Promise<void> {
  const { project, state, recorder, guard, signal } = session.context;
  const { executor, secondExecutor } = project.plugins;
  const task = { limits: project.config.limits, concurrency: state.options.concurrency, run: state.run };
  await executor.instance.prepare?.(task, signal);
  await secondExecutor?.instance.prepare?.(task, signal);
  await recorder.record([{ type: "seal.verified", data: guard.verify("start") }]);
  await reconcile(session);
}
