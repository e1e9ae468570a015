import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import type { Fact } from "../read/fact.ts";
import type { Value } from "../read/value.ts";
import { type Hit, factDetector, isUnder, names } from "./fact-detector.ts";

export const clocksOptions = z.strictObject({
  /** Clocks that the surface may use, such as `performance.now` or `time.monotonic`. */
  allow: z.array(z.string()).default([]),
});

const JAVASCRIPT = names(
  "performance Date.now Temporal process.hrtime process.uptime process.cpuUsage setTimeout setInterval setImmediate " +
    "clearTimeout requestAnimationFrame requestIdleCallback queueMicrotask process.nextTick scheduler MessageChannel " +
    "AbortSignal.timeout Atomics.wait Atomics.waitAsync Promise",
);
const PYTHON = names(
  "time datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today os.times timeit sched " +
    "resource.getrusage threading.Timer signal.alarm signal.setitimer asyncio.sleep",
);

/**
 * Sees that a surface reads a clock or waits for one. The host measures time; a surface that knows it can behave well
 * while it is measured. A date made from an argument (`new Date(input.time)`) is no clock.
 */
export function clocks({ allow }: z.output<typeof clocksOptions>): TextDetector {
  return factDetector({
    name: "clocks",
    code: "PAWL_GAMING_CLOCK",
    severity: "hold",
    blindTo: "time that is measured by counting one's own work",
    sentence: "It reads a clock, or waits",
    allow,
    look: (fact, { after }) => (after.language === "python" ? python(fact) : javascript(fact)),
  });
}

function javascript(fact: Fact): Hit | undefined {
  if (fact.op === "read" && isUnder(fact.name, JAVASCRIPT)) return { what: fact.name, severity: "hold" };
  if (fact.op === "read" && fact.name === "async") return { what: "work that is done later", severity: "hold" };
  if (fact.op === "call" && fact.name === "Date" && (fact.args.length === 0 || !fact.isNew)) {
    return { what: "the current date", severity: "hold" };
  }
  if ((fact.op === "escape" || fact.op === "unknown key") && fact.name === "Date")
    return { what: "Date", severity: "hold" };
  return undefined;
}

function python(fact: Fact): Hit | undefined {
  if (fact.op === "read" && isUnder(fact.name, PYTHON) && fact.name !== "time")
    return { what: fact.name, severity: "hold" };
  if (fact.op === "call" && fact.name === "numpy.datetime64" && fact.args.some(isNow))
    return { what: "the current date", severity: "hold" };
  const handed = fact.op === "escape" || fact.op === "unknown key";
  return handed && (fact.name === "time" || fact.name.startsWith("datetime"))
    ? { what: fact.name, severity: "hold" }
    : undefined;
}

const isNow = (value: Value): boolean =>
  value.kind === "constant" && (value.value === "now" || value.value === "today");
