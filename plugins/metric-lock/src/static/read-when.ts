import type { Files } from "@pawl/plugin";
import type { Detector, TextDetector } from "../detector.ts";
import { bringsWords } from "./new-words.ts";

/**
 * Puts off what takes time. Reading a text takes a few milliseconds: nothing beside a call of a model, and much beside an
 * experiment of twenty. So a text with new words is read before it runs, and one with other numbers, or the same words in
 * other places, when it would otherwise be kept. Nothing is kept unread; and what was read is read again where another
 * content has become champion since.
 */
export function readWhenItMatters(detector: TextDetector): Detector {
  const { inspect } = detector;
  if (inspect === undefined) return detector;
  const readAgainst = new WeakMap<Files, Files>();
  return {
    ...detector,
    inspect(candidate, context, signal) {
      const { files } = context.champion;
      if (!bringsWords(candidate.files, files)) return undefined;
      readAgainst.set(candidate.files, files);
      return inspect(candidate, context, signal);
    },
    judge(trial, signal) {
      const { candidate, champion } = trial;
      return readAgainst.get(candidate.files) === champion.files ? undefined : inspect(candidate, trial, signal);
    },
  };
}
