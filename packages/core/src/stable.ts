import type { GateVerdict, Json } from "@pawl/plugin";
import type { PawlEvent } from "./events.ts";

/**
 * The part of an event that does not depend on the clock: two runs with the same seed at concurrency 1 agree on it.
 * Left out are times, what was measured, the hashes and commits that are made from them, and the notes in the evidence
 * of verdicts, which say how far a gate came in the time that it had.
 */
export function stable({ seq, run, type, version, data }: PawlEvent): {
  seq: number;
  run: string | null;
  type: string;
  version: number;
  data: Record<string, unknown>;
} {
  const { measured: _measured, commit: _commit, base: _base, ...rest } = data as Record<string, unknown>;
  // In a commit event `parent` is a commit; in an experiment it is an experiment.
  if (type === "champion.committed") delete rest["parent"];
  // Exchanges with models carry the time that they took.
  if (type === "gateway.used" || type === "experiment.proposed") delete rest["exchanges"];
  if (type === "experiment.finished") rest["verdicts"] = data.verdicts.map(withoutNotes);
  return { seq, run, type, version, data: rest };
}

function withoutNotes(verdict: GateVerdict): GateVerdict {
  const { evidence } = verdict;
  if (typeof evidence !== "object" || evidence === null || Array.isArray(evidence) || !("notes" in evidence)) {
    return verdict;
  }
  const { notes: _notes, ...rest } = evidence as Record<string, Json>;
  return { ...verdict, evidence: rest };
}
