import type { Context, Tracer, TracerProvider } from "@opentelemetry/api";
import { ENGINE_VERSION, type Engine, type Ledger, type PawlEvent, findExperiment, readExchanges } from "@pawl/core";
import { type Execution, writeExecution, writeExperiment } from "./spans.ts";

/** How spans are made of a run. */
export interface ObserveOptions {
  readonly provider: TracerProvider;
  /** Opens the run's ledger for reading: exchanges with models are there. It is closed in the end. */
  readonly openLedger: () => Promise<Ledger>;
  /**
   * Also what was said to models and by them, where it shows no case that nobody may see. The semantic conventions leave
   * it out by default.
   */
  readonly content?: boolean;
  /** Hears what went wrong; a run does not fail because of its telemetry. */
  readonly onError?: (error: unknown) => void;
}

/** Spans in the making. */
export interface Observation {
  /** Writes what is left, and lets go of the ledger. The provider is the caller's to flush. */
  close(): Promise<void>;
}

/**
 * Makes a trace of every experiment that ends, from the engine's events and the ledger.
 *
 * @example
 * const observation = observe(engine, { provider, openLedger: () => openSqliteLedger(path, { readOnly: true }) });
 * await engine.run().result;
 * await observation.close();
 */
export function observe(engine: Engine, options: ObserveOptions): Observation {
  const observer = new Observer(options);
  const hear = (event: PawlEvent): void => observer.take(event);
  engine.on("event", hear);
  return {
    async close() {
      engine.off("event", hear);
      await observer.close();
    },
  };
}

/** Champions whose later executions still find their trace. */
const REMEMBERED = 64;

interface InFlight {
  proposed?: PawlEvent<"experiment.proposed">;
  readonly used: PawlEvent<"gateway.used">[];
  finished?: PawlEvent<"experiment.finished">;
}

class Observer {
  readonly #options: ObserveOptions;
  readonly #tracer: Tracer;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #roots = new Map<number, Context>();
  #proposer = "proposer";
  #ledger: Ledger | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ObserveOptions) {
    this.#options = options;
    this.#tracer = options.provider.getTracer("@pawl/telemetry", ENGINE_VERSION);
  }

  /** Events are sorted at once, and written in their order while the run goes on. */
  take(event: PawlEvent): void {
    this.#work = this.#work
      .then(() => this.#read(event))
      .catch((error: unknown) => {
        this.#options.onError?.(error);
      });
  }

  async close(): Promise<void> {
    await this.#work;
    // Kept, and cut off before the commit was written down.
    for (const [experiment, { finished }] of this.#inFlight) {
      if (finished !== undefined)
        await this.#write(experiment).catch((error: unknown) => this.#options.onError?.(error));
    }
    await this.#ledger?.close();
  }

  async #read(event: PawlEvent): Promise<void> {
    if (event.type === "run.started") {
      this.#proposer = event.data.plugins.find(({ kind }) => kind === "proposer")?.name ?? this.#proposer;
    } else if (event.type === "experiment.proposed") {
      this.#entry(event.data.experiment).proposed = event;
    } else if (event.type === "gateway.used") {
      await this.#used(event);
    } else if (event.type === "experiment.finished") {
      const entry = this.#entry(event.data.experiment);
      entry.finished = event;
      // What is kept waits for its commit; a baseline has none.
      const baseline = entry.proposed?.data.parent === null;
      if (event.data.status !== "kept" || baseline) await this.#write(event.data.experiment);
    } else if (event.type === "champion.committed") {
      await this.#write(event.data.experiment, event.data.commit);
    }
  }

  async #used(used: PawlEvent<"gateway.used">): Promise<void> {
    const experiment = Number.parseInt(used.data.job, 10);
    const root = this.#roots.get(experiment);
    if (root === undefined) this.#entry(experiment).used.push(used);
    // A champion is run on the train split, and sits exams, when its experiment is long over.
    else writeExecution(this.#tracer, root, await this.#execution(used), this.#options.content === true);
  }

  #entry(experiment: number): InFlight {
    const entry = this.#inFlight.get(experiment) ?? { used: [] };
    this.#inFlight.set(experiment, entry);
    return entry;
  }

  async #write(experiment: number, commit?: string): Promise<void> {
    const entry = this.#inFlight.get(experiment);
    this.#inFlight.delete(experiment);
    const finished = entry?.finished;
    if (entry === undefined || finished === undefined) return;
    const ledger = await this.#open();
    // Proposed by an earlier process, where the run was resumed.
    const proposed = entry.proposed ?? (await findExperiment(ledger, finished.run ?? "", experiment))?.proposed;
    if (proposed === undefined) return;
    const root = writeExperiment(
      this.#tracer,
      {
        proposer: this.#proposer,
        proposed,
        exchanges: await readExchanges(ledger, proposed.data.exchanges),
        executions: await Promise.all(entry.used.map((used) => this.#execution(used))),
        finished,
        ...(commit === undefined ? {} : { commit }),
      },
      this.#options.content === true,
    );
    if (finished.data.status === "kept") this.#remember(experiment, root);
  }

  #remember(experiment: number, root: Context): void {
    this.#roots.set(experiment, root);
    const [oldest] = this.#roots.keys();
    if (this.#roots.size > REMEMBERED && oldest !== undefined) this.#roots.delete(oldest);
  }

  async #execution(used: PawlEvent<"gateway.used">): Promise<Execution> {
    const digest = used.data.exchanges;
    return { used, exchanges: digest === undefined ? [] : await readExchanges(await this.#open(), digest) };
  }

  async #open(): Promise<Ledger> {
    this.#ledger ??= await this.#options.openLedger();
    return this.#ledger;
  }
}
