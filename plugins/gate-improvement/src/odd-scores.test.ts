import type { Rerun, RerunOptions, Trial } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { average, gateOf, judge, type Options, partOf, type Side, trialOf } from "./test/trials.ts";

/** Every way to compare that looks at samples or seeds. */
const WAYS: Readonly<Record<string, Options>> = {
  "by signs": {},
  "for a share of false keeps": { control: "fdr" },
  "within bounds": { bounds: [-10, 10] },
  "by a quantile": { statistic: { quantile: 0.95 } },
  "by the median": { statistic: { quantile: 0.5 } },
  "on new seeds": { seeds: { min: 3, max: 12 } },
};

const list = (of: (i: number) => number, count = 60): number[] => Array.from({ length: count }, (_, i) => of(i));
const side = (samples: readonly number[]): Side => ({ value: average(samples), samples });
/** On a new seed each content scores what it scored. */
const again = (trial: Trial): Trial => ({
  ...trial,
  rerun: async ({ subject }: RerunOptions = {}): Promise<Rerun> => {
    const { execution, evaluation, candidate, champion } = trial;
    return { execution, evaluation, score: (subject === "champion" ? champion : candidate).score };
  },
});
const compare = async (way: string, candidate: Side, champion: Side) =>
  judge(again(trialOf(candidate, champion)), WAYS[way], 2);

/** What has not become better: no way of comparing may let it pass. */
const NEVER: Readonly<Record<string, readonly [candidate: Side, champion: Side]>> = {
  "nothing but zeros": [side(list(() => 0)), side(list(() => 0))],
  "zeros of both signs": [side(list((i) => (i % 2 === 0 ? -0 : 0))), side(list(() => 0))],
  "negative, and the same": [side(list((i) => -i / 10)), side(list((i) => -i / 10))],
  "negative, and worse": [side(list((i) => -i / 10 - 2)), side(list((i) => -i / 10))],
  "all the same, and worse": [side(list(() => 1)), side(list(() => 2))],
  "worse by a constant": [side(list((i) => i / 10 - 1)), side(list((i) => i / 10))],
  "the same but for rounding": [side(list(() => 0.1 + 0.2)), side(list(() => 0.3))],
  "as often better as worse": [side(list((i) => (i + (i % 2 === 0 ? 9 : -9)) / 10)), side(list((i) => i / 10))],
  "a difference beyond all numbers": [side(list(() => 1.7e308)), side(list(() => -1.7e308))],
};

/** What looks better, but has cases that are missing. */
const UNPAIRED: Readonly<Record<string, readonly [candidate: Side, champion: Side]>> = {
  "fewer cases": [side(list((i) => i / 10 + 1, 59)), side(list((i) => i / 10))],
  "more cases": [side(list((i) => i / 10 + 1, 61)), side(list((i) => i / 10))],
  "no cases on one side": [{ value: 9 }, side(list((i) => i / 10))],
  "no cases on the other side": [side(list((i) => i / 10)), { value: 0 }],
  "a hole among the cases": [
    { value: 9, samples: list((i) => (i === 3 ? (undefined as never) : i / 10 + 1)) },
    side(list((i) => i / 10)),
  ],
};

/** Clearly better, with whatever is odd about it. */
const ALWAYS: Readonly<Record<string, readonly [candidate: Side, champion: Side]>> = {
  "from zero": [side(list((i) => 6 + (i % 7) / 10)), side(list(() => 0))],
  "to zero": [side(list(() => 0)), side(list((i) => -6 - (i % 7) / 10))],
  "negative all along": [side(list((i) => -2 + (i % 7) / 10)), side(list((i) => -9 + (i % 5) / 10))],
  "across zero": [side(list((i) => 3 + (i % 7) / 10)), side(list((i) => -3 - (i % 5) / 10))],
  "by a constant": [side(list((i) => i / 10 + 4)), side(list((i) => i / 10))],
  "with ties": [side(list((i) => (i % 3 === 0 ? 0 : 8 + i / 100))), side(list((i) => (i % 3 === 0 ? 0 : i / 100)))],
};

describe.each(Object.keys(WAYS))("%s", (way) => {
  test.each(Object.entries(NEVER))("%s: not kept", async (_, [candidate, champion]) => {
    expect((await compare(way, candidate, champion)).decision).toBe("reject");
  });

  // On new seeds the values of whole runs are compared, and how many cases they are made of does not matter.
  test.runIf(way !== "on new seeds").each(Object.entries(UNPAIRED))(
    "%s: not kept",
    async (_, [candidate, champion]) => {
      const { decision, code } = await compare(way, candidate, champion);
      expect(decision).toBe("reject");
      expect(["PAWL_SAMPLES_MISMATCH", "PAWL_SCORE_NOT_FINITE"]).toContain(code);
    },
  );

  test.each(Object.entries(ALWAYS))("%s: kept", async (_, [candidate, champion]) => {
    expect((await compare(way, candidate, champion)).decision).toBe("pass");
  });

  // A single run on each seed is what seeds are for.
  test.runIf(way !== "on new seeds")("one case proves nothing", async () => {
    expect(await compare(way, side([2]), side([1]))).toMatchObject({ decision: "reject", code: "PAWL_GAIN_UNCERTAIN" });
  });

  test("what is odd is no error early either", async () => {
    const gate = await gateOf(WAYS[way], 2);
    for (const [candidate, champion] of Object.values({ ...NEVER, ...UNPAIRED, ...ALWAYS })) {
      if (candidate.samples?.length !== champion.samples?.length) continue;
      const part = partOf(trialOf(candidate, champion), [5, 3, 1]);
      const verdict = await gate.judgeEarly!(part, AbortSignal.timeout(60_000));
      expect(verdict === null || verdict.decision === "pass" || verdict.code === "PAWL_HOPELESS").toBe(true);
    }
  });
});
