import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import { factDetector, names } from "./fact-detector.ts";

export const resultHooksOptions = z.strictObject({ allow: z.array(z.string()).default([]) });

/** No honest answer needs them. */
const REJECTED = names(
  "toJSON valueOf then Symbol.toPrimitive Symbol.hasInstance __defineGetter__ __defineSetter__ __lookupGetter__ " +
    "__lookupSetter__ Proxy",
);

/** Sees that a surface gives objects a behaviour of their own, which would run when somebody else looks at them. */
export function resultHooks({ allow }: z.output<typeof resultHooksOptions>): TextDetector {
  return factDetector({
    name: "result hooks",
    code: "PAWL_GAMING_RESULT_HOOK",
    severity: "reject",
    blindTo: "an answer that is plain data and false",
    sentence: "It gives objects a behaviour that runs when others touch them",
    allow,
    look(fact) {
      if (fact.op === "hook") return { what: fact.name, severity: REJECTED.has(fact.name) ? "reject" : "hold" };
      const proxy = fact.op === "read" && (fact.name === "Proxy" || fact.name === "Proxy.revocable");
      return proxy ? { what: "Proxy", severity: "reject" } : undefined;
    },
  });
}
