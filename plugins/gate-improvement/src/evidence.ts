import { boundedEvidence, type Evidence, signEvidence, standsSkew } from "@pawl/statistics";
import type { Demand } from "./budget.ts";
import type { ImprovementOptions } from "./options.ts";

/** Plays the game that fits: the bounded one where the samples' bounds are known. */
export function evidenceOf(
  differences: Float64Array,
  of: number,
  { enough }: Pick<Demand, "enough">,
  bounds: ImprovementOptions["bounds"],
): Evidence {
  if (bounds === undefined) return signEvidence(differences, { of, enough });
  // A tie that rounding made is no reason to refuse; samples are checked against their bounds before.
  const bound = (bounds[1] - bounds[0]) * (1 + 1e-9);
  return boundedEvidence(differences, { of, enough, bound });
}

/**
 * Whether what the evidence says of signs and sizes also holds for the mean. Known bounds leave nothing to ask: there the
 * evidence is of the mean itself.
 */
export function holdsForMean(
  differences: Float64Array,
  { required }: Pick<Demand, "required">,
  bounds: ImprovementOptions["bounds"],
): boolean {
  return bounds !== undefined || standsSkew(differences, 1 / required);
}

/** The first sample outside of the bounds, or `undefined`. */
export function outOfBounds(
  bounds: ImprovementOptions["bounds"],
  ...lists: readonly (readonly number[])[]
): number | undefined {
  if (bounds === undefined) return undefined;
  const [min, max] = bounds;
  return lists.flatMap((list) => list.find((sample) => sample < min || sample > max) ?? [])[0];
}
