import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import type { Fact } from "../read/fact.ts";
import { type Change, type Reading, changesOf, placeOf } from "../read/source.ts";
import { type Value, constant } from "../read/value.ts";

export const seedsOptions = z.strictObject({
  /** Functions that may get seeds of the surface's own, such as `numpy.random.default_rng`. */
  allow: z.array(z.string()).default([]),
});

/** The variable in which a program finds the seed that the host has drawn. */
const HOST_SEED = "PAWL_SEED";
/** What libraries call the functions, and the arguments, that take a seed. */
const SEEDED =
  /seed|(?:^|\.)(?:default_rng|RandomState|PRNGKey|PCG64(?:DXSM)?|MT19937|Philox|SFC64)$|^random\.Random$/i;
const SEED_KEY = /^jax\.random\.key$/;
const SEED_ARGUMENT = /^(?:.*_)?(?:seed|random_state)$/i;

/**
 * Sees that a surface chooses its own luck: by a seed in its text which the champion does not have, or by leaving out the
 * one that the host draws. Whoever may try many seeds finds one that looks like progress, and it looks so every time.
 */
export function seeds({ allow }: z.output<typeof seedsOptions>): TextDetector {
  return {
    name: "seeds",
    code: "PAWL_GAMING_SEED",
    severity: "hold",
    blindTo:
      "generators that are written in the surface, and seeds that are computed from what cannot be known by reading, while " +
      "the host's is read and not used",
    async inspect({ files }, { champion }) {
      const found = changesOf(files, champion.files).flatMap((change) => hits(change, new Set(allow)));
      if (found.length === 0) return null;
      const reason = `It chooses its own luck: ${[...new Set(found.map(({ what }) => what))].join(", ")}.`;
      return { reason, evidence: { found } };
    },
  };
}

type Hit = ReturnType<typeof placeOf> & { readonly what: string };

function hits({ before, after }: Change, allow: ReadonlySet<string>): Hit[] {
  const known = new Set(before?.facts.map((fact) => ownSeed(fact)));
  const mayBegin = before !== undefined && keepsHostSeed(before) && keepsHostSeed(after) && isFirst(before, after);
  const own = after.facts.flatMap((fact) => {
    const seed = ownSeed(fact);
    return seed === undefined || known.has(seed) || allow.has(fact.name) || (mayBegin && isUsual(fact))
      ? []
      : [{ what: seed, ...placeOf(after, fact.at) }];
  });
  const lost = before !== undefined && after.unread === undefined && readsHostSeed(before) && !readsHostSeed(after);
  return lost ? [...own, { what: `no longer the host's ${HOST_SEED}`, ...placeOf(after, 0) }] : own;
}

/** Seeds that everybody writes when it does not matter which: there is nothing to hunt among them. */
const USUAL: ReadonlySet<unknown> = new Set([0, 1, 42]);

const isUsual = (fact: Fact): boolean => {
  const [, seed] = seedIn(fact) ?? [];
  return seed?.kind === "constant" && USUAL.has(seed.value);
};

/** Whether a generator still gets a seed that is not in the text, such as the host's. */
const keepsHostSeed = (reading: Reading): boolean =>
  readsHostSeed(reading) &&
  reading.facts.some((fact) => {
    const found = seedIn(fact);
    return found !== undefined && found[1] !== undefined && fixed(found[1]) === undefined;
  });

/** Whether a text gives a generator beside the host's its first seed, and one alone: another one later is a choice. */
function isFirst(before: Reading, after: Reading): boolean {
  const own = new Set(after.facts.map(ownSeed).filter((seed) => seed !== undefined));
  return own.size === 1 && before.facts.every((fact) => ownSeed(fact) === undefined);
}

/** The seed that a text gives to a library, in words; `undefined` where it gives none, or one that it got from elsewhere. */
function ownSeed(fact: Fact): string | undefined {
  const [name, seed] = seedIn(fact) ?? [];
  const text = seed === undefined ? undefined : fixed(seed);
  return text === undefined ? undefined : `${name}(${text})`;
}

function seedIn(fact: Fact): readonly [name: string, seed: Value | undefined] | undefined {
  if (fact.op === "argument" && SEED_ARGUMENT.test(fact.name)) return [fact.name, constant(fact.value)];
  const takesOne = fact.op === "call" && (SEEDED.test(fact.name) || SEED_KEY.test(fact.name));
  return takesOne ? [fact.name, fact.args[0]] : undefined;
}

/** A value that is the same in every run. */
function fixed(value: Value): string | undefined {
  if (value.kind === "constant")
    return value.value === null || value.value === undefined ? undefined : String(value.value);
  if (value.kind !== "list" || value.open || value.items.length === 0) return undefined;
  const items = value.items.map(fixed);
  return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
}

const readsHostSeed = ({ constants, facts }: Reading): boolean =>
  constants.some(({ value }) => value === HOST_SEED) || facts.some(({ name }) => name.endsWith(`.${HOST_SEED}`));
