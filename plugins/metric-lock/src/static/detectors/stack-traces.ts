import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import { factDetector, isUnder, names } from "./fact-detector.ts";

export const stackTracesOptions = z.strictObject({ allow: z.array(z.string()).default([]) });

const REJECTED = names(
  "Error.prepareStackTrace Error.captureStackTrace Error.stackTraceLimit inspect traceback sys._getframe sys.exc_info " +
    "sys._current_frames sys.settrace sys.setprofile ?.tb_frame ?.f_back ?.f_globals ?.f_locals ?.f_builtins ?.gi_frame " +
    "?.cr_frame ?.ag_frame ?.f_code",
);

/** Sees that a surface looks at who called it: the way from a candidate to the evaluator around it. */
export function stackTraces({ allow }: z.output<typeof stackTracesOptions>): TextDetector {
  return factDetector({
    name: "stack traces",
    code: "PAWL_GAMING_STACK",
    severity: "reject",
    blindTo: "how deep the stack is, where what calls back cannot be followed",
    sentence: "It looks at the stack",
    allow,
    look(fact) {
      if (fact.op === "read" || fact.op === "write" || fact.op === "call") {
        if (isUnder(fact.name, REJECTED)) return { what: fact.name, severity: "reject" };
        if (fact.name === "Error.stack") return { what: "the stack of an error", severity: "hold" };
      }
      if (fact.op === "depth") return { what: "its end, which is caught", severity: "hold" };
      return fact.op === "unknown key" && fact.name === "Error" ? { what: "Error", severity: "hold" } : undefined;
    },
  });
}
