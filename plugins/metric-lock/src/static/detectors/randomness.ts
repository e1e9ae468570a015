import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import type { Fact } from "../read/fact.ts";
import type { Change } from "../read/source.ts";
import type { Value } from "../read/value.ts";
import { type Hit, factDetector, isUnder, names } from "./fact-detector.ts";

export const randomnessOptions = z.strictObject({
  /** Sources that the surface may draw from, such as `Math.random`. */
  allow: z.array(z.string()).default([]),
  /** The surface is random by nature, and the scorer knows how to judge one. */
  stochastic: z.boolean().default(false),
});

const JAVASCRIPT = names("Math.random NativeMath.random NativeMathf.random crypto");
const PYTHON = names("random secrets os.urandom os.getrandom uuid.uuid1 uuid.uuid4 random.SystemRandom");
const SEEDED_BY_ARGUMENT = names(
  "numpy.random.default_rng numpy.random.RandomState numpy.random.seed random.Random random.seed " +
    "numpy.random.SeedSequence numpy.random.PCG64 numpy.random.PCG64DXSM numpy.random.MT19937 numpy.random.Philox numpy.random.SFC64",
);

/** Sees that a surface draws random numbers that nobody seeded: its score is then partly luck, and luck can be hunted. */
export function randomness({ allow, stochastic }: z.output<typeof randomnessOptions>): TextDetector {
  return factDetector({
    name: "randomness",
    code: "PAWL_GAMING_RANDOM",
    severity: "hold",
    blindTo: "a seed of its own, which another detector looks for",
    sentence: "It draws random numbers without a seed",
    allow,
    look: (fact, change) => {
      if (stochastic) return undefined;
      return change.after.language === "python" ? python(fact, change) : javascript(fact);
    },
  });
}

function javascript(fact: Fact): Hit | undefined {
  if (fact.op === "read" && isUnder(fact.name, JAVASCRIPT)) return { what: fact.name, severity: "hold" };
  const handed = fact.op === "escape" || fact.op === "unknown key";
  return handed && fact.name === "Math"
    ? { what: "a function of Math that cannot be told", severity: "hold" }
    : undefined;
}

function python(fact: Fact, { after }: Change): Hit | undefined {
  if (fact.op === "call" && SEEDED_BY_ARGUMENT.has(fact.name)) {
    const [seed] = fact.args;
    // `None` is no seed either.
    const none = seed === undefined || (seed.kind === "constant" && (seed.value ?? null) === null);
    return none ? { what: `${fact.name} without a seed`, severity: "hold" } : undefined;
  }
  if (fact.op === "call" && fact.name === "builtins.hash" && fact.args.some(isText))
    return { what: "the hash of a text, which is another one in every process", severity: "hold" };
  if (fact.op !== "read" || SEEDED_BY_ARGUMENT.has(fact.name) || fact.name === "random") return undefined;
  const module = isUnder(fact.name, PYTHON)
    ? "random"
    : /^numpy\.random\.[a-z]/.test(fact.name)
      ? "numpy.random"
      : undefined;
  if (module === undefined) return undefined;
  const seeded = after.facts.some(
    (other) => other.op === "call" && other.name === `${module}.seed` && other.args.length > 0,
  );
  return seeded && !/^(?:secrets|os|uuid)/.test(fact.name) ? undefined : { what: fact.name, severity: "hold" };
}

const isText = (value: Value): boolean =>
  value.kind === "constant" ? typeof value.value === "string" : value.kind === "unknown" && value.type === "string";
