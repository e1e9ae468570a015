import { describe, expect, test } from "vitest";
import { ERRORS, PawlError, gain, hold, limitsSchema, pass, proposalSchema, reject, verdictSchema } from "./index.ts";

describe("verdicts", () => {
  test("makers make verdicts that the schema takes", () => {
    for (const verdict of [pass("A_B", "fine"), reject("A_B", "no", { by: 1 }), hold("A_B", "ask", [null])]) {
      expect(verdictSchema.parse(verdict)).toEqual(verdict);
    }
  });

  test.each([
    ["a code in small letters", { decision: "pass", code: "fine", reason: "x" }],
    ["no reason", { decision: "pass", code: "FINE", reason: "" }],
    ["another decision", { decision: "maybe", code: "FINE", reason: "x" }],
    ["evidence that is no JSON", { decision: "pass", code: "FINE", reason: "x", evidence: Number.NaN }],
    ["a further field", { decision: "pass", code: "FINE", reason: "x", score: 1 }],
  ])("%s is no verdict", (_name, verdict) => {
    expect(verdictSchema.safeParse(verdict).success).toBe(false);
  });
});

describe("proposals", () => {
  const edits = { kind: "edits", edits: [{ path: "a.ts", search: "1", replace: "2" }] };
  test.each([
    ["a score", { change: edits, hypothesis: "x", score: 1 }],
    ["no hypothesis", { change: edits, hypothesis: "" }],
    ["no edits", { change: { kind: "edits", edits: [] }, hypothesis: "x" }],
    [
      "an empty search",
      { change: { kind: "edits", edits: [{ path: "a", search: "", replace: "" }] }, hypothesis: "x" },
    ],
    ["a negative cost", { change: edits, hypothesis: "x", cost: { usd: -1 } }],
  ])("%s is not accepted", (_name, proposal) => {
    expect(proposalSchema.safeParse(proposal).success).toBe(false);
  });

  test("edits with a memo are", () => {
    expect(proposalSchema.safeParse({ change: edits, hypothesis: "x", memo: { n: [1, "a", null] } }).success).toBe(
      true,
    );
  });
});

test("limits have defaults and no unknown names", () => {
  expect(limitsSchema.parse({})).toEqual({
    wallMs: 5_000,
    memoryMb: 128,
    diskMb: 0,
    outputBytes: 16_777_216,
    network: "none",
  });
  expect(limitsSchema.safeParse({ wallms: 1 }).success).toBe(false);
  expect(limitsSchema.safeParse({ network: "host" }).success).toBe(false);
});

test("gain is positive for better, in both directions, with zero and negative values", () => {
  expect(gain({ direction: "maximize" }, -2, 0)).toBe(2);
  expect(gain({ direction: "minimize" }, 0, -2)).toBe(2);
  expect(gain({ direction: "minimize" }, 1, 2)).toBe(-1);
});

test("every error code has a documented exit code and one line of words", () => {
  for (const [code, { exit, summary }] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^PAWL_[A-Z_]+$/);
    expect([1, 2, 3, 4]).toContain(exit);
    expect(summary).toMatch(/^\S.*\.$/);
  }
  expect(new PawlError("PAWL_LOCK_VIOLATION", "changed").exitCode).toBe(4);
});
