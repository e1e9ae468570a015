import type { ExperimentRecord, Json, ProposeContext, Proposal, Proposer, Random } from "@pawl/plugin";
import { enumerate } from "./enumerate.ts";
import { OPERATORS } from "./operators/index.ts";
import type { Group, Move, Operator, View } from "./operators/operator.ts";
import type { SearchOptions } from "./options.ts";
import { Memory } from "./search/memory.ts";
import { type Field, inferFields } from "./surface/fields.ts";

/** Attempts at a new candidate with one change, and then with two or three at once, before giving up. */
const SINGLE_ATTEMPTS = 40;
const COMBINED_ATTEMPTS = 40;
const GROUPS: readonly Group[] = ["tune", "structure", "crossover"];
/** On the examples an attempt at crossover gains about half as much as one at anything else. */
const GROUP_PRIORS: Readonly<Record<Group, number>> = { tune: 0.5, structure: 0.5, crossover: 0.2 };
/** How far an operator is trusted before it was tried. */
const PROMISING = 0.8;
const DOUBTFUL = 0.2;

/** The search: learns from what it observes, and proposes what it has not tried. */
export class SearchProposer implements Proposer {
  readonly #options: SearchOptions;
  readonly #operators: readonly Operator[];
  #memory: Memory | undefined;
  #unread: ExperimentRecord[] = [];
  #fields: { inputs: readonly Json[]; fields: readonly Field[] } | undefined;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#operators = OPERATORS.filter(({ group }) => options[group]);
  }

  /** Results are read at the next proposal, when the metric's direction is known. */
  observe(record: ExperimentRecord): void {
    this.#unread.push(record);
  }

  /** @throws PawlError PAWL_SURFACE_INVALID where the surface cannot be parsed or a `@tune` comment fits nothing */
  async propose(context: ProposeContext): Promise<Proposal | null> {
    const memory = this.#catchUp(context);
    const view: View = { surface: memory.champion.surface, fields: this.#fieldsOf(context.train.inputs), memory };
    const found = this.#single(view, context.random) ?? this.#combined(view, context.random) ?? this.#remaining(view);
    if (found === undefined) return null;
    const { op, move } = found;
    memory.markTried(move.key);
    const parent = context.champion.files;
    const files = Object.fromEntries(Object.entries(move.files).filter(([path, text]) => parent[path] !== text));
    return {
      change: { kind: "files", files },
      hypothesis: move.hypothesis,
      trace: { operator: op },
      memo: { op, key: move.key, ...move.memo } as Json,
    };
  }

  #catchUp(context: ProposeContext): Memory {
    if (this.#memory === undefined) {
      const baseline = context.history.kept()[0];
      const first =
        baseline?.score === undefined
          ? context.champion
          : { experiment: baseline.number, files: baseline.files, score: baseline.score };
      const groups = new Map<string, string>(this.#operators.map(({ name, group }) => [name, group]));
      this.#memory = new Memory(context.metric, first, {
        maxBytes: this.#options.maxSurfaceBytes,
        groupOf: (operator) => groups.get(operator) ?? operator,
      });
    }
    const unread = this.#unread;
    this.#unread = [];
    for (const record of unread) this.#memory.learn(record);
    this.#memory.follow(context.champion);
    return this.#memory;
  }

  #fieldsOf(inputs: readonly Json[]): readonly Field[] {
    if (this.#fields?.inputs !== inputs) this.#fields = { inputs, fields: inferFields(inputs) };
    return this.#fields.fields;
  }

  /** One change by one operator. */
  #single(view: View, random: Random): { op: string; move: Move } | undefined {
    const failures = new Map<Operator, number>();
    for (let attempt = 0; attempt < SINGLE_ATTEMPTS; attempt += 1) {
      const usable = this.#operators.filter((each) => (failures.get(each) ?? 0) < 4 && each.applies(view));
      const operator = this.#choose(usable, view, random);
      if (operator === undefined) return undefined;
      const move = operator.apply(view, random);
      if (move !== undefined && !view.memory.hasTried(move.key)) return { op: operator.name, move };
      failures.set(operator, (failures.get(operator) ?? 0) + 1);
    }
    return undefined;
  }

  /** Several changes on top of each other, when everything near has been tried. */
  #combined(view: View, random: Random): { op: string; move: Move } | undefined {
    for (let attempt = 0; attempt < COMBINED_ATTEMPTS; attempt += 1) {
      let at = view;
      const hypotheses: string[] = [];
      let last: Move | undefined;
      const depth = 2 + (attempt % 2);
      for (let step = 0; step < depth; step += 1) {
        const usable = this.#operators.filter((each) => !BOUND_TO_CHAMPION.has(each.name) && each.applies(at));
        if (usable.length === 0) return undefined;
        const move = random.pick(usable).apply(at, random);
        if (move === undefined) continue;
        last = move;
        hypotheses.push(move.hypothesis);
        at = { ...view, surface: view.memory.surfaceOf(move.key, move.files) };
      }
      if (last !== undefined && !view.memory.hasTried(last.key)) {
        return { op: "combine", move: { ...last, hypothesis: hypotheses.join(", and "), memo: {} } };
      }
    }
    return undefined;
  }

  /** The last resort in a finite space: whatever combination of options is left. */
  #remaining({ surface, memory }: View): { op: string; move: Move } | undefined {
    if (!this.#options.tune) return undefined;
    const move = enumerate(surface, (key) => memory.hasTried(key));
    return move === undefined ? undefined : { op: "enumerate", move };
  }

  #choose(usable: readonly Operator[], view: View, random: Random): Operator | undefined {
    const groups = GROUPS.filter((group) => usable.some((each) => each.group === group));
    if (groups.length === 0) return undefined;
    const { operators } = view.memory;
    const banditOn = this.#options.bandit;
    const group = banditOn
      ? operators.choose(
          groups,
          (each) => `group:${each}`,
          random,
          (each) => GROUP_PRIORS[each],
        )
      : random.pick(groups);
    const members = usable.filter((each) => each.group === group);
    if (!banditOn) return random.pick(members);
    for (const each of members) {
      if (each.floor !== undefined && random.next() < each.floor(view)) return each;
    }
    return operators.choose(
      members,
      ({ name }) => name,
      random,
      ({ promising }) => (promising === true ? PROMISING : DOUBTFUL),
    );
  }
}

/** Operators that change the champion, whatever surface they are given. */
const BOUND_TO_CHAMPION = new Set(["cma", "model", "revisit"]);
