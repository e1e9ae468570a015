import assert from "node:assert/strict";
import { type Check, type Gate, type PartialTrial, type TrainFailure, type Verdict } from "@pawl/plugin";
import { historyOf } from "../support/history.ts";
import { createRandom } from "../support/random.ts";
import { assertJson, deepFreeze, fulfil, jsonCopy, NEVER } from "../support/settle.ts";
import { assertVerdict } from "./ask-gate.ts";
import { makeTrial, scoreOf, taskOf, type TrialSetting } from "./trial.ts";

/** Sizes that blocks may grow to, the last one being nearly all. */
const SHARES = [0.25, 0.5, 0.9];
/** Mean gains per case, in standard deviations of the noise: a clear loser, nothing, a clear winner. */
const GAINS = [-5, 0, 5];

/** What a gate says to a candidate as its blocks grow, until it rejects or passes it. */
export async function askEarly(
  gate: Gate,
  setting: TrialSetting,
  gain: number,
  guardMs: number,
): Promise<readonly (Verdict | null)[]> {
  const answers: (Verdict | null)[] = [];
  for (const share of SHARES) {
    const trial = partialTrial(setting, gain, Math.max(2, Math.round(share * setting.cases)));
    const work = gate.judgeEarly?.(trial, NEVER);
    if (work === undefined) break;
    const what = `a candidate after ${trial.cases.length} of ${trial.of} cases`;
    const answer = await fulfil(work, guardMs, `judgeEarly() on ${what}`);
    answers.push(answer === null ? null : assertVerdict(answer, what));
    if (answer !== null) break;
  }
  return answers;
}

/** Fails unless the gate answers early with verdicts or null, the same ones again, and rejects nothing that wins. */
export async function assertEarly(fresh: () => Promise<Gate>, setting: TrialSetting, guardMs: number): Promise<void> {
  for (const gain of GAINS) {
    const first = await askEarly(await fresh(), setting, gain, guardMs);
    const again = await askEarly(await fresh(), setting, gain, guardMs);
    assert.deepEqual(jsonCopy(again), jsonCopy(first), "another instance judges early otherwise on the same blocks");
    if (gain > 0)
      assert.ok(!first.some((each) => each?.decision === "reject"), "a clear winner is rejected after a few cases");
    if (gain < 0) assert.ok(!first.some((each) => each?.decision === "pass"), "a clear loser passes after a few cases");
  }
}

function partialTrial(setting: TrialSetting, gain: number, count: number): PartialTrial {
  const random = createRandom(`${setting.seed}/early`);
  const toward = setting.metric.direction === "maximize" ? 1 : -1;
  const champion = makeTrial(setting, { candidate: scoreOf(setting, 0.5, { spread: 1, name: "champion" }) }).candidate;
  const cases = Array.from({ length: setting.cases }, (_, index) => index)
    .toSorted((a, b) => ((a * 7 + 3) % setting.cases) - ((b * 7 + 3) % setting.cases))
    .slice(0, count);
  const championSamples = cases.map((position) => champion.score.samples?.[position] ?? 0);
  return Object.freeze({
    ...deepFreeze({
      experiment: 7,
      metric: setting.metric,
      champion,
      cases,
      of: setting.cases,
      samples: championSamples.map((sample) => sample + toward * (gain + 0.5 * random.normal())),
      championSamples,
    }),
    history: historyOf([]),
    random: createRandom(`${setting.seed}/gate/early/${count}`),
  });
}

/** Fails unless what the gate plants are failures beside those that it was given, the same again for another instance. */
export async function assertPlanted(fresh: () => Promise<Gate>): Promise<void> {
  const real: readonly TrainFailure[] = deepFreeze([
    { case: 0, cause: "missed", detail: "it was there", weight: 2, input: { amount: 12 }, output: 0 },
    { case: 4, cause: "false alarm", input: { amount: 3 }, output: undefined },
  ]);
  for (const failures of [real, deepFreeze([])]) {
    const planted = (await fresh()).plant?.(failures);
    if (planted === undefined) return;
    for (const failure of failures) assert.ok(planted.includes(failure), "a real failure is gone after plant()");
    for (const { input, output, ...rest } of planted) {
      assert.ok(rest.cause.length > 0, "a planted failure has no cause");
      assertJson({ ...rest, input, ...(output === undefined ? {} : { output }) }, "a planted failure");
    }
    const again = (await fresh()).plant?.(failures);
    assert.deepEqual(again, planted, "another instance plants otherwise: a resumed run would not know them again");
  }
}

/** Fails unless the gate's lines of `pawl doctor` are lines. */
export async function assertDoctor(fresh: () => Promise<Gate>, setting: TrialSetting, guardMs: number): Promise<void> {
  const gate = await fresh();
  if (gate.doctor === undefined) return;
  for (const spread of [0, 1]) {
    const trial = makeTrial(setting, { candidate: scoreOf(setting, 0.5, { spread, name: "doctor" }) });
    const { execution, evaluation, candidate, rerun } = trial;
    const task = taskOf(setting);
    const examination = Object.freeze({ task, baseline: candidate, evaluation, execution, rerun });
    const checks = await fulfil(gate.doctor(examination, NEVER), guardMs, "doctor()");
    assertJson(jsonCopy(checks), "what doctor() says");
    for (const check of checks) assertCheck(check);
  }
}

function assertCheck({ name, ok, detail, remedy }: Check): void {
  assert.ok(typeof name === "string" && name.length > 0, "a line of doctor() has no name");
  assert.ok(typeof ok === "boolean", `the line "${name}" must say whether it is ok`);
  assert.ok(typeof detail === "string" && detail.length > 0, `the line "${name}" has no detail`);
  assert.ok(remedy === undefined || remedy.length > 0, `the remedy of "${name}" is empty`);
}
