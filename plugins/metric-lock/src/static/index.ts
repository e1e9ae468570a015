import type { Detector, TextDetector } from "../detector.ts";
import { carriedState } from "./detectors/carried-state.ts";
import { clocks } from "./detectors/clocks.ts";
import { dynamicCode } from "./detectors/dynamic-code.ts";
import { entropy } from "./detectors/entropy.ts";
import { hiddenText } from "./detectors/hidden-text.ts";
import { honeytokens } from "./detectors/honeytokens.ts";
import { inputLiterals } from "./detectors/input-literals.ts";
import { probing } from "./detectors/probing.ts";
import { randomness } from "./detectors/randomness.ts";
import { rareBranches } from "./detectors/rare-branches.ts";
import { resultHooks } from "./detectors/result-hooks.ts";
import { seeds } from "./detectors/seeds.ts";
import { stackTraces } from "./detectors/stack-traces.ts";
import { tampering } from "./detectors/tampering.ts";
import { unread } from "./detectors/unread.ts";
import type { StaticOptions } from "./options.ts";
import { readWhenItMatters } from "./read-when.ts";

/** Detectors that read the candidate's text, cheapest first: those that need the inputs come last. */
export function staticDetectors(options: StaticOptions): readonly Detector[] {
  if (options === false) return [];
  const make = <O>(given: O | false, detector: (options: O) => TextDetector): TextDetector[] =>
    given === false ? [] : [detector(given)];
  const detectors = [
    ...make(options.honeytokens, honeytokens),
    ...make(options.tampering, tampering),
    ...make(options.dynamicCode, dynamicCode),
    ...make(options.stackTraces, stackTraces),
    ...make(options.resultHooks, resultHooks),
    ...make(options.probing, probing),
    ...make(options.clocks, clocks),
    ...make(options.randomness, randomness),
    ...make(options.seeds, seeds),
    ...make(options.carriedState, carriedState),
    ...make(options.hiddenText, hiddenText),
    ...make(options.inputLiterals, inputLiterals),
    ...make(options.rareBranches, rareBranches),
    ...make(options.entropy, entropy),
    ...make(options.unread, unread),
  ];
  return detectors.map((detector) => readWhenItMatters(detector, options.readFirst));
}
