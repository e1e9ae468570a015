import type { PawlEvent } from "./events.ts";

/**
 * The part of an event that does not depend on the clock: two runs with the same seed at concurrency 1 agree on it.
 * Left out are times, what was measured, and the hashes and commits that are made from them.
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
  return { seq, run, type, version, data: rest };
}
