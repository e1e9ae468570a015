import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import { factDetector } from "./fact-detector.ts";

export const carriedStateOptions = z.strictObject({
  /** Variables of the module that may carry something from one case to the next. */
  allow: z.array(z.string()).default([]),
});

/** Sees that a surface counts or collects across cases. What is only kept to be found again is left to replays. */
export function carriedState({ allow }: z.output<typeof carriedStateOptions>): TextDetector {
  return factDetector({
    name: "carried state",
    code: "PAWL_GAMING_STATE",
    severity: "hold",
    blindTo: "what is kept in a map or an object, as honest caches are: replays in another order tell these apart",
    sentence: "A variable of the module is made from what an earlier case left in it",
    allow,
    look: (fact) => (fact.op === "state" ? { what: fact.name, severity: "hold" } : undefined),
  });
}
