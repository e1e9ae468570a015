import { type Gate, type Json, type Verdict, defineGate, hold, pass } from "@pawl/plugin";
import { z } from "zod";
import { type Detector, type Finding, type Step, evidenceOf, verdictOf } from "./detector.ts";
import { dynamicDetectors, dynamicOptions } from "./dynamic/index.ts";
import { staticDetectors } from "./static/index.ts";
import { staticOptions } from "./static/options.ts";

const metricLockOptions = z.object({
  /** Detectors that read the candidate's text; `false` does without them. */
  static: staticOptions,
  ...dynamicOptions,
});

/**
 * Asks the detectors in their order. A finding that rejects ends it at once; one that holds waits for the others,
 * because a rejection among them would spare a person the look.
 */
async function ask(
  detectors: readonly Detector[],
  step: Step,
  look: (detector: Detector) => Promise<Finding | null> | undefined,
): Promise<Verdict> {
  const asked: string[] = [];
  const notes: Json[] = [];
  const held: Verdict[] = [];
  for (const detector of detectors) {
    const found = await look(detector);
    if (found === undefined) continue;
    asked.push(detector.name);
    if (found === null) continue;
    if (found.severity === "note") {
      notes.push(evidenceOf(detector, found));
      continue;
    }
    const verdict = verdictOf(detector, found);
    if (verdict.decision === "reject") return verdict;
    held.push(verdict);
  }
  if (held.length > 0) return together(held);
  return pass("PAWL_NO_GAMING", `no sign of gaming (${step})`, {
    detectors: asked,
    ...(notes.length > 0 && { notes }),
  });
}

/**
 * One verdict for all that is held. Its code names every finding, so that a person who approves it approves these and no
 * others.
 */
function together(held: readonly Verdict[]): Verdict {
  const [first, ...others] = held as [Verdict, ...Verdict[]];
  if (others.length === 0) return first;
  return hold(
    [first.code, ...others.map(({ code }) => code.replace(/^PAWL_GAMING_/, ""))].join("_AND_"),
    held.map(({ reason }) => reason).join(" "),
    held.map(({ code, evidence = null }) => ({ code, evidence })),
  );
}

/** A gate made of detectors. */
export function gateOf(detectors: readonly Detector[]): Gate {
  return {
    async prepare(task) {
      for (const detector of detectors) await detector.prepare?.(task);
    },
    plant: (failures) => detectors.reduce((shown, detector) => detector.plant?.(shown) ?? shown, failures),
    inspect: (candidate, context, signal) =>
      ask(detectors, "inspect", (detector) => detector.inspect?.(candidate, context, signal)),
    judge: (trial, signal) => ask(detectors, "judge", (detector) => detector.judge?.(trial, signal)),
    beforeCommit: (trial, signal) =>
      ask(detectors, "beforeCommit", (detector) => detector.beforeCommit?.(trial, signal)),
  };
}

/**
 * Stops candidates that game the benchmark instead of improving. Put it last: its costly detectors then run only for a
 * candidate that every other gate would keep.
 */
export const metricLock = defineGate({
  name: "@pawl/metric-lock",
  version: "0.1.0",
  options: metricLockOptions,
  create: (options) => gateOf([...staticDetectors(options.static), ...dynamicDetectors(options)]),
});
