import type { ExperimentRecord, Proposal, ProposeContext, Proposer, Standstill } from "@pawl/core";

/** The engine waits for an idea. */
interface Question {
  readonly context: ProposeContext;
  answer(answer: Proposal | Standstill): void;
}

/** What somebody outside makes of a question: a proposal, or the reason why there is none; the question then stays open. */
export type Idea<P> = { readonly proposal: Proposal } | { readonly problem: P };

/**
 * The proposer's chair in the engine, with somebody outside of the engine in it: what the engine asks waits here until
 * that one answers.
 */
export class Seat implements Proposer {
  #question: Question | undefined;
  #latest: ProposeContext | undefined;
  /** The experiment that was kept last. */
  #champion: number | undefined;
  readonly #records = new Map<number, ExperimentRecord>();
  readonly #changed = new EventTarget();

  async propose(context: ProposeContext, signal: AbortSignal): Promise<Proposal | Standstill> {
    signal.throwIfAborted();
    this.#latest = context;
    try {
      return await new Promise<Proposal | Standstill>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        this.#question = { context, answer: resolve };
        this.tell();
      });
    } finally {
      this.#question = undefined;
    }
  }

  observe(record: ExperimentRecord): void {
    this.#records.set(record.number, record);
    if (record.status === "kept") this.#champion = record.number;
    this.tell();
  }

  /** All that have ended, in the order of their ends. */
  get records(): readonly ExperimentRecord[] {
    return [...this.#records.values()];
  }

  record(experiment: number): ExperimentRecord | undefined {
    return this.#records.get(experiment);
  }

  /** What the engine knew when it asked last; waits where it has not asked yet, or not since the champion changed. */
  async context(signal: AbortSignal): Promise<ProposeContext> {
    await this.until(() => this.#fresh(this.#latest), signal);
    return this.#latest!;
  }

  /** A new champion is in place: a question about the one before is given back. */
  renew(): void {
    if (this.#question !== undefined && !this.#fresh(this.#question.context)) {
      this.#question.answer({ standstill: "outdated", reason: "there is a new champion" });
    }
  }

  /**
   * Waits until the engine wants an idea, and gives it one. Between the look at the question and the answer to it nobody
   * else gets a turn, so two ideas never answer one question.
   */
  async hand<P>(
    make: (context: ProposeContext) => Idea<P>,
    signal: AbortSignal,
  ): Promise<{ readonly experiment: number } | { readonly problem: P }> {
    for (;;) {
      await this.until(() => this.#fresh(this.#question?.context), signal);
      const question = this.#question;
      // Of several that wait, one has been given the question.
      if (question === undefined) continue;
      const idea = make(question.context);
      if ("problem" in idea) return idea;
      this.#question = undefined;
      question.answer(idea.proposal);
      return { experiment: question.context.experiment };
    }
  }

  /** Waits for the end of an experiment. */
  async ended(experiment: number, signal: AbortSignal): Promise<ExperimentRecord> {
    await this.until(() => this.#records.has(experiment), signal);
    return this.#records.get(experiment)!;
  }

  /** Waits until something holds that changes with what the engine does. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (holds()) leave(resolve);
      };
      const stop = (): void => leave(() => reject(signal.reason as Error));
      const leave = (how: () => void): void => {
        this.#changed.removeEventListener("change", look);
        signal.removeEventListener("abort", stop);
        how();
      };
      this.#changed.addEventListener("change", look);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  #fresh(context: ProposeContext | undefined): boolean {
    return context !== undefined && context.champion.experiment === this.#champion;
  }

  /** Has whoever waits look again. */
  tell(): void {
    this.#changed.dispatchEvent(new Event("change"));
  }
}
