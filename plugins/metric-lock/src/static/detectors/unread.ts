import type { Files } from "@pawl/plugin";
import { z } from "zod";
import type { Finding, TextDetector } from "../../detector.ts";
import { type Reading, changesOf } from "../read/source.ts";

export const unreadOptions = z.strictObject({
  /** What happens to a changed file of a language that no detector can read: only said, or held for a person. */
  otherLanguages: z.enum(["note", "hold"]).default("note"),
});

/**
 * Says which changed files the static detectors could not read. A broken script is the sandbox's affair, but one that
 * ran although no parser understands it was written to be misread.
 */
export function unread({ otherLanguages }: z.output<typeof unreadOptions>): TextDetector {
  const found = (files: Files, champion: Files): readonly Reading[] =>
    changesOf(files, champion)
      .map(({ after }) => after)
      .filter((reading) => reading.unread !== undefined);
  return {
    name: "unread",
    code: "PAWL_GAMING_UNREAD",
    severity: "hold",
    blindTo: "what the files that it names contain",
    async inspect({ files }, { champion }) {
      const readings = found(files, champion.files);
      const foreign = readings.filter((reading) => reading.foreign);
      if (otherLanguages === "hold" && foreign.length > 0) return findingOf(foreign);
      return readings.length === 0 ? null : findingOf(readings, "note");
    },
    async beforeCommit({ candidate, champion }) {
      const readings = found(candidate.files, champion.files).filter(({ foreign }) => !foreign);
      return readings.length === 0 ? null : findingOf(readings);
    },
  };
}

const findingOf = (readings: readonly Reading[], severity?: "note"): Finding => ({
  reason: "It could not be read, and so nothing can be said of what it does.",
  evidence: { files: readings.map(({ path, unread: why = "" }) => ({ file: path, why })) },
  ...(severity !== undefined && { severity }),
});
