import type { Files } from "@pawl/plugin";
import { type Detector, type TextDetector, severityOf } from "../detector.ts";
import { bringsWords } from "./new-words.ts";

/** Which texts are read before they run: those with a word that the champion does not have, or all. */
export type ReadFirst = "newWords" | "all";

/**
 * Puts off what takes time, a machine's or a person's.
 *
 * Reading a text takes a few milliseconds: nothing beside a call of a model, and much beside an experiment of twenty. So a
 * text with new words is read before it runs, and one with other numbers, or the same words in other places, when it would
 * otherwise be kept. Nobody is asked about a candidate that would not be kept either: what holds is a note before the run,
 * and holds after the score. Nothing is kept unread; and what was read is read again where another content has become
 * champion since.
 */
export function readWhenItMatters(detector: TextDetector, readFirst: ReadFirst): Detector {
  const { inspect } = detector;
  if (inspect === undefined) return detector;
  const cleared = new WeakMap<Files, Files>();
  return {
    ...detector,
    inspect(candidate, context, signal) {
      const champion = context.champion.files;
      if (readFirst === "newWords" && !bringsWords(candidate.files, champion)) return undefined;
      return (async () => {
        const found = (await inspect(candidate, context, signal)) ?? null;
        const holds = found !== null && found.severity !== "note" && severityOf(detector, found) === "hold";
        if (holds) return { ...found, severity: "note" };
        cleared.set(candidate.files, champion);
        return found;
      })();
    },
    judge(trial, signal) {
      const { candidate, champion } = trial;
      return cleared.get(candidate.files) === champion.files ? undefined : inspect(candidate, trial, signal);
    },
  };
}
