import { type Files, type InspectContext, type Plugin, type Trial, defineGate } from "@pawl/plugin";
import { z } from "zod";
import type { Detector, Finding, Severity } from "./detector.ts";
import { gateOf } from "./metric-lock.ts";

type Answer = Finding | null;

/** What a detector sees of a candidate before anything of it runs. */
export interface TextToLookAt<O> {
  readonly files: Files;
  /** The content to beat: what it does already is accepted. */
  readonly champion: Files;
  readonly context: InspectContext;
  readonly options: O;
  readonly signal: AbortSignal;
}

/** What a detector sees of a candidate that has been measured. */
export interface TrialToLookAt<O> {
  readonly trial: Trial;
  readonly options: O;
  readonly signal: AbortSignal;
}

type Answered = Answer | Promise<Answer>;

/** The one function of a detector, under the name of the step in which it looks. */
export type Look<O> =
  | { inspect(look: TextToLookAt<O>): Answered; judge?: never; beforeCommit?: never }
  | { judge(look: TrialToLookAt<O>): Answered; inspect?: never; beforeCommit?: never }
  | { beforeCommit(look: TrialToLookAt<O>): Answered; inspect?: never; judge?: never };

/** A detector of one's own. */
export type DetectorDefinition<S extends z.ZodObject> = {
  /** The package's name, or any other. */
  readonly name: string;
  /** Goes into the lock: a new version is a new metric until a human accepts it. */
  readonly version?: string;
  /** Capitals, digits and underscores, with your own prefix: `ACME_TALKS_TOO_MUCH`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it cannot see, in one honest sentence. */
  readonly blindTo: string;
  /** Validated before a run begins. */
  readonly options?: S;
} & Look<z.output<S>>;

/**
 * Makes a gate of one function that looks for one mechanism of gaming. Cheap looks at the text are called `inspect`,
 * looks at a score `judge`, and costly ones, which run only for a would-be champion, `beforeCommit`. A function that
 * throws rejects the candidate.
 *
 * @example
 * export const noShouting = defineDetector({
 *   name: "no-shouting",
 *   code: "ACME_SHOUTING",
 *   severity: "hold",
 *   blindTo: "shouting in other languages",
 *   options: z.object({ most: z.int().default(3) }),
 *   inspect: ({ files, options }) => {
 *     const shouts = Object.values(files).join("\n").match(/!/g)?.length ?? 0;
 *     return shouts > options.most ? { reason: "It shouts.", evidence: { shouts } } : null;
 *   },
 * });
 */
export function defineDetector<S extends z.ZodObject = z.ZodObject<{}>>(
  definition: DetectorDefinition<S>,
): Plugin<"gate", S> {
  const { name, version, options } = definition;
  return defineGate<S>({
    name,
    ...(version === undefined ? {} : { version }),
    ...(options === undefined ? {} : { options }),
    create: (given) => gateOf([detectorOf(definition, given)]),
  });
}

function detectorOf<S extends z.ZodObject>(definition: DetectorDefinition<S>, options: z.output<S>): Detector {
  const { name, code, severity, blindTo, inspect, judge, beforeCommit } = definition;
  return {
    name,
    code,
    severity,
    blindTo,
    ...(inspect !== undefined && {
      inspect: async ({ files }, context, signal) =>
        inspect.call(definition, { files, champion: context.champion.files, context, options, signal }),
    }),
    ...(judge !== undefined && {
      judge: async (trial, signal) => judge.call(definition, { trial, options, signal }),
    }),
    ...(beforeCommit !== undefined && {
      beforeCommit: async (trial, signal) => beforeCommit.call(definition, { trial, options, signal }),
    }),
  };
}
