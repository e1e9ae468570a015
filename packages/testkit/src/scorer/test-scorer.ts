import assert from "node:assert/strict";
import { type Evaluation, gain, type Output, type Score, type Scorer, SPLITS, type Split } from "@pawl/plugin";
import { defaultRunner, TEST_TIMEOUT_MS } from "../support/runner.ts";
import { assertJson, deepFreeze, fulfil, jsonCopy, NEVER, settle } from "../support/settle.ts";
import { open, testOptions, type Subject, type SuiteOptions } from "../support/subject.ts";
import { assertRelations } from "./check-relations.ts";
import { assertSlices } from "./check-slice.ts";
import { assertMetric, assertScore, shown } from "./check-score.ts";
import { findLeaks } from "./find-leaks.ts";
import { outputSets, withError } from "./outputs.ts";

export interface ScorerSuiteOptions extends SuiteOptions {
  /** Seeds that cases are loaded with. Default 1 and 2. */
  readonly seeds?: readonly number[];
  /** What a perfect candidate answers. It must score better than any other outputs that the suite tries. */
  readonly perfect?: (evaluation: Evaluation) => readonly Output[];
  /**
   * Where the answers stand in the reference, such as `reference.fraud[]`, where it holds other things as well: copies of
   * what a case is about, dates, amounts. Default: everything in it is an answer.
   */
  readonly answers?: readonly string[];
  /** Fields that may give the answer away, since that is the task: such as `inputs[].x` where the answer is 2x. */
  readonly mayLeak?: readonly string[];
  /** Set where validation and holdout repeat the cases of train on purpose. Whoever proposes then knows them. */
  readonly sharesCases?: boolean;
}

/** Differences below this, relative to the larger number, are rounding. */
const ROUNDING = 1e-9;
const betterBy = (scorer: Scorer, from: number, to: number): number =>
  gain(scorer.metric, from, to) / Math.max(1, Math.abs(from), Math.abs(to));

/**
 * Registers the suite that every scorer must pass: what it measures is well formed, finite and the same every time,
 * errors score worst, and no answer stands in the inputs.
 *
 * @example
 * testScorer(spending(), { perfect: ({ reference }) => (reference as number[]).map((value) => ({ value })) });
 */
export function testScorer(subject: Subject<"scorer">, options: ScorerSuiteOptions = {}): void {
  const { runner = defaultRunner, root, guardMs = 30_000, seeds = [1, 2], perfect, mayLeak = [] } = options;
  const load = (scorer: Scorer, split: Split, seed: number): Promise<Evaluation | null> =>
    fulfil(scorer.load(split, seed, NEVER), guardMs, `load("${split}", ${seed})`);
  const score = async (scorer: Scorer, outputs: readonly Output[], evaluation: Evaluation): Promise<Score> => {
    const result = await fulfil(scorer.score(outputs, evaluation, NEVER), guardMs, "score()");
    assertScore(result, scorer, evaluation);
    return result;
  };
  const validation = async (scorer: Scorer, seed = seeds[0] ?? 1): Promise<Evaluation> => {
    const evaluation = await load(scorer, "validation", seed);
    assert.ok(evaluation !== null, "there must be a validation split");
    return deepFreeze(evaluation);
  };
  /** Every split that there is, with every seed. */
  const everyEvaluation = async (scorer: Scorer): Promise<readonly Evaluation[]> => {
    const found: Evaluation[] = [];
    for (const split of SPLITS)
      for (const seed of seeds) {
        const evaluation = await load(scorer, split, seed);
        if (evaluation !== null) found.push(evaluation);
      }
    return found;
  };

  runner.describe("scorer", () => {
    const check = (name: string, body: (scorer: Scorer) => Promise<void>): void =>
      void runner.test(name, async () => body(await open(subject, root)), TEST_TIMEOUT_MS);
    testOptions("scorer", subject, options, runner);

    check(
      "declares a metric, and guardrails with names of their own",
      async ({ metric, guardrails = [], files = [] }) => {
        assertMetric(metric, "the metric");
        for (const each of guardrails) assertMetric(each, `the guardrail "${each.name}"`);
        const names = [metric.name, ...guardrails.map(({ name }) => name)];
        assert.equal(new Set(names).size, names.length, `names stand twice: ${names.join(", ")}`);
        for (const file of files) assert.equal(typeof file, "string", "files are paths");
      },
    );
    check("loads cases of plain data, validation at least", async (scorer) => {
      await validation(scorer);
      for (const evaluation of await everyEvaluation(scorer)) {
        const { split, seed, inputs, reference } = evaluation;
        assert.ok(SPLITS.includes(split) && seeds.includes(seed), "an evaluation says which split and seed it is");
        assert.ok(
          Array.isArray(inputs) && inputs.length > 0,
          `the ${split} split has no cases; return null where there is none`,
        );
        assertJson(inputs, `inputs of ${split}`);
        assertJson(reference, `the reference of ${split}`);
      }
      for (const split of SPLITS)
        for (const seed of seeds) {
          const evaluation = await load(scorer, split, seed);
          if (evaluation !== null) assert.deepEqual([evaluation.split, evaluation.seed], [split, seed]);
        }
    });
    check("loads the same cases for the same split and seed", async (scorer) => {
      const first = jsonCopy(await everyEvaluation(scorer));
      assert.deepEqual(jsonCopy(await everyEvaluation(scorer)), first, "a second load gives other cases");
      assert.deepEqual(
        jsonCopy(await everyEvaluation(await open(subject, root))),
        first,
        "another instance gives other cases",
      );
    });
    check("gives no answer away in the inputs", async (scorer) => {
      for (const evaluation of await everyEvaluation(scorer)) {
        const leaks = findLeaks(evaluation, options.answers).filter(({ field }) => !mayLeak.includes(field));
        const told = leaks.map(({ field, how, label }) => `${field} ${how}: ${label}`).join("; ");
        const remedy =
          "Take the field out of the inputs. If it is no answer, name the answers in `answers`; if the task is to see it, name the field in `mayLeak`.";
        assert.equal(told, "", `the inputs of ${evaluation.split} give answers away: ${told}. ${remedy}`);
      }
    });
    check("keeps the cases of validation and holdout from those who see train", async (scorer) => {
      if (options.sharesCases === true) return;
      for (const seed of seeds) {
        const train = new Set((await load(scorer, "train", seed))?.inputs.map((input) => JSON.stringify(input)));
        for (const split of ["validation", "holdout"] as const) {
          const inputs = (await load(scorer, split, seed))?.inputs ?? [];
          const shared = inputs.filter((input) => train.has(JSON.stringify(input))).length;
          assert.ok(
            shared <= inputs.length / 2,
            `${shared} of ${inputs.length} cases of ${split} stand in train as well`,
          );
        }
      }
    });
    check("scores whatever a candidate may answer with a finite number", async (scorer) => {
      const evaluation = await validation(scorer);
      const lengths = new Set<number>();
      for (const [name, outputs] of outputSets(evaluation.inputs.length, evaluation.inputs)) {
        const { samples } = await score(scorer, deepFreeze(outputs), evaluation).catch((error: unknown) => {
          throw new Error(`with ${name} as outputs (${shown(outputs)}): ${String(error)}`, { cause: error });
        });
        if (samples !== undefined) lengths.add(samples.length);
      }
      assert.ok(
        lengths.size <= 1,
        `samples must pair from candidate to candidate, and there are ${[...lengths].join(" or ")} of them`,
      );
    });
    check("scores an error as the worst answer", async (scorer) => {
      const evaluation = await validation(scorer);
      const [[, errors], ...sets] = outputSets(evaluation.inputs.length, evaluation.inputs) as [
        [string, Output[]],
        ...[string, Output[]][],
      ];
      const worst = await score(scorer, errors, evaluation);
      const others = perfect === undefined ? sets : [...sets, ["the perfect answer", perfect(evaluation)] as const];
      for (const [name, outputs] of others) {
        const other = await score(scorer, outputs, evaluation);
        const lost = betterBy(scorer, other.value, worst.value);
        assert.ok(lost <= ROUNDING, `errors alone (${worst.value}) score better than ${name} (${other.value})`);
        // Samples need not be cases; only where they are as many can one be told for the other.
        if (other.samples?.length !== outputs.length) continue;
        const at = outputs.length >> 1;
        const { samples } = await score(scorer, withError(outputs, at), evaluation);
        const gained = betterBy(scorer, other.samples[at]!, samples?.[at] ?? Number.NaN);
        assert.ok(
          gained <= ROUNDING,
          `of ${name}, an error is a better answer to case ${at} than ${shown([outputs[at]!])}`,
        );
      }
    });
    if (perfect !== undefined) {
      check("scores the perfect answer best", async (scorer) => {
        for (const seed of seeds) {
          const evaluation = await validation(scorer, seed);
          const best = await score(scorer, perfect(evaluation), evaluation);
          for (const [name, outputs] of outputSets(evaluation.inputs.length, evaluation.inputs)) {
            const other = await score(scorer, outputs, evaluation);
            assert.ok(
              betterBy(scorer, best.value, other.value) <= ROUNDING,
              `${name} (${other.value}) beats the perfect answer (${best.value})`,
            );
            if (name === "errors alone")
              assert.ok(gain(scorer.metric, other.value, best.value) > 0, "errors are as good as the perfect answer");
          }
        }
      });
    }
    check("scores the same outputs the same every time, and changes nothing", async (scorer) => {
      const evaluation = await validation(scorer);
      const sets = outputSets(evaluation.inputs.length, evaluation.inputs).map(([, outputs]) => deepFreeze(outputs));
      const before = jsonCopy(evaluation);
      const first: Score[] = [];
      for (const outputs of sets) first.push(jsonCopy(await score(scorer, outputs, evaluation)));
      const again = await Promise.all(sets.toReversed().map((outputs) => score(scorer, outputs, evaluation)));
      assert.deepEqual(
        jsonCopy(again.toReversed()),
        first,
        "the score depends on what was scored before, or beside it",
      );
      const other = await open(subject, root);
      // A fresh process has only what the evaluation says.
      assert.deepEqual(
        jsonCopy(await score(other, sets.at(-1)!, deepFreeze(jsonCopy(evaluation)))),
        first.at(-1),
        "another instance scores otherwise",
      );
      assert.deepEqual(jsonCopy(evaluation), before, "scoring has changed the evaluation");
    });
    check("scores parts of an evaluation as they count in the whole, where it can slice", async (scorer) => {
      await assertSlices(scorer, await validation(scorer), (outputs, part) => score(scorer, outputs, part));
    });
    check("declares relations and a range of outputs that fit its inputs", async (scorer) =>
      assertRelations(scorer, await validation(scorer)),
    );
    check("ends when it is aborted", async (scorer) => {
      const evaluation = await validation(scorer);
      const controller = new AbortController();
      const [, outputs] = outputSets(evaluation.inputs.length, evaluation.inputs)[1]!;
      const loading = scorer.load("validation", seeds[0] ?? 1, controller.signal);
      const scoring = scorer.score(outputs, evaluation, controller.signal);
      controller.abort(new Error("enough"));
      await settle(loading, guardMs, "load() with an aborted signal");
      await settle(scoring, guardMs, "score() with an aborted signal");
      // An abort is no excuse for a broken scorer afterwards.
      await score(scorer, outputs, await validation(scorer));
    });
  });
}
