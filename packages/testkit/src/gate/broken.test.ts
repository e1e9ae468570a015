import { type Gate, gain, pass, reject, type Trial, type Verdict } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { type GateSuiteOptions, testGate } from "../index.ts";
import { failuresOf } from "../test/failures.ts";

/** Gates that are wrong in one way each: the suite must find it, with the check that is there for it. */

const judge = async ({ metric, champion, candidate, rerun }: Trial): Promise<Verdict> => {
  const by = gain(metric, champion.score.value, candidate.score.value);
  if (!Number.isFinite(candidate.score.value) || !(by > 0)) return reject("NOT_BETTER", "it is not better");
  const again = await rerun();
  return again.score === undefined
    ? reject("NOT_AGAIN", "it failed when it ran again")
    : pass("BETTER", "it is better", { by });
};
const right: Gate = { judge };

const failures = (make: () => Gate, part: string, options: GateSuiteOptions = {}) =>
  failuresOf((runner) => testGate(make, { keepsTheBetter: true, guardMs: 1_500, ...options, runner }), part);
const judged = (change: (verdict: Verdict, trial: Trial) => Verdict | Promise<Verdict>) => (): Gate => ({
  judge: async (trial) => change(await judge(trial), trial),
});

const FAULTS: Readonly<Record<string, readonly [check: string, make: () => Gate, options?: GateSuiteOptions]>> = {
  "nothing that it asks": ["asks something", () => ({})],
  "a verdict that is none": ["gives verdicts", judged((verdict) => ({ ...verdict, decision: "maybe" as never }))],
  "a code in small letters": ["gives verdicts", judged((verdict) => ({ ...verdict, code: "better" }))],
  "no reason": ["gives verdicts", judged((verdict) => ({ ...verdict, reason: "" }))],
  "evidence that is NaN for a champion of zero": [
    "gives verdicts",
    judged((verdict, { champion, candidate }) => ({
      ...verdict,
      evidence: (candidate.score.value - champion.score.value) / champion.score.value,
    })),
  ],
  "a throw without samples": [
    "gives verdicts",
    () => ({
      judge: async (trial) => {
        void trial.candidate.score.samples!.length;
        return judge(trial);
      },
    }),
  ],
  "NaN that is taken for better": [
    "cannot be judged",
    () => ({
      judge: async (trial) =>
        trial.candidate.score.value <= trial.champion.score.value === (trial.metric.direction === "maximize") &&
        !Number.isNaN(trial.candidate.score.value)
          ? reject("NO", "no")
          : pass("YES", "yes"),
    }),
  ],
  "infinity that is taken for better": [
    "cannot be judged",
    () => ({
      judge: async ({ metric, champion, candidate }) =>
        gain(metric, champion.score.value, candidate.score.value) > 0 ? pass("YES", "yes") : reject("NO", "no"),
    }),
  ],
  "a direction that is ignored": [
    "smaller being better",
    () => ({ judge: (trial) => judge({ ...trial, metric: { ...trial.metric, direction: "maximize" } }) }),
  ],
  "the same score that passes": [
    "keeps the better",
    judged((verdict, { champion, candidate }) =>
      champion.score.value === candidate.score.value ? pass("SAME", "the same") : verdict,
    ),
  ],
  "a ratio that turns at zero": [
    "keeps the better",
    () => ({
      judge: async ({ metric, champion, candidate }) => {
        const ratio = candidate.score.value / champion.score.value;
        return (metric.direction === "maximize" ? ratio > 1 : ratio < 1) ? pass("YES", "yes") : reject("NO", "no");
      },
    }),
  ],
  "a pattern that breaks on odd text": [
    "any text",
    () => ({
      ...right,
      inspect: async ({ files }) => {
        if (Object.values(files).some((text) => text === "")) throw new Error("empty");
        return pass("FINE", "fine");
      },
    }),
  ],
  luck: ["same verdicts again", judged((verdict) => ({ ...verdict, evidence: Math.random() }))],
  "state beyond the instance": [
    "same verdicts again",
    (() => {
      let calls = 0;
      return () => ({ judge: async () => pass("COUNTED", "counted", (calls += 1)) });
    })(),
  ],
  "a trial that is changed": [
    "gives verdicts",
    () => ({
      judge: async (trial) => {
        (trial.candidate.score as { value: number }).value = 1;
        return judge(trial);
      },
    }),
  ],
  "a rerun that broke and is overlooked": [
    "where a rerun",
    () => ({
      judge: async (trial) => {
        await trial.rerun().catch(() => undefined);
        return trial.candidate.score.value > 0.5 ? pass("FINE", "fine") : reject("NO", "no");
      },
    }),
  ],
  "a rerun that failed and is overlooked": [
    "where a rerun",
    () => ({
      judge: async (trial) => {
        await trial.rerun();
        return pass("FINE", "fine");
      },
    }),
  ],
  "a wait that an abort does not end": [
    "aborted",
    () => ({
      judge: async (trial, signal) => {
        await trial.rerun().catch(() => undefined);
        return signal.aborted ? new Promise<never>(() => undefined) : judge(trial);
      },
    }),
  ],
  "a refusal without a code": [
    "only with a coded error",
    () => ({
      ...right,
      prepare: ({ guardrails }) => {
        if (guardrails.length > 0) throw new Error("no");
      },
    }),
  ],
  "an early verdict that is none": [
    "judges early",
    () => ({ ...right, judgeEarly: async () => ({ decision: "reject", code: "bad code", reason: "no" }) as Verdict }),
  ],
  "luck in an early verdict": [
    "judges early",
    () => ({ ...right, judgeEarly: async () => reject("NO", "no", Math.random()) }),
  ],
  "an early verdict that ignores the direction": [
    "smaller being better",
    () => ({
      ...right,
      judgeEarly: async ({ samples, championSamples }) =>
        samples.every((sample, at) => sample < championSamples[at]!) ? reject("NO", "no") : null,
    }),
  ],
  "an early pass for a loser": ["judges early", () => ({ ...right, judgeEarly: async () => pass("FINE", "fine") })],
  "a real failure that is lost": ["plants failures", () => ({ ...right, plant: () => [] })],
  "a planted failure with luck": [
    "plants failures",
    () => ({
      ...right,
      plant: (found) => [...found, { case: 9, cause: "planted", input: Math.random(), output: null }],
    }),
  ],
  "a line of the doctor without a detail": [
    "says in lines",
    () => ({ ...right, doctor: async () => [{ name: "noise", ok: true, detail: "" }] }),
  ],
  "another decision than expected": [
    "expected one",
    () => right,
    { expected: { "the expected one": { candidate: { value: 1 }, champion: { value: 0 }, decision: "hold" } } },
  ],
};

describe("the suite finds", () => {
  test.each(Object.entries(FAULTS))("%s", async (_, [check, make, options]) => {
    expect(await failures(make, check, options)).not.toEqual([]);
  });
});

test("and finds nothing where there is no fault", async () => {
  expect(await failures(() => right, "")).toEqual([]);
  const whole: Gate = {
    ...right,
    plant: (failed) => [...failed, { case: 9, cause: "planted", input: "x", output: undefined }],
    doctor: async ({ rerun }) => [{ name: "noise", ok: (await rerun()).score !== undefined, detail: "measured again" }],
    judgeEarly: async ({ metric, samples, championSamples }) => {
      const worse = samples.every((sample, at) => gain(metric, championSamples[at]!, sample) < 0);
      return worse ? reject("WORSE", "every case is worse") : null;
    },
  };
  expect(await failures(() => whole, "")).toEqual([]);
  const textOnly: Gate = {
    inspect: async ({ files }) =>
      Object.values(files).join("").length < 1e5 ? pass("SHORT", "short") : reject("LONG", "long"),
  };
  expect(await failures(() => textOnly, "", { keepsTheBetter: false })).toEqual([]);
});
