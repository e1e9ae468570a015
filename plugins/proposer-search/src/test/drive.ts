import { EMPTY_NOTEBOOK, UNLIMITED_PURSE } from "@pawl/testkit";
import type { ExperimentRecord, Files, Json, Metric, Proposal, Proposer } from "@pawl/plugin";
import { search } from "../index.ts";
import { createStream } from "../search/stream.ts";
import { fingerprint } from "../surface/canonical.ts";
import { INPUTS } from "./surfaces.ts";

type Options = Parameters<typeof search>[0];

export async function createSearch(options: Options = {}): Promise<Proposer> {
  const configured = search(options);
  return configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
}

/** A run of the search without an engine: the records so far, and how to go on. */
export class Drive {
  readonly records: ExperimentRecord[] = [];
  readonly metric: Metric = { name: "worth", direction: "maximize" };
  readonly seed: string;
  readonly inputs: readonly Json[];
  champion: { experiment: number; files: Files; score: number };
  next = 1;

  constructor(files: Files, { seed = "a", inputs = INPUTS }: { seed?: string; inputs?: readonly Json[] } = {}) {
    this.seed = seed;
    this.inputs = inputs;
    this.champion = { experiment: 0, files, score: 0 };
    this.records.push({
      number: 0,
      parent: null,
      status: "kept",
      reason: "baseline",
      hypothesis: "baseline",
      files,
      score: 0,
      verdicts: [],
    });
  }

  async propose(proposer: Proposer): Promise<Proposal | null> {
    const number = this.next;
    this.next += 1;
    const answer = await proposer.propose(
      {
        experiment: number,
        goal: undefined,
        metric: this.metric,
        guardrails: [],
        champion: this.champion,
        history: {
          length: this.records.length,
          recent: (count) => this.records.slice(-count),
          kept: () => this.records.filter(({ status }) => status === "kept"),
        },
        train: { inputs: this.inputs, failures: async () => [] },
        budget: {},
        purse: UNLIMITED_PURSE,
        notebook: EMPTY_NOTEBOOK,
        random: createStream(`${this.seed}:${number}`),
      },
      new AbortController().signal,
    );
    if (answer !== null && "standstill" in answer) throw new Error(`it stands still: ${answer.reason}`);
    return answer;
  }

  /** The record that an engine would make of a proposal; its worth is arbitrary, but always the same for the same text. */
  finish(number: number, proposal: Proposal, score = this.worth(proposal)): ExperimentRecord {
    const files = this.filesOf(proposal);
    const kept = score > this.champion.score;
    const record: ExperimentRecord = {
      number,
      parent: this.champion.experiment,
      status: kept ? "kept" : "rejected",
      reason: "",
      hypothesis: proposal.hypothesis,
      ...(proposal.memo === undefined ? {} : { memo: JSON.parse(JSON.stringify(proposal.memo)) }),
      files,
      score,
      verdicts: [{ gate: "better", step: "judge", decision: kept ? "pass" : "reject", code: "TEST", reason: "score" }],
    };
    this.records.push(record);
    if (kept) this.champion = { experiment: number, files, score };
    return record;
  }

  filesOf(proposal: Proposal): Files {
    if (proposal.change.kind !== "files") throw new Error("whole files expected");
    return { ...this.champion.files, ...proposal.change.files };
  }

  /** About one candidate in ten is a little better than the champion. */
  worth(proposal: Proposal): number {
    const files = this.filesOf(proposal);
    const noise = Buffer.from(fingerprint(Object.entries(files).flat()), "base64url").readUInt16LE(0) / 65_536;
    return this.champion.score + (noise - 0.9);
  }
}
