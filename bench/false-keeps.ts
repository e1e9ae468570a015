import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { SCORES, SKEWED } from "./noise/draws.ts";
import { type Job, type Row, work } from "./noise/nights.ts";

/**
 * Whether the improvement gate keeps its word: simulated nights of 1,000 candidates, correlated through the champion's
 * luck on the shared cases, whose scores have heavy tails. `pnpm bench false-keeps`; `PAWL_NIGHTS=200` for a quick look.
 */
const NIGHTS = Number(process.env["PAWL_NIGHTS"] ?? 2_000);
const EFFECTS = [-0.2, 0, 0.1, 0.2, 0.5];

const TABLES: readonly (readonly [title: string, jobs: readonly Job[]])[] = [
  [
    "Nights of 1,000 candidates that are no better; control: fwer, falseKeeps: 0.05",
    Object.keys(SCORES).map((scores) => ({ kind: "nights", scores, nights: NIGHTS, cases: 200 })),
  ],
  [
    "Nights of 900 that are no better and 100 that are better by 0.4 sd of the difference; falseKeeps: 0.05",
    Object.keys(SCORES).map((scores) => ({ kind: "mixed", scores, nights: NIGHTS, cases: 200 })),
  ],
  [
    "Not covered without bounds: nights of 1,000 candidates whose gain is zero on average, but skewed",
    [
      ...Object.keys(SKEWED).map((scores): Job => ({
        kind: "skewed",
        scores,
        nights: NIGHTS / 4,
        cases: 200,
        bounds: false,
      })),
      ...Object.keys(SKEWED)
        .slice(3)
        .map((scores): Job => ({ kind: "skewed", scores, nights: NIGHTS / 4, cases: 200, bounds: true })),
    ],
  ],
  [
    "Power among 1,000 experiments, by effect in sd of the paired difference; control: fwer",
    ["normal", "Student t, 3 degrees", "lognormal"].flatMap((scores) =>
      [500, 2_000, 10_000].flatMap((cases) =>
        EFFECTS.map((effect): Job => ({ kind: "power", scores, effect, cases, runs: Math.min(NIGHTS, 500) })),
      ),
    ),
  ],
];

export async function benchFalseKeeps(): Promise<void> {
  const threads = Array.from({ length: Math.min(availableParallelism(), 4) }, () => {
    return new Worker(fileURLToPath(import.meta.url));
  });
  try {
    for (const [title, jobs] of TABLES) {
      const rows: Row[] = [];
      const waiting = [...jobs.entries()];
      await Promise.all(
        threads.map(async (thread) => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            thread.postMessage(next[1]);
            [rows[next[0]]] = (await once(thread, "message")) as [Row];
          }
        }),
      );
      console.log(`\n${title}`);
      console.table(rows.map(rounded));
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

const rounded = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? Number(value.toPrecision(3)) : value]),
  );

if (!isMainThread) parentPort?.on("message", (job: Job) => parentPort?.postMessage(work(job)));
else if (import.meta.main) await benchFalseKeeps();
