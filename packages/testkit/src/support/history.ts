import type { ExperimentRecord, History } from "@pawl/plugin";

/** A history over a list that may grow; what it gives is frozen. */
export function historyOf(records: readonly ExperimentRecord[]): History {
  return {
    get length() {
      return records.length;
    },
    recent: (count) => Object.freeze(records.slice(Math.max(0, records.length - count))),
    kept: () => Object.freeze(records.filter(({ status }) => status === "kept")),
  };
}
