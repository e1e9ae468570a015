import type { Summary } from "@pawl/core";
import pico from "picocolors";
import { describe, expect, test } from "vitest";
import { formatSummary } from "./format-summary.ts";

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
  baseline: { experiment: 0, validation: 0.4, holdout: 0.38 },
  champion: { experiment: 7, commit: "1".repeat(40), validation: 0.6, holdout: 0.55 },
  examined: 7,
  holdoutLooks: 2,
  usd: 1.5,
  elapsedMs: 600_000,
};

function told(change: Partial<Summary> = {}): string {
  return formatSummary({ ...summary, ...change }, pico.createColors(false)).join("\n");
}

const champion = (holdout: number | null): Partial<Summary> => ({
  champion: { experiment: 7, commit: "1".repeat(40), validation: 0.6, holdout },
});

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

  test.each([
    [0.55, "The gain held up on the sealed holdout."],
    [0.42, "Only 20 % of the gain held up on the sealed holdout."],
    [0.38, "The gain did not hold up on the sealed holdout"],
    [0.2, "The gain did not hold up on the sealed holdout"],
    [null, "the champion could not be measured there"],
  ])("a champion with %s on the holdout: %s", (holdout, sentence) => {
    expect(told(champion(holdout))).toContain(sentence);
  });

  test("where lower is better, a lower holdout is what holds up", () => {
    const metric = { name: "error", direction: "minimize" } as const;
    const baseline = { experiment: 0, validation: 10, holdout: 12 };
    const better = { experiment: 7, commit: "1", validation: 5, holdout: 6 };
    expect(told({ metric, baseline, champion: better })).toContain("The gain held up");
    expect(told({ metric, baseline, champion: { ...better, holdout: 13 } })).toContain("did not hold up");
  });

  test("a scorer without a holdout confirms nothing, and a paused run has not looked yet", () => {
    const none = { ...champion(null), baseline: { experiment: 0, validation: 0.4, holdout: null }, holdoutLooks: 0 };
    expect(told(none)).toContain("nothing confirms this gain");
    expect(told({ ...none, status: "paused", endReason: null })).not.toContain("holdout");
  });

  test("names of metrics are no way into the terminal", () => {
    expect(told({ metric: { name: "a\u001b[2Jb", direction: "maximize" } })).toContain("ab, higher is better");
  });
});
