import type { Execution, Json, Measured, Output, Relation, ReplayOptions, Trial } from "@pawl/plugin";
import { performance } from "node:perf_hooks";
import { Allowance } from "./allowance.ts";
import { type Arm, nearbyArms, sameArms } from "./arms.ts";
import { type Changes, changesOf } from "./changes.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { gainsOf } from "./gains.ts";
import { type ArmResult, probe } from "./probes.ts";

/** What was answered to these inputs by a content that became, or may become, the champion. */
interface Remembered {
  readonly inputs: readonly Json[];
  readonly outputs: readonly Output[];
}

/** Outputs of contents that were once would-be champions: they need not be run again when they are champions. */
const remembered = new WeakMap<Measured, Remembered>();
/** Fields of inputs that were looked at before: the same for all candidates of a run. */
const profiled = new WeakMap<object, readonly Field[]>();

interface LabOptions {
  /** How many evaluations' time all detectors may take together. */
  readonly evaluations: number;
  readonly stochastic: boolean;
  readonly relations: readonly Relation[];
  /** Whether fields that look like identifiers, or are constant, are taken to mean nothing. */
  readonly guess: boolean;
}

/** Everything that costly detectors share while they look at one would-be champion. */
export class Lab {
  readonly trial: Trial;
  readonly allowance: Allowance;
  /** What was left out because the allowance did not reach. */
  readonly left: string[] = [];
  /** Whether answers are partly chance, so that they cannot be compared one by one. */
  readonly stochastic: boolean;
  readonly #relations: readonly Relation[];
  readonly #guess: boolean;
  #changes: Promise<Changes | null> | undefined;
  #probed: Promise<readonly ArmResult[] | null> | undefined;

  constructor(trial: Trial, { evaluations, stochastic, relations, guess }: LabOptions) {
    this.trial = trial;
    this.stochastic = stochastic;
    this.#relations = relations;
    this.#guess = guess;
    this.allowance = new Allowance(trial.execution.usage.wallMs, trial.evaluation.inputs.length, evaluations);
    remembered.set(trial.candidate, { inputs: this.inputs, outputs: this.outputs });
  }

  get inputs(): readonly Json[] {
    return this.trial.evaluation.inputs;
  }

  /** What the candidate answered when it was measured. */
  get outputs(): readonly Output[] {
    return this.trial.execution.outputs;
  }

  get fields(): readonly Field[] {
    const known = profiled.get(this.inputs) ?? fieldsOf(this.inputs);
    profiled.set(this.inputs, known);
    return known;
  }

  /** Runs a content on inputs, and learns what that takes. */
  async run(options: ReplayOptions & { readonly inputs: readonly Json[] }): Promise<Execution> {
    const started = performance.now();
    const execution = await this.trial.replay(options);
    if (options.executor !== "second") this.allowance.learn(options.inputs.length, performance.now() - started);
    return execution;
  }

  /** The outputs of a job that must succeed; `null` where it did not. */
  async outputsOf(options: ReplayOptions & { readonly inputs: readonly Json[] }): Promise<readonly Output[] | null> {
    if (options.inputs.length === 0) return [];
    const execution = await this.run(options);
    return execution.outcome === "ok" ? execution.outputs : null;
  }

  /**
   * Where the candidate answers differently from the champion. That takes one evaluation, unless the champion was once a
   * would-be champion of this process. `null` where the champion cannot be run.
   */
  changes(): Promise<Changes | null> {
    this.#changes ??= this.#findChanges();
    return this.#changes;
  }

  /** What became of the candidate's changes when cases were changed a little; asked once for all detectors. */
  probed(): Promise<readonly ArmResult[] | null> {
    this.#probed ??= this.#probe();
    return this.#probed;
  }

  async #probe(): Promise<readonly ArmResult[] | null> {
    const changes = await this.changes();
    if (changes === null) return null;
    const gains = gainsOf(this.trial);
    const gaining = gains === null ? [] : changes.changed.filter((i) => gains[i]! > 0);
    return probe(
      {
        lab: this,
        inputs: this.inputs,
        changes,
        gaining: gaining.toSorted((a, b) => gains![b]! - gains![a]! || a - b),
        subject: "candidate",
        random: this.trial.random.fork("probes"),
        most: Math.max(Math.min(LEAST, PER_CASE * this.inputs.length), this.allowance.cases(PROBES)),
      },
      this.arms(this.inputs),
    );
  }

  /** All ways to change these cases a little. */
  arms(inputs: readonly Json[]): readonly Arm[] {
    const fields = this.#guess
      ? this.fields
      : this.fields.filter(({ kind }) => kind !== "identifier" && kind !== "constant");
    return [...sameArms(inputs, fields, this.#relations), ...nearbyArms(inputs, this.fields)];
  }

  async #findChanges(): Promise<Changes | null> {
    const { champion } = this.trial;
    const known = remembered.get(champion);
    if (known?.inputs === this.inputs) return changesOf(this.outputs, known.outputs);
    const ran = await this.outputsOf({ subject: "champion", inputs: this.inputs });
    if (ran === null) return null;
    remembered.set(champion, { inputs: this.inputs, outputs: ran });
    return changesOf(this.outputs, ran);
  }
}

/** The share of the allowance that probing the candidate's changes may take. */
const PROBES = 0.2;
/** So many probes there are at least, but no more than this for each case: a case may cost money. */
const LEAST = 1_200;
const PER_CASE = 8;

/** One lab for each trial: detectors that look at the same trial share it. */
export class Labs {
  readonly #open = new WeakMap<Trial, Lab>();
  #options: LabOptions;

  constructor(options: Pick<LabOptions, "evaluations" | "stochastic">) {
    this.#options = { ...options, relations: [], guess: true };
  }

  get relations(): readonly Relation[] {
    return this.#options.relations;
  }

  /** Takes in what the scorer declares. */
  learn(relations: readonly Relation[], guess: boolean): void {
    this.#options = { ...this.#options, relations, guess };
  }

  of(trial: Trial): Lab {
    const lab = this.#open.get(trial) ?? new Lab(trial, this.#options);
    this.#open.set(trial, lab);
    return lab;
  }
}
