import {
  ENGINE_VERSION,
  type Engine,
  type PawlConfig,
  PawlError,
  type PawlEvent,
  type Summary,
  createEngine,
  defineProposer,
} from "@pawl/core";
import { stateText } from "../output/format-summary.ts";
import { formatMove, plural } from "../output/numbers.ts";
import { toPawlError } from "../output/print-error.ts";
import { Seat } from "./seat.ts";

/** What a session is about. */
export interface SessionOptions {
  readonly config: PawlConfig;
  readonly root: string;
  readonly file: string;
  /** Name of the new run. */
  readonly name?: string | undefined;
  /** Go on with this run, or with the newest. */
  readonly resume?: string | true | undefined;
  /** Hears one line at a time; never anything for stdout. */
  readonly log: (line: string) => void;
}

/** There is no run any more, or none yet that could be started. The message says why. */
export class SessionOver extends Error {
  override readonly name = "SessionOver";
}

/**
 * A run whose ideas come from a client. It starts with the client's first call, so that an editor which only starts its
 * servers leaves no run behind.
 */
export class Session {
  readonly seat = new Seat();
  readonly #options: SessionOptions;
  readonly #over = new AbortController();
  readonly #stop = new AbortController();
  #engine: Engine | undefined;
  readonly #inFlight = new Set<number>();
  #last = -1;
  #name: string | undefined;
  #rest: Promise<void> | undefined;
  #failure: PawlError | undefined;
  #draining = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Aborts, with a {@link SessionOver}, when no more ideas are taken. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get started(): boolean {
    return this.#rest !== undefined;
  }

  /** The run's name; absent before its first event. */
  get run(): string | undefined {
    return this.#name;
  }

  /** The folder that the config's paths are relative to. */
  get root(): string {
    return this.#options.root;
  }

  /** Experiments that were written down and have not ended. */
  get inFlight(): readonly number[] {
    return [...this.#inFlight];
  }

  /** The highest number of an experiment that was written down. */
  get last(): number {
    return Math.max(this.#last, ...this.seat.records.map(({ number }) => number));
  }

  /** Waits until everything that happened before is known: the baseline, or all of a resumed run. */
  async ready(signal: AbortSignal): Promise<void> {
    await this.seat.until(() => this.#name !== undefined && this.seat.records.length > 0, signal);
  }

  /** Waits until an experiment is written down. */
  async proposed(experiment: number, signal: AbortSignal): Promise<void> {
    await this.seat.until(() => this.#last >= experiment, signal);
  }

  /** What went wrong with the run itself. */
  get failure(): PawlError | undefined {
    return this.#failure;
  }

  /** Opens the project with its lock and starts the run, once. */
  start(): void {
    this.#rest ??= this.#work();
  }

  /** Starts nothing new, and lets end what is under way. */
  drain(): void {
    this.#draining = true;
    this.#engine?.drain();
  }

  /** Stops at once; what was under way runs again when the run is resumed. */
  abort(): void {
    this.#stop.abort(new Error("the session was stopped"));
  }

  /** Settles when the run has come to rest. */
  async rest(): Promise<void> {
    await this.#rest;
  }

  async #work(): Promise<void> {
    const { config, root, file, name, resume, log } = this.#options;
    const seat = this.seat;
    const fed = defineProposer({ name: "pawl-mcp", version: ENGINE_VERSION, create: () => seat });
    try {
      // The lock covers what is judged and how, not who proposes: the run is measured as any other.
      const engine = createEngine({ ...config, proposer: fed() }, { root, configFile: file });
      this.#engine = engine;
      engine.on("notice", ({ kind, message }) => {
        if (kind !== "progress") log(message);
      });
      engine.on("event", (event) => this.#follow(event));
      const run = engine.run({
        signal: this.#stop.signal,
        ...(resume === undefined ? {} : { resume }),
        ...(resume === undefined && name !== undefined ? { name } : {}),
      });
      if (this.#draining) engine.drain();
      this.#end(await run.result);
    } catch (error) {
      this.#failure = toPawlError(error);
      const { code, message, path, remedy } = this.#failure;
      const place = path === undefined ? "" : ` (${path})`;
      log(`${code}: ${message}${place}`);
      this.#over.abort(new SessionOver(`${code}: ${message}${place}${remedy === undefined ? "" : `\n${remedy}`}`));
    }
  }

  #follow(event: PawlEvent): void {
    this.#name ??= event.run ?? undefined;
    if (event.type === "run.started") this.#options.log(`${event.run} started`);
    if (event.type === "run.resumed") {
      this.#options.log(`${event.run} goes on`);
      for (const experiment of event.data.inFlight) this.#propose(experiment);
      this.seat.tell();
    }
    if (event.type === "experiment.proposed") this.#propose(event.data.experiment);
    // The engine takes the new champion up right after it has said so.
    if (event.type === "champion.committed") setImmediate(() => this.seat.renew());
    if (event.type === "experiment.finished") this.#inFlight.delete(event.data.experiment);
  }

  #propose(experiment: number): void {
    this.#inFlight.add(experiment);
    this.#last = Math.max(this.#last, experiment);
    this.seat.tell();
  }

  #end(summary: Summary): void {
    this.#options.log(`${summary.run} is ${summary.status}`);
    this.#over.abort(new SessionOver(`This run takes no more proposals.\n\n${endText(summary)}`));
  }
}

/** The end of a run for whoever proposes. How it did where nobody had looked is for people: else it would be looked at. */
function endText(summary: Summary): string {
  const { run, status, metric, baseline, champion, experiments, kept, waiting } = summary;
  return [
    `${run} is ${stateText(summary)}.`,
    ...(baseline === null || champion === null
      ? []
      : [`${metric.name}: ${formatMove(metric, baseline.validation, champion.validation)} on validation.`]),
    `${plural(experiments, "experiment")}, ${kept} kept${waiting > 0 ? `, ${waiting} wait for a person's decision` : ""}.`,
    ...(status === "paused" ? ["It can be resumed."] : []),
  ].join("\n");
}
