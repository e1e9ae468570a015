import type { Failure, RunState, Summary } from "@pawl/core";

/** A count and what it counts. */
export interface Count {
  readonly label: string;
  readonly count: number;
}

const FAILURES: Readonly<Record<Exclude<Failure, "crashed" | "timeout">, string>> = {
  "out-of-memory": "out of memory",
  "output-limit": "too much output",
  violation: "broke the rules",
  "invalid-proposal": "not applicable",
  "invalid-score": "without a score",
  "out-of-budget": "out of money",
};

/** Kept, rejected, held, crashed and timed out, always; the rarer failures where there are any. */
export function countsOf(run: Pick<Summary, "kept" | "rejected" | "held" | "failed"> | RunState): Count[] {
  const failed = run.failed instanceof Map ? Object.fromEntries(run.failed) : run.failed;
  const rare = Object.entries(FAILURES).map(([failure, label]) => ({ label, count: failed[failure as Failure] ?? 0 }));
  return [
    { label: "kept", count: run.kept },
    { label: "rejected", count: run.rejected },
    { label: "held", count: run.held },
    { label: "crashed", count: failed.crashed ?? 0 },
    { label: "timed out", count: failed.timeout ?? 0 },
    ...rare.filter(({ count }) => count > 0),
  ];
}

/** `12 kept · 80 rejected · …` */
export function countsText(run: Parameters<typeof countsOf>[0]): string {
  return countsOf(run)
    .map(({ label, count }) => `${count.toLocaleString("en-US")} ${label}`)
    .join(" · ");
}
