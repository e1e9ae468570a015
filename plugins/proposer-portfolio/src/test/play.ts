import {
  type ConfiguredPlugin,
  type Cost,
  defineProposer,
  type ExperimentRecord,
  type Proposal,
  type ProposeContext,
  type Proposer,
  type RemainingBudget,
  type Standstill,
} from "@pawl/plugin";
import { createRandom, EMPTY_NOTEBOOK, UNLIMITED_PURSE } from "@pawl/testkit";
import { portfolio } from "../index.ts";

/** What an arm of a simulation answers; the default is an idea. */
type Answer = Proposal | Standstill | null;

/** An arm whose ideas cost so much. What comes of them is for the simulation to say. */
export function armOf(
  name: string,
  cost: Cost = {},
  answer: (idea: Proposal, context: ProposeContext) => Answer = (idea) => idea,
  observe: (record: ExperimentRecord) => void = () => undefined,
): ConfiguredPlugin<"proposer"> {
  return defineProposer({
    name,
    create: () => ({
      async propose(context: ProposeContext) {
        const idea = `${name} ${context.random.next()}`;
        const change = { kind: "files", files: { "a.txt": idea } } as const;
        return answer({ change, hypothesis: idea, memo: { of: name }, cost }, context);
      },
      observe,
    }),
  })();
}

export async function open(
  proposers: readonly ConfiguredPlugin<"proposer">[],
  options: Omit<Parameters<typeof portfolio>[0], "proposers"> = {},
): Promise<Proposer> {
  const configured = portfolio({ proposers: [...proposers], ...options });
  return configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
}

export const armNamed = ({ memo }: { readonly memo?: unknown }): string => (memo as { arm: string }).arm;

/** A run without an engine: outcomes are drawn, each arm's ideas being kept as often as `usefulness` says. */
export class Play {
  readonly records: ExperimentRecord[] = [];
  readonly #seed: string;
  readonly #budget: { experiments?: number; usd?: number; wallMs?: number };
  #spent = 0;
  champion = { experiment: 0, files: { "a.txt": "start" } as Readonly<Record<string, string>>, score: 0 };

  constructor(seed = "play", budget: RemainingBudget = {}) {
    this.#seed = seed;
    this.#budget = budget;
    this.records.push({ ...BASELINE, files: this.champion.files });
  }

  get context(): ProposeContext {
    const experiment = this.records.length;
    const { experiments, usd, wallMs } = this.#budget;
    return {
      experiment,
      goal: undefined,
      metric: { name: "worth", direction: "maximize" },
      guardrails: [],
      champion: this.champion,
      history: {
        length: experiment,
        recent: (count) => this.records.slice(-count),
        kept: () => this.records.filter(({ status }) => status === "kept"),
      },
      train: { inputs: [], failures: async () => [] },
      budget: {
        ...(experiments === undefined ? {} : { experiments: experiments - experiment + 1 }),
        ...(usd === undefined ? {} : { usd: Math.max(0, usd - this.#spent) }),
        ...(wallMs === undefined ? {} : { wallMs }),
      },
      purse: UNLIMITED_PURSE,
      notebook: EMPTY_NOTEBOOK,
      random: createRandom(`${this.#seed}/${experiment}`),
    };
  }

  async ask(proposer: Proposer): Promise<Answer> {
    return proposer.propose(this.context, new AbortController().signal);
  }

  /** Ends the experiment of a proposal, and tells the proposer. */
  async finish(proposer: Proposer, proposal: Proposal, kept: boolean): Promise<void> {
    const number = this.records.length;
    const score = this.champion.score + (kept ? 1 : -1);
    const { hypothesis, memo, cost, change } = proposal;
    const files = change.kind === "files" ? change.files : this.champion.files;
    this.#spent += cost?.usd ?? 0;
    this.records.push({
      ...BASELINE,
      number,
      parent: this.champion.experiment,
      status: kept ? "kept" : "rejected",
      hypothesis,
      files,
      score,
      // As it comes back from a ledger.
      memo: JSON.parse(JSON.stringify(memo)),
      ...(cost === undefined ? {} : { cost }),
    });
    if (kept) this.champion = { experiment: number, files, score };
    await proposer.observe?.(this.records.at(-1) as ExperimentRecord);
  }

  /** Plays `rounds` experiments, and counts the attempts of each arm. */
  async rounds(proposer: Proposer, rounds: number, usefulness: Readonly<Record<string, number>>) {
    const attempts: Record<string, number> = {};
    for (let round = 0; round < rounds; round += 1) {
      const number = this.records.length;
      const proposal = await this.ask(proposer);
      if (proposal === null || "standstill" in proposal) throw new Error("it has no idea");
      const arm = armNamed(proposal);
      attempts[arm] = (attempts[arm] ?? 0) + 1;
      const luck = createRandom(`${this.#seed}/luck/${number}`).next();
      await this.finish(proposer, proposal, luck < (usefulness[arm] ?? 0));
    }
    return attempts;
  }
}

const BASELINE: ExperimentRecord = {
  number: 0,
  parent: null,
  status: "kept",
  reason: "",
  hypothesis: "baseline",
  files: {},
  score: 0,
  verdicts: [],
};
