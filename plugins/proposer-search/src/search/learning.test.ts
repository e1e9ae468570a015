import type { ExperimentRecord, GateVerdict } from "@pawl/plugin";
import { expect, test } from "vitest";
import { Appraiser } from "./outcome.ts";
import { quadraticMinimum } from "./quadratic.ts";
import { createStream } from "./stream.ts";

let next = 1;
function record(score: number, verdicts: readonly [string, GateVerdict["decision"]][]): ExperimentRecord {
  return {
    number: next++,
    parent: 0,
    status: verdicts.every(([, decision]) => decision === "pass") ? "kept" : "rejected",
    reason: "",
    hypothesis: "",
    files: {},
    score,
    verdicts: verdicts.map(([gate, decision]) => ({ gate, decision, step: "judge", code: "T", reason: "" })),
  };
}

test("a better score refused by a gate that does not judge scores counts as a crossed limit", () => {
  for (const order of ["guard first", "score first"]) {
    const appraiser = new Appraiser({ direction: "minimize" });
    const worse: [string, "pass" | "reject"][] = [["score", "reject"]];
    if (order === "guard first") worse.unshift(["guard", "pass"]);
    expect(appraiser.appraise(record(12, worse), 10)).toMatchObject({ gain: -2, refused: false, fitness: 12 });
    const limit = appraiser.appraise(
      record(5, [
        ["score", "pass"],
        ["guard", "reject"],
      ]),
      10,
    );
    expect(limit).toMatchObject({ gain: 5, refused: true, fitness: 5, credit: 0 });
    const small = appraiser.appraise(
      record(9.9, [
        ["guard", "pass"],
        ["score", "reject"],
      ]),
      10,
    );
    expect(small).toMatchObject({ refused: false, fitness: 9.9 });
    expect(small.credit).toBeGreaterThan(0);
    const kept = appraiser.appraise(
      record(8, [
        ["guard", "pass"],
        ["score", "pass"],
      ]),
      10,
    );
    expect(kept.credit).toBeGreaterThan(0.4);
    // A guard that lets some worse scores pass looks at something else, also where it refuses a worse one.
    const worseAndBeyond = appraiser.appraise(record(13, [["guard", "reject"]]), 10);
    expect(worseAndBeyond.refused).toBe(order === "guard first");
    const { score: _none, ...failed } = record(0, []);
    expect(appraiser.appraise({ ...failed, status: "failed" }, 10).fitness).toBe(Number.POSITIVE_INFINITY);
  }
});

test("a quadratic through results leads to its minimum, but no farther than they lie", () => {
  const bowl = ([x = 0, y = 0]: readonly number[]): number => (x - 0.3) ** 2 + 2 * (y + 0.2) ** 2 + 0.5 * x * y;
  const random = createStream("bowl");
  const points = Array.from({ length: 12 }, () => [random.normal() * 0.3, random.normal() * 0.3]);
  const told = points.map((point) => ({ point, fitness: bowl(point) }));
  const [x = 9, y = 9] = quadraticMinimum([0, 0], told) ?? [];
  const slope = [2 * (x - 0.3) + 0.5 * y, 4 * (y + 0.2) + 0.5 * x];
  expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-9);
  const far = quadraticMinimum(
    [5, 5],
    points.map((point) => ({ point: point.map((v) => v + 5), fitness: bowl(point.map((v) => v + 5)) })),
  );
  expect(Math.max(...(far ?? [99]).map((v) => Math.abs(v - 5)))).toBeLessThan(1.2);
  expect(
    quadraticMinimum(
      [0, 0],
      told.map(({ point, fitness }) => ({ point, fitness: -fitness })),
    ),
  ).toBeUndefined();
  expect(quadraticMinimum([0, 0], told.slice(0, 4))).toBeUndefined();
});
