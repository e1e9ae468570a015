import type {
  Check,
  ExperimentRecord,
  Json,
  ModelDescription,
  Proposal,
  ProposeContext,
  Proposer,
  Standstill,
} from "@pawl/plugin";
import type { Arm } from "./arms.ts";
import { Earnings } from "./earnings.ts";
import { readMemo } from "./memo.ts";
import type { PortfolioOptions } from "./options.ts";
import { Rest } from "./rest.ts";
import { thinkingSeconds } from "./thinking.ts";
import { paceOf, worthOf } from "./worth.ts";

/** Several proposers, each with the attempts that it earns. */
export class Portfolio implements Proposer {
  /** Done by the first arm that can. */
  readonly condense?: NonNullable<Proposer["condense"]>;
  readonly #arms: readonly Arm[];
  readonly #worth: Pick<PortfolioOptions, "experimentUsd" | "experimentSeconds">;
  readonly #earnings = new Earnings();
  readonly #rest = new Rest();
  #unread: ExperimentRecord[] = [];
  #pace: number | undefined;
  /** Arms without ideas, until the champion changes. */
  #exhausted = { champion: 0, arms: new Set<Arm>() };

  constructor(arms: readonly Arm[], worth: Pick<PortfolioOptions, "experimentUsd" | "experimentSeconds">) {
    this.#arms = arms;
    this.#worth = worth;
    const writer = arms.find(({ proposer }) => proposer.condense !== undefined)?.proposer;
    if (writer !== undefined) this.condense = (context, signal) => writer.condense!(context, signal);
  }

  get models(): readonly ModelDescription[] {
    return this.#arms.flatMap(({ proposer }) => proposer.models ?? []);
  }

  async doctor(): Promise<readonly Check[]> {
    const checks = await Promise.all(this.#arms.map(async ({ proposer }) => (await proposer.doctor?.()) ?? []));
    return checks.flat();
  }

  /** Each arm hears of all experiments, and gets back its own notes alone. */
  async observe(record: ExperimentRecord): Promise<void> {
    const memo = readMemo(record.memo);
    this.#pace ??= memo?.pace;
    this.#unread.push(record);
    const { memo: _, ...foreign } = record;
    for (const { name, proposer } of this.#arms) {
      const own = name === memo?.arm && memo.memo !== undefined;
      await proposer.observe?.(Object.freeze(own ? { ...foreign, memo: memo.memo as Json } : foreign));
    }
  }

  async propose(context: ProposeContext, signal: AbortSignal): Promise<Proposal | Standstill | null> {
    this.#pace ??= paceOf(context.budget);
    const [baseline] = context.history.kept();
    if (baseline !== undefined) this.#earnings.note(baseline);
    for (const record of this.#unread.splice(0)) this.#earnings.learn(record, context.metric);
    const { experiment: champion } = context.champion;
    const { champion: since, arms: exhausted } = this.#exhausted;
    // Who had no ideas may have some for another champion; and where nobody has any, everybody is asked again.
    if (since !== champion || exhausted.size === this.#arms.length) this.#exhausted = { champion, arms: new Set() };
    this.#rest.next();
    return this.#ask(this.#ranked(context), context, signal);
  }

  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.#arms.map(async ({ proposer }) => proposer.close?.()));
    const failed = closed.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  /** Who may have an idea, the most promising first; those who rest last. Each is drawn for from a stream of its own. */
  #ranked({ random, budget }: ProposeContext): readonly Arm[] {
    const worth = worthOf(this.#worth, budget, this.#pace);
    return this.#arms
      .filter((arm) => !this.#exhausted.arms.has(arm))
      .map((arm) => ({
        arm,
        rests: this.#rest.rests(arm) ? 1 : 0,
        draw: this.#earnings.draw(arm.name, random.fork(`choose/${arm.name}`), worth),
      }))
      .toSorted((a, b) => a.rests - b.rests || b.draw - a.draw)
      .map(({ arm }) => arm);
  }

  async #ask(
    arms: readonly Arm[],
    context: ProposeContext,
    signal: AbortSignal,
  ): Promise<Proposal | Standstill | null> {
    const standstills: Standstill[] = [];
    for (const arm of arms) {
      const started = performance.now();
      const own = Object.freeze({ ...context, random: context.random.fork(`arm/${arm.name}`) });
      const answer = await arm.proposer.propose(own, signal);
      if (answer === null) this.#exhausted.arms.add(arm);
      else if ("standstill" in answer) {
        // Whoever is asked next would be asked about a champion that is none any more.
        if (answer.standstill === "outdated") return answer;
        standstills.push(answer);
        this.#rest.stoodStill(arm);
      } else {
        this.#rest.moved(arm);
        return this.#signed(answer, arm, thinkingSeconds(answer, performance.now() - started));
      }
    }
    // A provider may come back; money does not.
    return standstills.find(({ standstill }) => standstill === "unavailable") ?? standstills[0] ?? null;
  }

  #signed(proposal: Proposal, { name }: Arm, seconds: number): Proposal {
    const memo = {
      arm: name,
      ...(proposal.memo === undefined ? {} : { memo: proposal.memo }),
      ...(seconds === 0 ? {} : { seconds }),
      ...(this.#pace === undefined ? {} : { pace: this.#pace }),
    };
    return { ...proposal, memo };
  }
}
