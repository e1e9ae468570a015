import assert from "node:assert/strict";
import {
  type ExperimentRecord,
  type Files,
  gain,
  type Json,
  type Metric,
  type Proposal,
  proposalSchema,
  type ProposeContext,
  type Proposer,
} from "@pawl/plugin";
import { EMPTY_NOTEBOOK, UNLIMITED_PURSE } from "../support/surroundings.ts";
import { historyOf } from "../support/history.ts";
import { createRandom } from "../support/random.ts";
import { assertJson, deepFreeze, fulfil, NEVER } from "../support/settle.ts";
import { applyChange } from "./apply-change.ts";

/** What a proposer is tested on. */
export interface Setting {
  readonly files: Files;
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
  readonly goal: string | undefined;
  readonly inputs: readonly Json[];
  readonly seed: number;
  readonly guardMs: number;
  /** The score of a content; any finite number. */
  readonly score: (files: Files, experiment: number) => number;
}

/** A run in which nothing is executed: scores come from the setting, and every fifth experiment ends badly. */
export class Session {
  readonly #setting: Setting;
  readonly records: ExperimentRecord[] = [];
  /** What was proposed, `null` for an end of ideas. */
  readonly proposals: (Proposal | null)[] = [];
  #champion: ProposeContext["champion"];

  constructor(setting: Setting) {
    this.#setting = setting;
    const { files } = setting;
    this.#champion = { experiment: 0, files, score: setting.score(files, 0) };
    this.records.push(
      deepFreeze({
        number: 0,
        parent: null,
        status: "kept",
        reason: "the baseline",
        hypothesis: "the unchanged surface",
        files,
        score: this.#champion.score,
        verdicts: [],
      }),
    );
  }

  /** What was proposed, and what models were asked; their answers bear numbers and times that nothing repeats. */
  get ideas(): readonly unknown[] {
    return this.proposals.map((proposal) => {
      if (proposal?.exchanges === undefined) return proposal;
      return { ...proposal, exchanges: proposal.exchanges.map(({ model, request }) => ({ model, request })) };
    });
  }

  /** Hands a proposer everything that has happened so far, as a resumed run does. */
  async replayTo(proposer: Proposer): Promise<void> {
    for (const record of this.records) await this.#observe(proposer, record);
  }

  /** One experiment. Returns false when the proposer has no more ideas. */
  async step(proposer: Proposer, signal = NEVER): Promise<boolean> {
    const number = this.records.length;
    const proposal = await fulfil(
      proposer.propose(this.context(), signal),
      this.#setting.guardMs,
      `propose() for experiment ${number}`,
    );
    assert.ok(
      proposal === null || !("standstill" in proposal),
      "it stands still, and nothing is wrong with money or providers here",
    );
    this.proposals.push(proposal);
    if (proposal === null) return false;
    const parsed = proposalSchema.safeParse(proposal);
    assert.ok(parsed.success, `the proposal for experiment ${number} is not one: ${parsed.error?.message ?? ""}`);
    assertJson(proposal, `the proposal for experiment ${number}`);
    const files = applyChange(this.#champion.files, proposal.change);
    const record = deepFreeze(this.#judge(number, files, proposal));
    if (record.status === "kept") this.#champion = deepFreeze({ experiment: number, files, score: record.score! });
    this.records.push(record);
    await this.#observe(proposer, record);
    return true;
  }

  /** What the proposer may know now; frozen, for it must not change it. */
  context(): ProposeContext {
    const { metric, guardrails, goal, inputs, seed } = this.#setting;
    const experiment = this.records.length;
    const failures = inputs
      .slice(0, 5)
      .map((input, at) => ({ case: at, cause: "off", detail: "too low", weight: 5 - at, input, output: null }));
    return Object.freeze({
      experiment,
      goal,
      metric: deepFreeze({ ...metric }),
      guardrails: deepFreeze(guardrails.map((each) => ({ ...each }))),
      champion: deepFreeze({ ...this.#champion }),
      history: historyOf(this.records),
      train: Object.freeze({
        inputs: deepFreeze(structuredClone(inputs) as Json[]),
        failures: async () => deepFreeze(structuredClone(failures)),
      }),
      budget: Object.freeze({ experiments: 1_000 - experiment }),
      purse: UNLIMITED_PURSE,
      notebook: EMPTY_NOTEBOOK,
      random: createRandom(`${seed}/propose/${experiment}`),
    });
  }

  #judge(number: number, files: Files, { hypothesis, memo, cost }: Proposal): ExperimentRecord {
    const said = {
      number,
      parent: this.#champion.experiment,
      hypothesis,
      files,
      ...(memo === undefined ? {} : { memo }),
      ...(cost === undefined ? {} : { cost }),
    };
    if (number % 5 === 0)
      return { ...said, status: "failed", failure: "timeout", reason: "not done after 1000 ms", verdicts: [] };
    const score = this.#setting.score(files, number);
    const better = gain(this.#setting.metric, this.#champion.score, score) > 0;
    return {
      ...said,
      status: better ? "kept" : "rejected",
      reason: better ? "better" : "not better",
      score,
      verdicts: [],
      usage: { wallMs: 1 },
    };
  }

  async #observe(proposer: Proposer, record: ExperimentRecord): Promise<void> {
    const observing = Promise.resolve(proposer.observe?.(record));
    await fulfil(observing, this.#setting.guardMs, `observe() of experiment ${record.number}`);
  }
}
