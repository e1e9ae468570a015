import assert from "node:assert/strict";
import type { Files, Json, Metric, Proposer } from "@pawl/plugin";
import { createRandom } from "../support/random.ts";
import { defaultRunner, TEST_TIMEOUT_MS } from "../support/runner.ts";
import { deepFreeze, settle } from "../support/settle.ts";
import { open, testOptions, type Subject, type SuiteOptions } from "../support/subject.ts";
import { Session, type Setting } from "./session.ts";

export interface ProposerSuiteOptions extends SuiteOptions {
  /** A surface that the proposer can work on. */
  readonly files: Files;
  /** Inputs of train cases, such as the surface gets. Default: none. */
  readonly inputs?: readonly Json[];
  readonly metric?: Metric;
  readonly goal?: string;
  /** Experiments of each run. Default 20. */
  readonly experiments?: number;
  /** The score of a content, for proposers that need to be led. Default: drawn at random for each content. */
  readonly score?: (files: Files) => number;
  /** Set to false where the same seed cannot give the same ideas, as with a remote model. */
  readonly deterministic?: boolean;
}

const METRIC: Metric = { name: "score", direction: "maximize" };

/**
 * Scores that a metric may have, and that trip who divides by them or takes a logarithm. No engine keeps what has no
 * finite score; a proposer that is told of one in the history must get over it.
 */
const EXTREMES: Readonly<Record<string, (draw: number, experiment: number, worst: number) => number>> = {
  zero: () => 0,
  negative: (draw) => -1 - draw,
  tiny: (draw) => draw * 1e-300,
  huge: (draw) => 1e300 * (1 + draw),
  "now and then NaN": (draw, experiment) => (experiment % 3 === 1 ? Number.NaN : draw),
  "now and then infinite": (draw, experiment, worst) => (experiment % 3 === 1 ? worst : draw),
};

/**
 * Registers the suite that every proposer must pass: proposals that apply, the same ones for the same seed, also after a
 * resume, whatever the scores are, and an end when it is aborted.
 *
 * @example
 * testProposer(nudge({ step: 0.1 }), { files: { "rules.ts": "export default (x: number) => x * 0.5;\n" } });
 */
export function testProposer(subject: Subject<"proposer">, options: ProposerSuiteOptions): void {
  const { runner = defaultRunner, root, guardMs = 30_000, experiments = 20, deterministic = true } = options;
  const settingOf = (changes: Partial<Setting> = {}): Setting => ({
    files: deepFreeze({ ...options.files }),
    metric: options.metric ?? METRIC,
    guardrails: [{ name: "size", direction: "minimize" }],
    goal: options.goal,
    inputs: options.inputs ?? [],
    seed: 1,
    guardMs,
    score: options.score ?? ((files) => createRandom(JSON.stringify(files)).next()),
    ...changes,
  });
  const play = async (setting: Setting, proposer: Proposer, count = experiments): Promise<Session> => {
    const session = new Session(setting);
    await session.replayTo(proposer);
    for (let i = 0; i < count; i++) if (!(await session.step(proposer))) break;
    return session;
  };

  runner.describe("proposer", () => {
    testOptions("proposer", subject, options, runner);
    const check = (name: string, body: (make: () => Promise<Proposer>) => Promise<void>): void =>
      void runner.test(
        name,
        async () => {
          const made: Proposer[] = [];
          try {
            await body(async () => {
              const proposer = await open(subject, root);
              made.push(proposer);
              return proposer;
            });
          } finally {
            for (const proposer of made) await proposer.close?.();
          }
        },
        TEST_TIMEOUT_MS,
      );

    check("has ideas, and each applies to the champion", async (make) => {
      const { proposals } = await play(settingOf(), await make());
      assert.notEqual(proposals[0], null, "it has no idea at all for this surface");
    });
    for (const direction of ["maximize", "minimize"] as const) {
      check(`works where the metric is to be ${direction}d`, async (make) => {
        await play(settingOf({ metric: { ...(options.metric ?? METRIC), direction } }), await make());
      });
    }
    for (const [name, value] of Object.entries(EXTREMES)) {
      check(`works where scores are ${name}`, async (make) => {
        const worst = (options.metric ?? METRIC).direction === "maximize" ? -Infinity : Infinity;
        const score = (files: Files, experiment: number): number =>
          value(createRandom(JSON.stringify(files)).next(), experiment, worst);
        await play(settingOf({ score }), await make());
      });
    }
    check("works without train cases and without a goal", async (make) => {
      await play(settingOf({ inputs: [], goal: undefined, guardrails: [] }), await make(), 5);
    });
    if (deterministic) {
      check("proposes the same for the same seed", async (make) => {
        const one = await play(settingOf(), await make());
        const two = await play(settingOf(), await make());
        assert.deepEqual(two.ideas, one.ideas, "the same seed and the same history give other ideas");
      });
      check("goes on after a resume as if it had never stopped", async (make) => {
        const setting = settingOf();
        const whole = await play(setting, await make());
        const cut = Math.floor(whole.proposals.length / 2);
        const session = await play(setting, await make(), cut);
        // The process ends here; a fresh proposer is told all that happened.
        const resumed = await make();
        await session.replayTo(resumed);
        for (let i = cut; i < experiments; i++) if (!(await session.step(resumed))) break;
        assert.deepEqual(session.ideas, whole.ideas, "state that is not built in observe() is lost on resume");
      });
    }
    check("ends when it is aborted, and has ideas afterwards", async (make) => {
      const session = new Session(settingOf());
      const proposer = await make();
      await session.replayTo(proposer);
      const before = proposer.propose(session.context(), AbortSignal.abort(new Error("too late")));
      await settle(before, guardMs, "propose() with an aborted signal");
      const controller = new AbortController();
      const work = proposer.propose(session.context(), controller.signal);
      controller.abort(new Error("enough"));
      await settle(work, guardMs, "propose() that was aborted");
      assert.ok(await session.step(proposer), "it has no ideas after an abort");
    });
    check("can be told of experiments that it did not propose", async (make) => {
      const session = await play(settingOf(), await make(), 6);
      const stranger = await make();
      // Another version of the plugin may have left no memo, or another one.
      for (const { memo: _, ...record } of session.records) await stranger.observe?.(deepFreeze({ ...record }));
      for (const record of session.records)
        await stranger.observe?.(deepFreeze({ ...record, memo: { unknown: [1, null] } }));
    });
    check("can be closed twice", async (make) => {
      const proposer = await make();
      await proposer.close?.();
      await proposer.close?.();
    });
  });
}
