import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import type { Fact } from "../read/fact.ts";
import type { Value } from "../read/value.ts";
import { type Hit, factDetector, isUnder, names } from "./fact-detector.ts";

export const dynamicCodeOptions = z.strictObject({ allow: z.array(z.string()).default([]) });

const JAVASCRIPT = names(
  "eval Function AsyncFunction GeneratorFunction AsyncGeneratorFunction import() import.meta Worker SharedWorker " +
    "WebAssembly ShadowRealm importScripts Blob ServiceWorker",
);
const PYTHON = names(
  "builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.__build_class__ builtins.breakpoint importlib " +
    "runpy code codeop ctypes cffi marshal types.FunctionType types.CodeType pickle.loads pickle.load pickle.Unpickler dill " +
    "?.__subclasses__ ?.__globals__ ?.__builtins__ ?.__code__ ?.__closure__ ?.__bases__ ?.__base__ ?.__mro__ ?.mro " +
    "?.__getattribute__ ?.__reduce__ ?.__reduce_ex__ ?.__loader__ ?.__spec__ ?.func_globals ?.co_code ?.co_consts ?.gi_code " +
    "?.__self__ operator.attrgetter operator.methodcaller typing.get_type_hints string.Formatter " +
    "numpy.testing.rundocs numpy.testing.measure",
);
/** A property of these by an unknown name is judged elsewhere. */
const ELSEWHERE = names("Math Date Error time datetime");

/** Sees that a surface makes code while it runs, which nobody has read. */
export function dynamicCode({ allow }: z.output<typeof dynamicCodeOptions>): TextDetector {
  return factDetector({
    name: "dynamic code",
    code: "PAWL_GAMING_DYNAMIC_CODE",
    severity: "reject",
    blindTo: "an interpreter of its own, written in the surface",
    sentence: "It makes code while it runs, or reaches for what cannot be told",
    allow,
    look(fact, { after }) {
      const found = after.language === "python" ? PYTHON : JAVASCRIPT;
      if ((fact.op === "read" || fact.op === "call") && isUnder(fact.name, found)) {
        return { what: fact.name, severity: /^(?:pickle|string)\./.test(fact.name) ? "hold" : "reject" };
      }
      return unknown(fact);
    },
  });
}

const isText = (value: Value): boolean =>
  value.kind === "constant" ? typeof value.value === "string" : value.kind === "unknown" && value.type === "string";

function unknown(fact: Fact): Hit | undefined {
  switch (fact.op) {
    case "unknown key":
      if (ELSEWHERE.has(fact.name)) return undefined;
      return { what: `a property of ${fact.name} whose name cannot be told`, severity: "hold" };
    case "blind call":
      return { what: "what two unknown properties lead to, called with text", severity: "hold" };
    case "call":
      // A timer runs text as code.
      if (/^set(?:Timeout|Interval)$/.test(fact.name) && fact.args[0] !== undefined && isText(fact.args[0])) {
        return { what: `${fact.name} with text`, severity: "reject" };
      }
      return fact.name === "?.constructor"
        ? { what: "a constructor that cannot be told", severity: "hold" }
        : undefined;
    case "read":
      return fact.name === "?.__dict__" ? { what: fact.name, severity: "hold" } : undefined;
    default:
      return undefined;
  }
}
