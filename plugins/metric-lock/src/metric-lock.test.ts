import { expect, test } from "vitest";
import type { Detector, Finding } from "./detector.ts";
import { gateOf } from "./metric-lock.ts";

const detector = (name: string, severity: Finding["severity"] | "nothing"): Detector => ({
  name,
  code: `PAWL_GAMING_${name.toUpperCase()}`,
  severity: "hold",
  blindTo: "everything else",
  inspect: async () =>
    severity === "nothing"
      ? null
      : { reason: `${name} was found.`, evidence: { name }, ...(severity !== undefined && { severity }) },
});
const ask = (...detectors: Detector[]) =>
  gateOf(detectors).inspect!({ files: {} }, undefined as never, new AbortController().signal);

test("a rejection counts more than holds before it, and ends the look", async () => {
  const never = { ...detector("never", "nothing"), inspect: () => Promise.reject(new Error("was asked")) };
  const verdict = await ask(detector("first", "hold"), detector("second", "reject"), never);
  expect(verdict).toMatchObject({ decision: "reject", code: "PAWL_GAMING_SECOND" });
});

test("all that is held is named in the code, so that nobody approves what they have not seen", async () => {
  const verdict = await ask(detector("first", "hold"), detector("none", "nothing"), detector("second", "hold"));
  expect(verdict).toMatchObject({ decision: "hold", code: "PAWL_GAMING_FIRST_AND_SECOND" });
  expect(verdict.reason).toBe("first was found. second was found.");
  expect(verdict.evidence).toMatchObject([{ code: "PAWL_GAMING_FIRST" }, { code: "PAWL_GAMING_SECOND" }]);
});

test("a note stops nothing and goes along with the pass", async () => {
  const verdict = await ask(detector("first", "note"));
  expect(verdict).toMatchObject({
    decision: "pass",
    evidence: { detectors: ["first"], notes: [{ detector: "first" }] },
  });
});
