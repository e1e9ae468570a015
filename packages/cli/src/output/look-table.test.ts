import pico from "picocolors";
import { expect, test } from "vitest";
import { LOOK_HEADER, lookRow } from "./look-table.ts";

const look = {
  run: "run-1",
  experiment: 12,
  purpose: "gate",
  gate: "hold\u001b[2Jout",
  at: "2026-01-31T08:30:00.123Z",
  cases: `sha256:${"ab".repeat(32)}`,
} as const;
const told = (change: object = {}): string =>
  lookRow({ ...look, ...change } as never, { colors: pico.createColors(false) } as never);

test("a look is told with its answer, where there is one", () => {
  expect(told({ passed: true })).toMatch(
    /^2026-01-31T08:30:00Z {2}run-1 +12 {2}gate +passed {2}abababababab {2}holdout$/,
  );
  expect(told({ passed: false })).toMatch(/gate +no /);
  expect(told()).toMatch(/gate +– /);
});

test("an exam has no gate, and fresh cases have a seed", () => {
  expect(told({ purpose: "exam", gate: undefined, seed: 7 })).toMatch(/abababababab {2}\[seed 7\]$/);
  expect(told({ seed: 7 })).toMatch(/holdout \[seed 7\]$/);
  expect(LOOK_HEADER).toMatch(/^when .*gate$/);
});
