import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import { PLAIN } from "../javascript/names.ts";
import type { Fact } from "../read/fact.ts";
import type { Change } from "../read/source.ts";
import { type Hit, factDetector, isUnder, names } from "./fact-detector.ts";
import { pythonProbe } from "./probing-python.ts";
import { tellingHit } from "./telling.ts";

export const probingOptions = z.strictObject({
  /** Names that the surface may use, such as `process.env`, `os.cpu_count`, `node:crypto` or `scipy`; and what it may learn, such as `locale`. */
  allow: z.array(z.string()).default([]),
});

const REJECTED = names(
  "process require module Deno Bun fetch XMLHttpRequest WebSocket EventSource navigator location document localStorage " +
    "sessionStorage indexedDB caches FinalizationRegistry WeakRef gc SharedArrayBuffer Atomics Buffer " +
    "global __dirname __filename postMessage onmessage BroadcastChannel Function.caller",
);
/** Judged by other detectors. */
const ELSEWHERE = names(
  "performance Temporal setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate requestAnimationFrame " +
    "requestIdleCallback queueMicrotask scheduler MessageChannel crypto eval Function AsyncFunction GeneratorFunction " +
    "AsyncGeneratorFunction import() import.meta Worker SharedWorker WebAssembly ShadowRealm importScripts Blob ServiceWorker Proxy " +
    "async globalThis ?.prototype ?.constructor exports",
);
/** What may be handed on: it computes, and leads nowhere. */
const HANDED_ON =
  /^(?:Number|String|Boolean|Array|BigInt|Symbol|Map|Set|Date|Math|[A-Z]\w*Error|Error|[A-Z]\w*Array|RegExp|parseInt|parseFloat|isNaN|isFinite|structuredClone|console|arguments|[a-z]\w*URI(?:Component)?)$/;

/**
 * Sees that a surface asks where it runs: its process, its engine, its memory, other modules. It also sees what tells the
 * place without being asked: texts of errors, limits, the time zone, the language. What a surface learns there cannot make it better, but can tell it when it is watched.
 */
export function probing({ allow }: z.output<typeof probingOptions>): TextDetector {
  return factDetector({
    name: "probing",
    code: "PAWL_GAMING_PROBING",
    severity: "reject",
    blindTo:
      "engines told apart by the last digits of arithmetic, or a place by dates and words that only seem to depend on the case",
    sentence: "It asks where it runs",
    allow,
    look: (fact, change) =>
      change.after.language === "python" ? pythonProbe(fact, change.before) : javascript(fact, change),
  });
}

function javascript(fact: Fact, { after }: Change): Hit | undefined {
  switch (fact.op) {
    case "read":
      return readHit(fact.name);
    case "look":
      return { what: `whether or what ${fact.name} is`, severity: isUnder(fact.name, REJECTED) ? "reject" : "hold" };
    case "escape":
      return escapeHit(fact.name);
    case "print":
      return { what: "the text of a function", severity: "hold" };
    case "tell":
      return tellingHit(fact.name);
    case "import": {
      const relative = fact.name.startsWith(".");
      // What lies beside the surface is the project's own, and locked; a person may still want to know.
      return { what: `the module ${fact.name}`, severity: relative || after.text === "" ? "hold" : "reject" };
    }
    default:
      return undefined;
  }
}

function readHit(name: string): Hit | undefined {
  if (isUnder(name, REJECTED)) return { what: name, severity: "reject" };
  const root = name.split(".")[0] ?? name;
  if (PLAIN.has(root) || isUnder(name, ELSEWHERE) || /^(?:\?|Async\w*|Generator\w*|Function)/.test(root))
    return undefined;
  return root === name ? { what: `the unknown name ${name}`, severity: "hold" } : undefined;
}

function escapeHit(name: string): Hit | undefined {
  if (HANDED_ON.test(name)) return undefined;
  if (name === "globalThis") return { what: "the global object, handed on", severity: "reject" };
  const isObject = !name.includes(".") || name.startsWith("Intl.") || name.endsWith(".prototype");
  return isObject && name !== "?.constructor" ? { what: `${name}, handed on`, severity: "hold" } : undefined;
}
