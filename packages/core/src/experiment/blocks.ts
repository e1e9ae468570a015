import { type Evaluation, type Random, PawlError } from "@pawl/plugin";
import { type LoadedEvaluation, prepareEvaluation } from "../evaluations.ts";
import { createRandom } from "../random.ts";
import type { RunContext } from "./context.ts";

/** Where cases cost next to nothing, fewer than this are no evidence worth a sandbox of its own. */
const SMALLEST_BLOCK = 100;
/** Where there are many cases, the first block is one in so many. */
const FIRST_SHARE = 20;

/** Some cases of an evaluation, ready to run. */
export interface Block {
  /** Positions of its cases in the whole evaluation. */
  readonly cases: readonly number[];
  readonly loaded: LoadedEvaluation;
}

/**
 * Where blocks of growing size end: the first has a hundred cases, or a twentieth of all where that is more, unless the
 * config says how many, and each one after it twice as many as the one before. A single end says that blocks are not worth it.
 */
export function blockEnds(
  cases: number,
  first: number = Math.max(SMALLEST_BLOCK, Math.ceil(cases / FIRST_SHARE)),
): readonly number[] {
  const ends: number[] = [];
  for (let [end, size] = [first, first]; cases - end >= size / 2; size *= 2, end += size) ends.push(end);
  return [...ends, cases];
}

/** The cases of one evaluation in the order in which all candidates of a run meet them. */
export class Course {
  /** Positions in the whole evaluation, in the order of this course. */
  readonly order: readonly number[];
  readonly ends: readonly number[];
  readonly #whole: Evaluation;
  readonly #slice: (evaluation: Evaluation, cases: readonly number[]) => Evaluation;
  readonly #blocks = new Map<string, Block>();

  constructor(
    whole: Evaluation,
    slice: (evaluation: Evaluation, cases: readonly number[]) => Evaluation,
    random: Random,
    firstBlock?: number,
  ) {
    this.#whole = whole;
    this.#slice = slice;
    this.order = shuffled(whole.inputs.length, random);
    this.ends = blockEnds(whole.inputs.length, firstBlock);
  }

  /** The cases from one place in the order to before another. All candidates meet the same blocks, so they are kept. */
  block(from: number, to: number): Block {
    const key = `${from}/${to}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) return known;
    const cases = this.order.slice(from, to);
    const evaluation = this.evaluation(cases);
    // A seed that a block shares with another would give both the same luck, and their cases would not be independent.
    const seed = from === 0 ? evaluation.seed : createRandom(`block/${evaluation.seed}/${from}`).integer(0, 0x7fffffff);
    const block = { cases, loaded: prepareEvaluation({ ...evaluation, seed }) };
    this.#blocks.set(key, block);
    return block;
  }

  /** @throws PawlError `PAWL_PLUGIN_FAILED` where the scorer's slice is none */
  evaluation(cases: readonly number[]): Evaluation {
    const evaluation = this.#slice(this.#whole, cases);
    if (evaluation.inputs.length === cases.length && evaluation.split === this.#whole.split) return evaluation;
    throw new PawlError("PAWL_PLUGIN_FAILED", `the scorer's slice of ${cases.length} cases has other cases`, {
      path: "scorer",
      remedy: "Let slice() return the same evaluation with the cases at these positions only.",
    });
  }
}

/** Fisher and Yates 1938, as Durstenfeld 1964 does it in place. */
function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let index = length - 1; index > 0; index -= 1) {
    const other = random.integer(0, index);
    [order[index], order[other]] = [order[other] as number, order[index] as number];
  }
  return order;
}

const courses = new WeakMap<LoadedEvaluation, Course>();

/**
 * How candidates are measured in blocks; `undefined` where they are measured whole: no gate judges early, the scorer
 * cannot slice, the champion has no sample for each case, there are few cases, or a program would have to make its
 * artifacts again for every block.
 */
export function courseOf(
  context: RunContext,
  loaded: LoadedEvaluation,
  samples: number | undefined,
): Course | undefined {
  const { scorer, entry, project, random } = context;
  if (scorer.slice === undefined || samples !== loaded.evaluation.inputs.length) return undefined;
  if (project.plugins.gates.every(({ instance }) => instance.judgeEarly === undefined)) return undefined;
  if (entry.kind === "exec" && (entry.evaluator !== undefined || entry.artifacts !== undefined)) return undefined;
  const course =
    courses.get(loaded) ??
    new Course(loaded.evaluation, scorer.slice.bind(scorer), random.fork("blocks"), project.config.firstBlock);
  courses.set(loaded, course);
  return course.ends.length < 2 ? undefined : course;
}
