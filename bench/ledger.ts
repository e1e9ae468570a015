/**
 * Does the ledger get slower as it grows? Compares a ledger of 10,000 events with one of 1,000,000: the cost of one
 * durable append, and the cost per event of reading everything back with every hash checked, as a resume does.
 *
 *   node bench/ledger.ts [large]      `large`: events in the large ledger, default 1,000,000
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ledger, NewEvent } from "../packages/core/src/ledger/ledger.ts";
import { openSqliteLedger } from "../packages/core/src/ledger/sqlite.ts";

const SMALL = 10_000;
const LARGE = Number(process.argv[2] ?? 1_000_000);
const RUN = "bench";
/** Events that one experiment writes, with one candidate kept as a blob. */
const EVENTS_PER_EXPERIMENT = 5;
const TARGET = 1.3;

function event(index: number): NewEvent {
  const samples = Array.from({ length: 12 }, (_, at) => Math.sin(index * 31 + at));
  return {
    type: `step-${index % EVENTS_PER_EXPERIMENT}`,
    version: 1,
    data: { experiment: index, score: 0.5, samples },
  };
}

/** About 1 kB, different for every index. */
function candidate(index: number): string {
  return `export default (input) => input.amount * ${index} + ${"0.125 * input.count + ".repeat(45)}${index};\n`;
}

async function fill(ledger: Ledger, size: number): Promise<void> {
  const batch = 2_000;
  for (let at = 0; at < size; at += batch) {
    const indexes = Array.from({ length: Math.min(batch, size - at) }, (_, offset) => at + offset);
    const blobs = indexes.filter((index) => index % EVENTS_PER_EXPERIMENT === 0).map(candidate);
    await ledger.append(RUN, indexes.map(event), blobs);
  }
}

async function wallMicroseconds(count: number, action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return ((performance.now() - start) * 1_000) / count;
}

/** For what waits for nothing: other programs on the machine change the wall time of a long read, but not this. */
async function cpuMicroseconds(count: number, action: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage();
  await action();
  const used = process.cpuUsage(start);
  return (used.user + used.system) / count;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Rounds of the small and the large ledger take turns, so that a noisy neighbour hits both. */
async function compare(
  name: string,
  rounds: number,
  measure: (ledger: Ledger, size: number) => Promise<number>,
): Promise<void> {
  const times = { small: [] as number[], large: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.small.push(await measure(small, SMALL));
    times.large.push(await measure(large, LARGE));
  }
  const [from, to] = [median(times.small), median(times.large)];
  const ratio = to / from;
  const verdict = ratio <= TARGET ? "ok" : "MISSED";
  console.log(
    `${name.padEnd(44)}${from.toFixed(1).padStart(12)}${to.toFixed(1).padStart(12)}${ratio.toFixed(2).padStart(9)}  ${verdict}`,
  );
  if (ratio > TARGET) process.exitCode = 1;
}

async function read(ledger: Ledger, run?: string): Promise<number> {
  let count = 0;
  const cost = await cpuMicroseconds(1, async () => {
    for await (const _ of ledger.events(run === undefined ? {} : { run })) count += 1;
  });
  return cost / count;
}

const folder = await mkdtemp(join(tmpdir(), "pawl-bench-ledger-"));
const small = await openSqliteLedger(join(folder, "small.sqlite"));
const large = await openSqliteLedger(join(folder, "large.sqlite"));
try {
  await fill(small, SMALL);
  await fill(large, LARGE);
  const megabytes = (await stat(join(folder, "large.sqlite"))).size / 1e6;
  console.log(`ledger of ${LARGE} events: ${megabytes.toFixed(0)} MB\n`);
  console.log(
    `${"microseconds per event".padEnd(44)}${String(SMALL).padStart(12)}${String(LARGE).padStart(12)}${"ratio".padStart(9)}  target ${TARGET}`,
  );

  // Warms the just-in-time compiler up, at nobody's expense.
  for (let round = 0; round < 5; round += 1) await read(small);
  await compare("read all, verified (audit; CPU)", 3, (ledger) => read(ledger));
  await compare("read one run, verified (resume; CPU)", 3, (ledger) => read(ledger, RUN));
  // Fresh numbers, so that every candidate is a new blob.
  let next = 1e9;
  await compare("append one event, durable (wall)", 15, (ledger) =>
    wallMicroseconds(200, async () => {
      for (let count = 0; count < 200; count += 1) await ledger.append(RUN, [event((next += 1))]);
    }),
  );
  await compare("append an event and a candidate (wall)", 15, (ledger) =>
    wallMicroseconds(200, async () => {
      for (let count = 0; count < 200; count += 1) {
        next += 1;
        await ledger.append(RUN, [event(next)], [candidate(next)]);
      }
    }),
  );
  await compare("newest event of a type (CPU)", 15, (ledger) =>
    cpuMicroseconds(1_000, async () => {
      for (let count = 0; count < 1_000; count += 1) await ledger.last({ run: RUN, type: `step-${count % 5}` });
    }),
  );
} finally {
  await small.close();
  await large.close();
  await rm(folder, { recursive: true, force: true });
}
