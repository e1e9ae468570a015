import { createRandom } from "@pawl/core";
import { improvement } from "@pawl/gate-improvement";
import type { ExperimentRecord, Gate, Measured, Trial } from "@pawl/plugin";
import { openPlugin, sampleGateTask, sampleTrial } from "@pawl/testkit";
import { blockEnds } from "../../packages/core/src/experiment/blocks.ts";

export type GateOptions = Parameters<typeof improvement>[0];

/** What became of one candidate. */
export interface Outcome {
  readonly kept: boolean;
  readonly code: string;
  /** How many cases were run. */
  readonly ran: number;
  /** After how many cases the evidence was there; all of them where it never was. */
  readonly knownAfter: number;
}

export interface RunSetting {
  readonly options?: GateOptions;
  readonly experiments: number;
  readonly cases: number;
  readonly seed: number;
}

const METRIC = { name: "score", direction: "maximize" } as const;

/**
 * One run as the improvement gate sees it: made by its public factory, told of the run, asked after each of the engine's
 * blocks and at the end, about trials as the engine makes them. Only the proposer, the sandbox and the scorer are simulated.
 */
export class SimulatedRun {
  readonly #gate: Gate;
  readonly #cases: number;
  readonly #order: readonly number[];
  readonly #ends: readonly number[];
  readonly #base: Trial;
  readonly #kept: ExperimentRecord[] = [recordOf(0)];
  #champion: Measured = { experiment: 0, files: {}, score: { value: 0 } };
  #championInOrder: readonly number[] = [];

  private constructor(gate: Gate, { cases, seed }: RunSetting) {
    this.#gate = gate;
    this.#cases = cases;
    const random = createRandom(seed);
    const places = Array.from({ length: cases }, (_, at) => at);
    this.#order = places
      .map((at) => [at, random.next()] as const)
      .toSorted(([, a], [, b]) => a - b)
      .map(([at]) => at);
    this.#ends = blockEnds(cases);
    const evaluation = { split: "validation" as const, seed: 1, inputs: places, reference: null };
    this.#base = sampleTrial({
      metric: METRIC,
      evaluation,
      history: { length: 0, recent: () => [], kept: () => this.#kept },
      random,
    });
  }

  static async begin(setting: RunSetting): Promise<SimulatedRun> {
    const { options, experiments, seed } = setting;
    const gate = await openPlugin<"gate">(improvement(options));
    await gate.prepare?.(sampleGateTask({ metric: METRIC, experiments, slices: true, random: createRandom(seed) }));
    return new SimulatedRun(gate, setting);
  }

  /** What is compared with from now on; its samples must not change any more. */
  setChampion(experiment: number, samples: readonly number[]): void {
    this.#champion = measured(experiment, samples);
    this.#championInOrder = this.#order.map((at) => samples[at]!);
  }

  /** A keep, as the history tells gates of it. */
  remember(experiment: number): void {
    this.#kept.push(recordOf(experiment));
  }

  async ask(experiment: number, samples: readonly number[]): Promise<Outcome> {
    const signal = NEVER;
    const inOrder = this.#order.map((at) => samples[at]!);
    const champion = this.#champion;
    let knownEarly: number | undefined;
    for (const end of this.#ends.slice(0, -1)) {
      const verdict = await this.#gate.judgeEarly?.(
        {
          experiment,
          metric: METRIC,
          champion,
          cases: this.#order.slice(0, end),
          of: this.#cases,
          samples: inOrder.slice(0, end),
          championSamples: this.#championInOrder.slice(0, end),
          history: this.#base.history,
          random: this.#base.random,
        },
        signal,
      );
      if (verdict === undefined || verdict === null) continue;
      if (verdict.decision !== "pass") return { kept: false, code: verdict.code, ran: end, knownAfter: this.#cases };
      knownEarly = casesOf(verdict.evidence);
      break;
    }
    const trial = { ...this.#base, experiment, candidate: measured(experiment, samples), champion };
    const verdict = await this.#gate.judge!(trial, signal);
    const knownAfter = knownEarly ?? casesOf(verdict.evidence) ?? this.#cases;
    return { kept: verdict.decision === "pass", code: verdict.code, ran: this.#cases, knownAfter };
  }
}

const NEVER = new AbortController().signal;

function measured(experiment: number, samples: readonly number[]): Measured {
  let sum = 0;
  for (const sample of samples) sum += sample;
  return { experiment, files: {}, score: { value: sum / samples.length, samples } };
}

function recordOf(number: number): ExperimentRecord {
  return { number, parent: null, status: "kept", reason: "kept", hypothesis: "", files: {}, verdicts: [] };
}

const casesOf = (evidence: unknown): number | undefined => (evidence as { readonly cases?: number } | undefined)?.cases;
