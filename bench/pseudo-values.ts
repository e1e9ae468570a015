import { averagePrecision, type BinaryLabel, precisionAtK, recallAtK, rocAuc } from "@pawl/scorer-tabular";
import { pairedInterval } from "@pawl/statistics";
import { SimulatedRun } from "./noise/simulated-run.ts";
import { Stream } from "./noise/draws.ts";

/**
 * How often one of two rankings that are equal in law is called better at 5 %: by the improvement gate, and by a plain t
 * interval, from the pseudo-values of the metric. 400 rows, 2,000 comparisons for each line; `PAWL_SEED=2` for others.
 */
const COMPARISONS = 2_000;
const ROWS = 400;
const SEED = Number(process.env["PAWL_SEED"] ?? 1);

type Ranking = (scores: readonly number[], labels: readonly BinaryLabel[]) => { readonly samples: readonly number[] };
const METRICS: readonly (readonly [name: string, metric: Ranking])[] = [
  ["average precision", averagePrecision],
  ["ROC-AUC", rocAuc],
  ["precision at 5 %", (scores, labels) => precisionAtK(scores, labels, { fraction: 0.05 })],
  ["recall at 30", (scores, labels) => recallAtK(scores, labels, 30)],
];

/** Labels, and two lists of scores that have the same signal, luck that they share, and luck of their own. */
function draw(stream: Stream, positive: number) {
  const labels = Array.from({ length: ROWS }, (_, row): BinaryLabel => {
    // One of each kind at least, or there is nothing to rank.
    if (row < 2) return row === 0 ? 1 : 0;
    return stream.uniform() < positive ? 1 : 0;
  });
  const shared = labels.map((label) => 1.5 * label + stream.normal());
  const own = (): number[] => shared.map((one) => one + 0.7 * stream.normal());
  return { labels, candidate: own(), champion: own() };
}

async function compare(metric: Ranking, positive: number) {
  const stream = new Stream(SEED);
  let [byGate, byInterval] = [0, 0];
  for (let comparison = 0; comparison < COMPARISONS; comparison += 1) {
    const { labels, candidate, champion } = draw(stream, positive);
    const [samples, others] = [metric(candidate, labels).samples, metric(champion, labels).samples];
    const run = await SimulatedRun.begin({ experiments: 1, cases: ROWS, seed: SEED + comparison });
    run.setChampion(0, others);
    if ((await run.ask(1, samples)).kept) byGate += 1;
    const interval = pairedInterval(
      samples.map((sample, row) => sample - others[row]!),
      0.9,
    );
    if (interval.low! > 0) byInterval += 1;
  }
  return { gate: byGate / COMPARISONS, "t interval": byInterval / COMPARISONS };
}

export async function benchPseudoValues(): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const [name, metric] of METRICS) {
    for (const positive of [0.05, 0.3]) {
      rows.push({ metric: name, "share of positives": positive, ...(await compare(metric, positive)) });
    }
  }
  console.log(`seed ${SEED}, ${COMPARISONS} comparisons`);
  console.table(rows);
}

if (import.meta.main) await benchPseudoValues();
