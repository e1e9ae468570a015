import { type ExperimentRecord, type Measured, type Output, type Trial, verdictSchema } from "@pawl/plugin";
import { expect, test } from "vitest";
import { verdictOf } from "../detector.ts";
import { anomalyDetector, anomalyOptions } from "./anomaly.ts";
import { canaryDetector } from "./canaries.ts";

const { signal } = new AbortController();
const options = anomalyOptions.parse({});
if (options === false) throw new Error("the defaults are options");

interface Made {
  readonly score?: Partial<Measured["score"]>;
  readonly champion?: number;
  readonly outputs?: readonly Output[];
  readonly usage?: Trial["execution"]["usage"];
  readonly history?: readonly ExperimentRecord[];
}

/** A trial as the judging detectors see it: numbers, and nothing to run. */
function trialOf({ score = {}, champion = 0.5, outputs = varied, usage = { wallMs: 100 }, history = [] }: Made): Trial {
  const measured = (value: number): Measured => ({ experiment: 1, files: {}, score: { value } });
  return {
    metric: { name: "accuracy", direction: "maximize", range: [0, 1] },
    candidate: { experiment: 2, files: {}, score: { value: 0.55, ...score } },
    champion: measured(champion),
    execution: { outcome: "ok", outputs, usage },
    evaluation: { split: "validation", seed: 1, inputs: outputs.map((_, i) => i), reference: null },
    history: { length: history.length, recent: (count: number) => history.slice(-count), kept: () => [] },
  } as unknown as Trial;
}

const varied: readonly Output[] = Array.from({ length: 100 }, (_, i) => ({ value: (i % 7) / 7 }));

/** Many small steps, each from the one before, 100 ms and 1,000 bytes each. */
const history: readonly ExperimentRecord[] = Array.from({ length: 60 }, (_, number) => ({
  number,
  parent: number === 0 ? null : number - 1,
  score: 0.4 + 0.001 * number + (number % 3) * 0.0002,
  usage: { wallMs: 100 + (number % 5), outputBytes: 1_000 + (number % 7) },
})) as unknown as ExperimentRecord[];

const look = async (made: Made, range?: readonly [number, number]) => {
  const detector = anomalyDetector(() => range, options);
  const found = await detector.judge!(trialOf(made), signal);
  if (found === null || found === undefined) return null;
  const verdict = verdictOf(detector, found);
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return `${verdict.decision}: ${verdict.reason}`;
};

test("an ordinary candidate is not remarkable", async () => {
  expect(await look({})).toBeNull();
  expect(await look({ history, usage: { wallMs: 300, outputBytes: 2_500 } }, [0, 1])).toBeNull();
  expect(await look({ history, score: { value: 0.6 } })).toBeNull();
  // Ordinary steps near the end of the range are ordinary.
  expect(await look({ champion: 0.97, score: { value: 1 } })).toBeNull();
});

test("answers outside of the declared range reject", async () => {
  expect(await look({ outputs: [...varied, { value: 1.5 }] }, [0, 1])).toMatch(
    /^reject: 1 answers lie outside of 0 to 1/,
  );
  expect(await look({ outputs: [...varied, { error: "x" }, { value: "text" }] }, [0, 1])).toBeNull();
});

test("a perfect score, one answer for all, and a jump are held", async () => {
  expect(await look({ score: { value: 1 } })).toMatch(/^hold: a perfect score/);
  expect(await look({ outputs: varied.map(() => ({ value: 0.5 })) })).toMatch(
    /^hold: all 100 cases get the same answer/,
  );
  expect(await look({ history, champion: 0.46, score: { value: 0.95 } })).toMatch(/^hold: a gain of/);
  // Without a history nobody knows what is usual.
  expect(await look({ champion: 0.46, score: { value: 0.95 } })).toBeNull();
});

test("answers at two ends are held where the champion's were spread, and the champion is asked only then", async () => {
  const detector = anomalyDetector(() => undefined, options);
  const decide = async (own: (i: number) => unknown, before: (i: number) => unknown) => {
    const answers = (answer: (i: number) => unknown) =>
      Array.from({ length: 100 }, (_, i) => ({ value: answer(i) })) as Output[];
    let asked = 0;
    const trial: Trial = {
      ...trialOf({ outputs: answers(own) }),
      replay: async ({ inputs = [] } = {}) => {
        asked += 1;
        const outputs = answers(before).slice(0, inputs.length);
        return { outcome: "ok", outputs, usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" };
      },
    };
    const found = await detector.beforeCommit!(trial, signal);
    return { reason: found?.reason, asked };
  };
  const spread = (i: number) => (i * 37) % 100;
  const hard = (i: number) => (i % 3 === 0 ? 1 : 0);
  expect(await decide(hard, spread)).toMatchObject({
    reason: expect.stringMatching(/^100 % of its answers/),
    asked: 1,
  });
  // Who answered in two ways before goes on to do so.
  expect(await decide(hard, (i) => 1 - hard(i))).toEqual({ reason: undefined, asked: 1 });
  expect(await decide((i) => Math.min(60, spread(i)), spread)).toEqual({ reason: undefined, asked: 0 });
  expect(await decide((i) => (i % 2 === 0 ? "yes" : 1), spread)).toEqual({ reason: undefined, asked: 0 });
});

test("one answer for all is seen whatever each of them cost", async () => {
  const model = (calls: number) => ({ calls, inputTokens: 10 * calls, outputTokens: 1 });
  const outputs = varied.map((_, i) => ({ value: 0.5, model: model(i) }));
  expect(await look({ outputs })).toMatch(/^hold: all 100 cases get the same answer/);
});

test("time and output out of all proportion are held, in both directions", async () => {
  expect(await look({ history, usage: { wallMs: 2_000 } })).toMatch(/^hold: wallMs is 19.* times the usual/);
  expect(await look({ history, usage: { wallMs: 5 } })).toMatch(/^hold: wallMs is 0.04/);
  expect(await look({ history, usage: { wallMs: 100, outputBytes: 50_000 } })).toMatch(/^hold: outputBytes/);
});

test("canaries: chance passes, a leak does not", async () => {
  const detector = canaryDetector({ p: 1e-4 });
  const right = async (count: number, of: number, chance: number) => {
    const canaries = Array.from({ length: of }, (_, i) => ({ right: i < count, chance }));
    return detector.judge!(trialOf({ score: { canaries } }), signal);
  };
  expect(await right(28, 50, 0.5)).toBeNull();
  expect(await right(50, 50, 0.98)).toBeNull();
  expect(await right(0, 0, 0.5)).toBeNull();
  expect((await right(45, 50, 0.5))?.evidence).toMatchObject({ right: 45, canaries: 50, expected: 25, limit: 1e-4 });
  expect((await right(6, 50, 0.01))?.reason).toMatch(/6 of 50 planted cases/);
});
