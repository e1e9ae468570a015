import type { Subject } from "@pawl/plugin";
import type { LoadedEvaluation } from "../evaluations.ts";
import type { RunContext } from "./context.ts";

/** Writes a look down before it is taken. */
export type WriteLook = (cases: LoadedEvaluation, subject: Subject, seed: number | undefined) => Promise<void>;

/**
 * One gate's question about one candidate: its first look counts, the others belong to it. Cases of another seed are
 * fresh only where the scorer says so; elsewhere they may be the sealed ones in another order, and count as such.
 */
export function looker(
  { project, state, scorer, recorder, signal }: RunContext,
  question: { readonly experiment: number; readonly gate: string },
  looked: () => void,
): WriteLook {
  const counted = new Set<"gate" | "fresh">();
  return async (cases, subject, seed) => {
    const purpose = seed !== undefined && scorer.freshCases === true ? "fresh" : "gate";
    const sealed =
      purpose === "fresh" ? cases : await project.evaluations.get("holdout", state.options.evaluationSeed, signal);
    const again = counted.has(purpose);
    counted.add(purpose);
    looked();
    const data = {
      ...question,
      purpose,
      subject: typeof subject === "string" ? subject : ("files" as const),
      ...(seed === undefined ? {} : { seed }),
      cases: (sealed ?? cases).digests.inputs,
      ...(again ? { again } : {}),
    };
    await recorder.record([{ type: "holdout.looked", data }]);
  };
}
