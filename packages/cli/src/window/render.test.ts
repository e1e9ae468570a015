import type { PawlEvent } from "@pawl/core";
import fc from "fast-check";
import pico from "picocolors";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { progressBar, sparkline } from "./sparkline.ts";
import { championLine, renderWindow } from "./render.ts";
import { applyToView, bestOver, createView, rateOf, type View } from "./view.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");
const metric = { name: "mean error", direction: "minimize", unit: "ice creams" } as const;
const plain = pico.createColors(false);

let seq = 0;
function event<T extends PawlEvent["type"]>(type: T, data: Extract<PawlEvent, { type: T }>["data"], at = 0): PawlEvent {
  seq += 1;
  const row = { seq, run: "run-1", type, version: 1, at: new Date(START + at).toISOString(), data };
  return { ...row, prevHash: "", hash: "" } as unknown as PawlEvent;
}

function started(experiments = 900): PawlEvent {
  return event("run.started", {
    project: "shop/",
    goal: null,
    surface: ["sales.ts"],
    metric,
    guardrails: [],
    seed: 1,
    evaluationSeed: 1,
    concurrency: 2,
    budget: { experiments, wallMs: 600_000, usd: 3, consecutiveFailures: 50 },
    limits: { wallMs: 1_000, memoryMb: 64, diskMb: 0, outputBytes: 1_024, network: "none" },
    branch: "pawl/run-1",
    base: "0".repeat(40),
    lock: { digest: `sha256:${"0".repeat(64)}`, epoch: 1 },
    engine: "0.1.0",
    plugins: [],
  });
}

interface Trip {
  readonly experiment: number;
  readonly parent?: number | null;
  readonly hypothesis?: string;
  readonly status?: "kept" | "rejected" | "held" | "failed";
  readonly failure?: "timeout" | "crashed" | "out-of-memory";
  readonly reason?: string;
  readonly score?: number;
  readonly at?: number;
}

function trip({ experiment, parent = 0, hypothesis = "an idea", at = 0, ...rest }: Trip): PawlEvent[] {
  const { status = "rejected", reason = "not better", failure, score } = rest;
  const lock = `sha256:${"0".repeat(64)}` as const;
  const finished = {
    experiment,
    status,
    reason,
    verdicts: [],
    rejudged: 0,
    champion: 0,
    lock,
    ...(failure === undefined ? {} : { failure }),
    ...(score === undefined ? {} : { score }),
  };
  return [
    event("experiment.proposed", { experiment, parent, hypothesis }, at),
    event("experiment.finished", finished, at),
    ...(status === "kept" && parent !== null
      ? [event("champion.committed", { experiment, commit: "abcdef0123456789", parent: "0" }, at)]
      : []),
  ];
}

function viewOf(events: readonly PawlEvent[]): View {
  const view = createView();
  for (const one of events) applyToView(view, one);
  return view;
}

const baseline = trip({ experiment: 0, parent: null, status: "kept", score: 40, hypothesis: "the unchanged surface" });

const anyTrip = fc.record({
  hypothesis: fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom("\u001b[2J\u202eevil", "漢字".repeat(99)),
  ),
  reason: fc.string({ unit: "binary", maxLength: 300 }),
  status: fc.constantFrom("kept", "rejected", "held", "failed"),
  failure: fc.constantFrom("timeout", "crashed", "out-of-memory"),
  score: fc.double({ noNaN: true, noDefaultInfinity: true }),
});

describe("the window", () => {
  test("no line is ever wider than the terminal, no frame higher, and nothing in it is obeyed", () => {
    fc.assert(
      fc.property(
        fc.array(anyTrip, { maxLength: 12 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        fc.option(fc.string({ maxLength: 80 }), { nil: undefined }),
        (trips, columns, rows, color, notice) => {
          const events = trips.flatMap((one, index) => {
            const { failure, score, ...rest } = one;
            const outcome = one.status === "failed" ? { failure } : { score };
            return trip({ experiment: index + 1, ...rest, ...outcome });
          });
          const view = viewOf([started(), ...baseline, ...events]);
          view.notice = notice;
          const lines = renderWindow(view, { columns, rows, now: START + 5_000, colors: pico.createColors(color) });
          expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
          for (const line of lines) {
            expect(stringWidth(line)).toBeLessThanOrEqual(columns);
            // oxlint-disable-next-line no-control-regex
            expect(line.replace(/\u001b\[\d+m/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("tells everything that matters", () => {
    const view = viewOf([
      started(),
      ...baseline,
      ...trip({ experiment: 1, at: 1_000 }),
      ...trip({ experiment: 2, status: "kept", score: 30, hypothesis: "look at rain", at: 2_000 }),
      ...trip({ experiment: 3, status: "failed", failure: "timeout", reason: "took 1 s", at: 3_000 }),
      ...trip({ experiment: 4, status: "failed", failure: "crashed", at: 3_500 }),
      ...trip({ experiment: 5, status: "failed", failure: "out-of-memory", at: 3_600 }),
      ...trip({ experiment: 6, status: "held", at: 4_000 }),
      event("experiment.proposed", { experiment: 7, parent: 2, hypothesis: "x" }, 4_500),
    ]);
    const lines = renderWindow(view, { columns: 100, rows: 24, now: START + 5_000, colors: plain });
    expect(lines).toEqual([
      "pawl run-1  shop  seed 1",
      "mean error  40 → 30 ice creams  −10 ice creams, 25 % better",
      "best  ▁▁█████",
      `${"─".repeat(40)}  6/900 experiments`,
      "1.2/s · 5.0 s · about 12 m 25 s to go · 9 m 55 s of time left · $0.00 of $3 · 1 in flight",
      "kept 1  rejected 1  held 1  crashed 1  timed out 1  out of memory 1",
      "last kept #2  look at rain",
      "#6 held  not better",
    ]);
  });

  test("before there is anything to tell, and while the baseline is measured", () => {
    const options = { columns: 80, rows: 24, now: START, colors: plain };
    expect(renderWindow(createView(), options)).toHaveLength(1);
    expect(renderWindow(viewOf([started()]), options)[1]).toContain("measuring the baseline");
  });

  test("on a low terminal the score and the progress stay longest, and a notice longest of all", () => {
    const view = viewOf([started(), ...baseline, ...trip({ experiment: 1 })]);
    const frame = (rows: number) => renderWindow(view, { columns: 60, rows, now: START + 1_000, colors: plain });
    expect(frame(3)).toEqual([expect.stringContaining("mean error"), expect.stringContaining("1/900")]);
    view.notice = "finishing 1 in flight";
    expect(frame(2)).toEqual(["finishing 1 in flight"]);
  });

  test("a new champion is told once, after its commit, as one line that fits", () => {
    const view = createView();
    const told = [
      started(),
      ...baseline,
      ...trip({ experiment: 1 }),
      ...trip({ experiment: 2, status: "kept", score: 25 }),
    ]
      .map((one) => applyToView(view, one))
      .filter((champion) => champion !== undefined);
    expect(told).toEqual([{ experiment: 2, from: 40, to: 25, hypothesis: "an idea", commit: "abcdef0123456789" }]);
    const line = championLine(view.state!, told[0]!, 200, plain);
    expect(line).toBe("#2  40 → 25 ice creams  an idea  abcdef0");
    expect(stringWidth(championLine(view.state!, told[0]!, 20, plain))).toBeLessThanOrEqual(20);
  });

  test("a baseline of a new epoch is no champion of the search", () => {
    const view = viewOf([started(), ...baseline, ...trip({ experiment: 1, parent: null, status: "kept", score: 50 })]);
    expect(view).toMatchObject({ finished: 0, lastKept: undefined });
    expect(view.state).toMatchObject({ kept: 0, championScore: 50 });
  });
});

describe("pace and sparkline", () => {
  test("the rate looks at the last seconds only", () => {
    const trips = Array.from({ length: 50 }, (_, index) => trip({ experiment: index + 1, at: index * 100 })).flat();
    const view = viewOf([started(), ...baseline, ...trips]);
    expect(rateOf(view, START + 5_000)).toBeCloseTo(49 / 5, 5);
    expect(rateOf(view, START + 60_000)).toBe(0);
  });

  test("a long run is forgotten but for what the rate needs", () => {
    const trips = Array.from({ length: 9_000 }, (_, index) => trip({ experiment: index + 1, at: index * 10 })).flat();
    const view = viewOf([started(), ...baseline, ...trips]);
    expect(view.finished).toBe(9_000);
    expect(view.endings.length).toBeLessThanOrEqual(4_097);
    expect(rateOf(view, START + 90_000)).toBeCloseTo(100, 0);
  });

  test("the best score only rises, from the baseline to the champion, whatever the width", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (keeps, width) => {
        let score = 40;
        const trips = keeps.flatMap((kept, index) => {
          if (kept) score -= 1;
          return trip({ experiment: index + 1, status: kept ? "kept" : "rejected", score });
        });
        const values = bestOver(viewOf([started(), ...baseline, ...trips]), metric, width);
        expect(values.length).toBe(Math.min(width, keeps.length + 1));
        expect(values).toEqual(values.toSorted((a, b) => a - b));
        expect(values.at(-1)).toBe(40 - score);
        if (width > 1) expect(values[0]).toBe(0);
      }),
    );
  });

  test("bars", () => {
    expect(sparkline([0, 1, 2, 7])).toBe("▁▂▃█");
    expect(sparkline([3, 3])).toBe("▁▁");
    expect(sparkline([])).toBe("");
    expect([progressBar(0.5, 4), progressBar(7, 2), progressBar(-1, 2)]).toEqual(["━━──", "━━", "──"]);
  });
});
