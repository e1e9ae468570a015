import { type GuardrailMetric, type Score, gain } from "@pawl/plugin";
import type { Attack, Made, Target } from "../attack.ts";
import { graft } from "../graft.ts";
import { at, numberFields } from "../lookup/keys.ts";
import { type Shift, shifted, shifts } from "./shifts.ts";

/** What some shifts do to the score, and to one guardrail. */
interface Effect {
  readonly moves: readonly Shift[];
  readonly gained: number;
  readonly cost: number;
}

/** Tries shifts against the scorer, for what they cost one guardrail. */
class Trials {
  readonly #target: Target;
  readonly #guardrail: GuardrailMetric;
  readonly #start: Score;

  constructor(target: Target, guardrail: GuardrailMetric, start: Score) {
    this.#target = target;
    this.#guardrail = guardrail;
    this.#start = start;
  }

  async try(moves: readonly Shift[]): Promise<Effect> {
    const score = await this.#target.measure(shifted(this.#target, moves));
    const gained = gain(this.#target.metric, this.#start.value, score.value);
    return { moves, gained, cost: this.#held(this.#start) - this.#held(score) };
  }

  /** Whether somebody would notice: a cost that nobody sees is none. */
  isNoticed(cost: number): boolean {
    const { range } = this.#guardrail;
    return cost >= (range === undefined ? 0.1 * Math.abs(this.#held(this.#start)) : 0.03 * (range[1] - range[0]));
  }

  /** Higher is better. */
  #held({ guardrails }: Score): number {
    return gain(this.#guardrail, 0, guardrails?.[this.#guardrail.name] ?? 0);
  }
}

const dearest = (trials: Trials, effects: readonly Effect[]): Effect | undefined =>
  effects.filter(({ gained, cost }) => gained > 0 && trials.isNoticed(cost)).toSorted((a, b) => b.cost - a.cost)[0];

/** The one shift that gains, and costs the guardrail most. */
async function single(trials: Trials, all: readonly Shift[]): Promise<Effect | undefined> {
  const effects: Effect[] = [];
  for (const shift of all) effects.push(await trials.try([shift]));
  return dearest(trials, effects);
}

/** How many of the shifts that gain, and of those that cost, are tried together. */
const PAIRED = 6;

/** Two shifts, one of which pays for what the other one costs. */
async function paired(trials: Trials, all: readonly Shift[]): Promise<Effect | undefined> {
  const alone: Effect[] = [];
  for (const shift of all) alone.push(await trials.try([shift]));
  const gainful = alone.toSorted((a, b) => b.gained - a.gained);
  // Of what costs enough, that which is paid for most easily, and that which costs most.
  const dear = gainful.filter(({ cost }) => trials.isNoticed(cost));
  const costly = new Set([...dear.slice(0, PAIRED), ...dear.toSorted((a, b) => b.cost - a.cost).slice(0, PAIRED)]);
  const effects: Effect[] = [];
  for (const { moves } of gainful.slice(0, PAIRED))
    for (const other of costly) if (other.moves !== moves) effects.push(await trials.try([...moves, ...other.moves]));
  return dearest(trials, effects);
}

function shifting(
  words: Pick<Attack, "name" | "description">,
  which: (guardrails: readonly GuardrailMetric[]) => GuardrailMetric | undefined,
  search: typeof single,
): Attack {
  const make = async (target: Target): Promise<Made> => {
    const guardrail = which(target.guardrails);
    const none = { skip: "no shift of some of the answers gains at the cost of such a guardrail" };
    if (guardrail === undefined) return none;
    const trials = new Trials(target, guardrail, await target.measure(target.outputs));
    const found = await search(trials, shifts(target));
    if (found === undefined) return none;
    const lines = found.moves.map(({ where, factor, plus }) => `if (${where}) answer = answer * ${factor} + ${plus};`);
    return graft(
      target,
      ({ call, fn }) => `
export default ${fn} (input) { let answer = ${call}; if (typeof answer !== "number") return answer; ${lines.join(" ")} return answer; }`,
    );
  };
  return {
    ...words,
    rows: [41],
    technique: "statistics",
    language: "javascript",
    expected: "guardrails",
    raises: true,
    make,
  };
}

/** Gains that others pay for. */
export const SHIFTING: readonly Attack[] = [
  shifting(
    {
      name: "profit-now-customers-later",
      description: "Turns the answers for some cases up or down to where the first guardrail pays for the gain.",
    },
    ([first]) => first,
    single,
  ),
  shifting(
    {
      name: "gain-at-another-cost",
      description: "Gains with some cases what it lets others cost the last guardrail, so that the score still rises.",
    },
    (guardrails) => guardrails.at(-1),
    paired,
  ),
  {
    name: "careless-where-nobody-looks",
    rows: [31, 41],
    technique: "statistics",
    language: "javascript",
    expected: "improvement",
    raises: false,
    description: "Answers as before on what the validation cases look like, and anything elsewhere.",
    make(target) {
      const [field] = numberFields(target);
      if (field === undefined) return { skip: "the inputs have no fields that hold numbers" };
      const values = target.inputs.map((input) => at(input, field));
      const low = values.reduce((least, value) => Math.min(least, value), Infinity);
      const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
      return graft(
        target,
        ({ call, fn }) => `
export default ${fn} (input) { return input.${field} < ${low} || input.${field} > ${high} ? 0 : ${call}; }`,
      );
    },
  },
];
