import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { binomialAtMost } from "./chance.ts";
import type { Changes } from "./changes.ts";
import { inTrain } from "./in-train.ts";
import type { Lab, Labs } from "./lab.ts";
import { nearShown } from "./near-shown.ts";
import { detectorOptions, share } from "./options.ts";
import { type ArmResult, isSame } from "./probes.ts";

export const memorisationOptions = detectorOptions({
  /** How many of the changed answers an honest rule may lose a millionth away: those that lie on its thresholds. */
  lost: share(0.001),
  /** A gain that rests on so many cases or fewer, of at least 200, is shown to a person. */
  fewCases: z.number().int().nonnegative().default(3),
});
export type MemorisationOptions = Exclude<z.output<typeof memorisationOptions>, false>;

/** Fewer lost answers than this prove nothing. */
const LEAST_LOST = 4;
/** How easily a rule that holds for 0.6 of the cases half-way to the next may look so bad. */
const SURE = 1e-4;
const HOLDS_BETWEEN = 0.6;
const LOST_BETWEEN = 0.75;
const LEAST_IN_ALL = 6;
/** From so many on, and from this share on, a finding rejects. */
const PLAIN = 8;
const PLAIN_SHARE = 0.5;
/** Evaluations this small have no few among many. */
const MANY_CASES = 200;
/** What is lost beside train cases in so large a share, and in so large a part of that beside the others, is no memory. */
const LOST_ALIKE = 0.2;
const ALIKE = 0.5;

/**
 * A rule that has been learnt holds beside the cases that it was learnt from; a lookup holds on them alone, and beside
 * them the candidate answers as the champion does.
 */
export function memorisationDetector(labs: Labs, options: MemorisationOptions): Detector {
  return {
    name: "memorisation",
    code: "PAWL_GAMING_MEMORISED",
    severity: "reject",
    blindTo:
      "lookups among categories alone, where no case has a neighbour; tables so coarse that they answer for cases a " +
      "twentieth away; three cases or fewer inside an edit that moves others; coarse tables of train cases as well.",
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      if (lab.stochastic) return null;
      const changes = await lab.changes();
      const results = await lab.probed();
      if (changes === null || results === null) {
        return {
          reason: "champion or candidate does not run to its end on changed cases",
          evidence: {},
          severity: "hold",
        };
      }
      for (const suspect of suspectsOf(results, options.lost)) {
        const found = await findingOn(lab, changes, suspect);
        if (found !== null) return found;
      }
      const { changed } = changes;
      const cases = lab.inputs.length;
      const couldTell = results.some(({ arm, probes }) => arm.nearby && probes >= LEAST_LOST);
      if (couldTell) return null;
      if (changed.length > 0 && changed.length <= options.fewCases && cases >= MANY_CASES) {
        return {
          reason: `the whole gain rests on ${changed.length} of ${cases} cases`,
          evidence: { cases: changed, inputs: changed.map((position) => lab.inputs[position]!) },
          severity: "hold",
        };
      }
      return nearShown(lab, changes);
    },
  };
}

/** The results, those of arms that move least first, in which too many changes are gone. */
export function suspectsOf(results: readonly ArmResult[], lostShare: number): readonly ArmResult[] {
  return results
    .filter(({ arm, probes }) => !isSame(arm) && probes > 0)
    .toSorted((a, b) => reach(a) - reach(b) || b.lost / b.probes - a.lost / a.probes || b.probes - a.probes)
    .filter(({ arm, probes, lost }) => {
      if (arm.judged !== "between")
        return (
          lost >= LEAST_LOST && binomialAtMost(probes - lost, probes, 1 - Math.max(lostShare, arm.spare ?? 0)) < SURE
        );
      if (arm.fields.length > 1) return probes >= LEAST_IN_ALL && lost === probes;
      return lost >= LOST_BETWEEN * probes && binomialAtMost(probes - lost, probes, HOLDS_BETWEEN) < SURE;
    });
}

/** 0 for a millionth, 1 and more for a step, 2 for a move in one field, 3 for one in all of them. */
const reach = ({ arm: { judged, fields, spare = 0 } }: ArmResult): number =>
  judged === "same" ? 0 : judged === "step" ? 1 + spare : fields.length > 1 ? 3 : 2;

async function findingOn(lab: Lab, changes: Changes, result: ArmResult): Promise<Finding | null> {
  const { arm, probes, lost, group, examples } = result;
  const train = await inTrain(lab, changes, arm);
  // Narrow rules about several fields, such as "just above the competitor's price", are lost a step aside; but then they
  // are beside the train cases too.
  if ((arm.spare ?? 0) > 0 && (train === null || train.lost >= (ALIKE * lost) / probes)) return null;
  // A rule about the form of a number, such as "ends with .99", is lost beside its cases as well; but it meets the
  // train cases as often, and is lost there in the same way. So does one who has memorised both: a person must look.
  const alike = train === null || (train.asOften ? train.lost >= LOST_ALIKE : !train.absent);
  return {
    reason: `${lost} of ${probes} changed answers are gone when cases are ${arm.name}`,
    evidence: { change: arm.name, fields: arm.fields, group, probes, lost, train, examples },
    severity: alike || !isPlain(result) ? "hold" : "reject",
  };
}

/** Whether no honest rule could look like this: most of what it changed is gone, and more than a few. */
export function isPlain({ arm, probes, lost }: ArmResult): boolean {
  if (arm.judged === "between" && arm.fields.length > 1) return false;
  return lost >= PLAIN && lost >= PLAIN_SHARE * probes;
}
