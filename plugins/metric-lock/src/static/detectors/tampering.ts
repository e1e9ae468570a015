import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import { factDetector, isUnder, names } from "./fact-detector.ts";

export const tamperingOptions = z.strictObject({
  /** Paths that may be written to, such as `torch.backends.*`. */
  allow: z.array(z.string()).default([]),
});

/** What belongs to Python itself: nobody else's settings. */
const OWN_MODULES = names(
  "builtins time datetime os sys random math json io importlib inspect gc threading signal types functools operator " +
    "itertools collections hashlib pickle socket subprocess statistics",
);

/** Sees that a surface changes what its language provides for all: globals, prototypes, functions of modules. */
export function tampering({ allow }: z.output<typeof tamperingOptions>): TextDetector {
  return factDetector({
    name: "tampering",
    code: "PAWL_GAMING_TAMPERING",
    severity: "reject",
    blindTo: "changes made by native code, and writes to objects that came from a call which could not be followed",
    sentence: "It changes what the language provides",
    allow,
    look(fact, { after }) {
      if (fact.op !== "write" || /^(?:module|exports)(?:\.|$)/.test(fact.name)) return undefined;
      if (after.language === "python") {
        // The environment of one's own process is looked at under probing.
        if (fact.name.startsWith("os.environ")) return undefined;
        return { what: fact.name, severity: isUnder(fact.name, OWN_MODULES) ? "reject" : "hold" };
      }
      return { what: fact.name, severity: "reject" };
    },
  });
}
