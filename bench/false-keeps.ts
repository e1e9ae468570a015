import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { SCORES, SKEWED } from "./noise/draws.ts";
import { type Control, type Job, type Sums, work } from "./noise/nights.ts";

/**
 * Whether the improvement gate keeps its word: simulated nights of 1,000 candidates, correlated through the champion's
 * luck on the shared cases and, in families, with each other, whose scores have heavy tails. All of it is asked of the gate
 * itself, block by block. `pnpm bench false-keeps`, some two hours of one core; `PAWL_NIGHTS=200` for a quick look,
 * `PAWL_SEED=2` for other nights, `PAWL_TABLES=power,mixed` for some of the tables.
 */
const NIGHTS = Number(process.env["PAWL_NIGHTS"] ?? 2_000);
const SEED = Number(process.env["PAWL_SEED"] ?? 1);
const RUNS = Math.min(NIGHTS, 500);
const CASES = 200;
const EFFECTS = [-0.2, 0, 0.1, 0.2, 0.5];
/** Nights of one piece of work for a thread. */
const PIECE = 50;

type Row = Readonly<Record<string, string | number>>;

/** One line of a table: how its nights are simulated, and what is shown of their sums. */
interface Line {
  readonly title: Row;
  readonly pieces: readonly Job[];
  show(sums: Sums): Row;
}

/** A job in pieces that do not depend on how many threads there are, each with a seed of its own. */
function piecesOf<J extends Job & { readonly nights: number }>(job: Omit<J, "seed">): J[] {
  const count = Math.ceil(job.nights / PIECE);
  return Array.from({ length: count }, (_, piece) => {
    const nights = Math.min(PIECE, job.nights - piece * PIECE);
    return { ...job, nights, seed: SEED * 1_000_000 + piece * 1_000 } as unknown as J;
  });
}

const share = (part: number | undefined, whole: number | undefined): number => part! / whole!;

function worthless(scores: string, control: Control, likeness: "champion" | "families"): Line {
  return {
    title: { scores, control, "alike through": likeness },
    pieces: piecesOf<Job & { kind: "nights" }>({
      kind: "nights",
      scores,
      control,
      likeness,
      nights: NIGHTS,
      cases: CASES,
    }),
    show: ({ nights, withKeep, single }) => ({
      nights: nights!,
      "nights with a keep": share(withKeep, nights),
      "one comparison at 0.05": share(single, nights),
    }),
  };
}

function mixed(scores: string, control: Control, nights: number, replaced = false): Line {
  return {
    title: { scores, control, champion: replaced ? "what was kept last" : "the first" },
    pieces: piecesOf<Job & { kind: "mixed" }>({ kind: "mixed", scores, control, replaced, nights, cases: CASES }),
    show: ({ nights: count, shares, found, better }) => ({
      nights: count!,
      "false share of the keeps": share(shares, count),
      "better ones kept": share(found, better),
    }),
  };
}

function skewed(scores: string, cases: number, bounds: boolean): Line {
  return {
    title: { differences: scores, cases, bounds: bounds ? "yes" : "no" },
    pieces: piecesOf<Job & { kind: "skewed" }>({ kind: "skewed", scores, nights: NIGHTS / 4, cases, bounds }),
    show: ({ nights, withKeep, single }) => ({
      nights: nights!,
      "nights with a keep": share(withKeep, nights),
      "one comparison at 0.05": share(single, nights),
    }),
  };
}

function power(scores: string, cases: number, effect: number): Line {
  return {
    title: { scores, cases, effect },
    pieces: [{ kind: "power", scores, effect, cases, runs: RUNS, seed: SEED * 1_000_000 }],
    show: ({ runs, kept, lost, changed, fdr, knownAfter, ran }) => ({
      kept: share(kept, runs),
      "lost by giving up": share(lost, runs),
      "kept by giving up": share(changed, runs),
      "kept, fdr after 9 keeps": share(fdr, runs),
      "known after (median)": Number.isNaN(knownAfter) ? "-" : knownAfter!,
      "share of cases run": share(ran, runs),
    }),
  };
}

const NAMES = Object.keys(SCORES);
const HEAVIEST = ["Student t, 2 degrees", "lognormal", "right or wrong"];
const SKEWED_NAMES = Object.keys(SKEWED);

const TABLES: Readonly<Record<string, readonly [title: string, lines: readonly Line[]]>> = {
  worthless: [
    "Nights of 1,000 candidates that are no better; falseKeeps: 0.05",
    [
      ...NAMES.map((scores) => worthless(scores, "fwer", "champion")),
      ...HEAVIEST.map((scores) => worthless(scores, "fwer", "families")),
      ...HEAVIEST.map((scores) => worthless(scores, "fdr", "champion")),
    ],
  ],
  power: [
    "Power among 1,000 experiments, by effect in sd of the paired difference; control: fwer",
    ["normal", "Student t, 3 degrees", "lognormal"].flatMap((scores) =>
      [500, 2_000, 10_000].flatMap((cases) => EFFECTS.map((effect) => power(scores, cases, effect))),
    ),
  ],
  skewed: [
    "Nights of 1,000 candidates whose gain is zero on average, but skewed",
    [
      ...SKEWED_NAMES.map((scores) => skewed(scores, CASES, false)),
      ...SKEWED_NAMES.slice(1, 3).map((scores) => skewed(scores, 100, false)),
      ...SKEWED_NAMES.slice(3).map((scores) => skewed(scores, CASES, true)),
    ],
  ],
  mixed: [
    "Nights of 900 that are no better and 100 that are better by 0.4 sd of the difference; falseKeeps: 0.05",
    [
      ...HEAVIEST.map((scores) => mixed(scores, "fdr", NIGHTS)),
      ...NAMES.filter((scores) => !HEAVIEST.includes(scores)).map((scores) => mixed(scores, "fdr", NIGHTS / 8)),
      ...HEAVIEST.map((scores) => mixed(scores, "fwer", NIGHTS / 8)),
      ...HEAVIEST.map((scores) => mixed(scores, "fdr", NIGHTS / 8, true)),
    ],
  ],
};

export async function benchFalseKeeps(): Promise<void> {
  const threads = Array.from({ length: Math.min(availableParallelism(), 4) }, () => {
    return new Worker(fileURLToPath(import.meta.url));
  });
  try {
    console.log(`seed ${SEED}, ${NIGHTS} nights`);
    const wanted = process.env["PAWL_TABLES"]?.split(",") ?? Object.keys(TABLES);
    for (const name of wanted) {
      const [title, lines] = TABLES[name]!;
      const sums: Record<string, number>[] = lines.map(() => ({}));
      const waiting = lines.flatMap(({ pieces }, line) => pieces.map((piece) => ({ line, piece })));
      await Promise.all(
        threads.map(async (thread) => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            thread.postMessage(next.piece);
            const [found] = (await once(thread, "message")) as [Sums];
            const sum = sums[next.line]!;
            for (const [key, value] of Object.entries(found)) sum[key] = (sum[key] ?? 0) + value;
          }
        }),
      );
      console.log(`\n${title}`);
      console.table(lines.map((line, index) => rounded({ ...line.title, ...line.show(sums[index]!) })));
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

const rounded = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? Number(value.toPrecision(3)) : value]),
  );

if (!isMainThread) parentPort?.on("message", async (job: Job) => parentPort?.postMessage(await work(job)));
else if (import.meta.main) await benchFalseKeeps();
