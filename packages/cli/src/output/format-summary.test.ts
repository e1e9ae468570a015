import type { ExamTaken, Summary } from "@pawl/core";
import pico from "picocolors";
import { describe, expect, test } from "vitest";
import { formatSummary } from "./format-summary.ts";

const exam: ExamTaken = {
  cases: "holdout",
  looksBefore: 0,
  baseline: { experiment: 0, score: 0.38 },
  champion: { experiment: 7, score: 0.55 },
};

const summary: Summary = {
  run: "night",
  branch: "pawl/night",
  base: "0".repeat(40),
  status: "finished",
  endReason: "patience",
  epoch: 1,
  metric: { name: "average precision", direction: "maximize" },
  experiments: 1_200,
  kept: 3,
  rejected: 1_190,
  held: 1,
  waiting: 1,
  failed: { crashed: 2, timeout: 3, "out-of-memory": 1 },
  baseline: { experiment: 0, validation: 0.4 },
  champion: { experiment: 7, commit: "1".repeat(40), validation: 0.6, approvedAfterEnd: false },
  exam,
  holdoutLooks: 1,
  usd: 1.5,
  models: [],
  modelPair: null,
  modelUse: { meta: {}, task: {} },
  elapsedMs: 600_000,
};

function told(change: Partial<Summary> = {}): string {
  return formatSummary({ ...summary, ...change }, pico.createColors(false)).join("\n");
}

const examined = (change: Partial<ExamTaken>): Partial<Summary> => ({ exam: { ...exam, ...change } });

describe("the summary", () => {
  test("tells how it ended, what it gained, the counts, the time and the cost", () => {
    const text = told();
    expect(text).toContain("night is finished: it found nothing better for as long as its patience lasts");
    expect(text).toContain("validation   0.4 → 0.6  (+0.2, 50 % better)");
    expect(text).toContain("holdout      0.38 → 0.55  (+0.17, 45 % better)");
    expect(text).toContain("1,200: 3 kept · 1,190 rejected · 1 held · 2 crashed · 3 timed out · 1 out of memory");
    expect(text).toContain("10 m 00 s (2.0/s)");
    expect(text).toContain("$1.50");
    expect(text).toContain("held         1 experiment for a person to decide: pawl review");
  });

  test("tells what each model took, and whether both sides are one family", () => {
    const use = (calls: number, usd?: number) => ({
      calls,
      inputTokens: 1_000 * calls,
      outputTokens: 10,
      ...(usd === undefined ? {} : { usd }),
    });
    const modelUse = { meta: { "claude-x": use(3, 0.0421) }, task: { "qwen3:8b": use(120) } };
    const text = told({ modelUse, modelPair: { meta: ["claude"], task: ["qwen"], same: false } });
    expect(text).toContain("models       claude-x proposes: 3 calls, 3,000 tokens in, 10 out, $0.0421\n");
    expect(text).toContain("             qwen3:8b is asked by candidates: 120 calls, 120,000 tokens in, 10 out\n");
    expect(text).toContain("of different families (claude proposes, qwen is under test); same-model pairs do better");
    expect(told({ modelPair: { meta: ["qwen"], task: ["qwen"], same: true } })).toContain(
      "models       meta and task model are of the same family: qwen",
    );
    expect(told()).not.toContain("models");
  });

  test.each([
    [0.55, "The gain held up on the sealed holdout."],
    [0.42, "Only 20 % of the gain held up on the sealed holdout."],
    [0.38, "The gain did not hold up on the sealed holdout"],
    [0.2, "The gain did not hold up on the sealed holdout"],
    [null, "the champion could not be measured there"],
  ])("a champion with %s on the holdout: %s", (score, sentence) => {
    expect(told(examined({ champion: { experiment: 7, score } }))).toContain(sentence);
  });

  test.each([
    [0.1, 0.24, "The gain held up on fresh cases."],
    [-0.02, 0.36, "The gain is not certain on fresh cases: the interval includes no gain at all."],
  ])("tells the gain with its interval: %s to %s", (low, high, sentence) => {
    const text = told(examined({ cases: "fresh", effect: { mean: 0.17, low, high, confidence: 0.95, pairs: 120 } }));
    expect(text).toContain("fresh cases  0.38 → 0.55");
    expect(text).toContain(`mean gain 0.17, 95 % interval ${low < 0 ? "−0.02" : low} to ${high}, from 120 pairs`);
    expect(text).toContain(sentence);
  });

  test("a single pair leaves everything open, and a mean loss is no gain whatever the scores say", () => {
    const effect = { mean: 0.17, low: null, high: null, confidence: 0.95, pairs: 1 };
    expect(told(examined({ effect }))).toContain("mean gain 0.17 from 1 pair, which leaves everything open");
    expect(told(examined({ effect }))).toContain("not certain");
    const loss = { mean: -0.1, low: -0.2, high: 0.01, confidence: 0.95, pairs: 50 };
    expect(told(examined({ cases: "vault", effect: loss }))).toContain("did not hold up in the vault: do not merge");
  });

  test("says plainly where the cases had been looked at before", () => {
    expect(told()).not.toContain("looked at");
    expect(told(examined({ looksBefore: 1 }))).toContain("had been looked at once before: part of this may be luck");
    expect(told(examined({ looksBefore: 3 }))).toContain("had been looked at 3 times before");
  });

  test("where lower is better, a lower holdout is what holds up", () => {
    const metric = { name: "error", direction: "minimize" } as const;
    const lower = (score: number): Partial<Summary> => ({
      metric,
      baseline: { experiment: 0, validation: 10 },
      champion: { experiment: 7, commit: "1", validation: 5, approvedAfterEnd: false },
      ...examined({ baseline: { experiment: 0, score: 12 }, champion: { experiment: 7, score } }),
    });
    expect(told(lower(6))).toContain("The gain held up");
    expect(told(lower(13))).toContain("did not hold up");
  });

  test("a scorer without such cases confirms nothing, and a paused run has not looked yet", () => {
    expect(told({ exam: null })).toContain("nothing confirms this gain");
    expect(told({ exam: null, status: "paused", endReason: null })).not.toContain("holdout");
    const none = { experiment: 0, commit: "1", validation: 0.4, approvedAfterEnd: false };
    expect(told({ exam: null, champion: none })).not.toContain("holdout");
  });

  test("says plainly where the champion is not the one that sat the exam", () => {
    const champion = { experiment: 9, commit: "2", validation: 0.7, approvedAfterEnd: true };
    const text = told({ champion });
    expect(text).toContain("holdout      experiment 7 sat the exam there; the champion was approved after that");
    expect(text).toContain("nothing sealed confirms its gain");
    expect(text).not.toContain("0.55");
    const alone = told({ champion, exam: null });
    expect(alone).toContain("the champion was approved after the end of the run and has sat no exam");
    expect(alone).not.toContain("the scorer has none");
  });

  test("names of metrics are no way into the terminal", () => {
    expect(told({ metric: { name: "a\u001b[2Jb", direction: "maximize" } })).toContain("ab, higher is better");
  });
});
