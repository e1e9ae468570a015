import { z } from "zod";
import { carriedStateOptions } from "./detectors/carried-state.ts";
import { clocksOptions } from "./detectors/clocks.ts";
import { dynamicCodeOptions } from "./detectors/dynamic-code.ts";
import { entropyOptions } from "./detectors/entropy.ts";
import { hiddenTextOptions } from "./detectors/hidden-text.ts";
import { honeytokensOptions } from "./detectors/honeytokens.ts";
import { inputLiteralsOptions } from "./detectors/input-literals.ts";
import { probingOptions } from "./detectors/probing.ts";
import { randomnessOptions } from "./detectors/randomness.ts";
import { rareBranchesOptions } from "./detectors/rare-branches.ts";
import { resultHooksOptions } from "./detectors/result-hooks.ts";
import { seedsOptions } from "./detectors/seeds.ts";
import { stackTracesOptions } from "./detectors/stack-traces.ts";
import { tamperingOptions } from "./detectors/tampering.ts";
import { unreadOptions } from "./detectors/unread.ts";

/** A detector's options, or `false` to do without it. */
const orOff = <S extends z.ZodObject>(options: S) => z.union([z.literal(false), options]).prefault({} as never);

/** Options of the detectors that read the candidate's text, or `false` to do without all of them. */
export const staticOptions = z
  .union([
    z.literal(false),
    z.strictObject({
      honeytokens: orOff(honeytokensOptions),
      tampering: orOff(tamperingOptions),
      dynamicCode: orOff(dynamicCodeOptions),
      stackTraces: orOff(stackTracesOptions),
      resultHooks: orOff(resultHooksOptions),
      probing: orOff(probingOptions),
      clocks: orOff(clocksOptions),
      randomness: orOff(randomnessOptions),
      seeds: orOff(seedsOptions),
      carriedState: orOff(carriedStateOptions),
      hiddenText: orOff(hiddenTextOptions),
      inputLiterals: orOff(inputLiteralsOptions),
      rareBranches: orOff(rareBranchesOptions),
      entropy: orOff(entropyOptions),
      unread: orOff(unreadOptions),
      /**
       * Which candidates are read before they run: those with a word that the champion does not have, or all of them. The
       * others are read before they are kept.
       */
      readFirst: z.enum(["newWords", "all"]).default("newWords"),
    }),
  ])
  .prefault({});

export type StaticOptions = z.output<typeof staticOptions>;
