/**
 * What each part of proposer-search contributes on the two examples: full runs of the engine with the real sandbox and
 * the real gates, with each part switched off in turn.
 *
 *   node bench/ablations.ts [experiments] [seeds] [fraud|pricing]
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, openProject, type PawlConfig, type Summary, writeLock } from "@pawl/core";
import { search } from "@pawl/proposer-search";
import { mean } from "./problems/statistics.ts";

const experiments = Number(process.argv[2] ?? process.env["BENCH_EXPERIMENTS"] ?? 150);
const seeds = Number(process.argv[3] ?? process.env["BENCH_SEEDS"] ?? 1);
const examples = process.argv[4] === undefined ? ["fraud", "pricing"] : [process.argv[4]];

const VARIANTS = {
  "all parts": {},
  "no tuning": { tune: false },
  "no structure": { structure: false },
  "no crossover": { crossover: false },
  "no bandit": { bandit: false },
} satisfies Record<string, Parameters<typeof search>[0]>;

/** One run of an example in a scratch repository of its own. */
async function runExample(example: string, options: Parameters<typeof search>[0], seed: number): Promise<Summary> {
  const source = join(import.meta.dirname, "..", "examples", example);
  const root = await mkdtemp(join(tmpdir(), `pawl-bench-${example}-`));
  try {
    const files = (await readdir(source)).filter((file) => /(?<!\.test)\.ts$/.test(file));
    for (const file of files) await copyFile(join(source, file), join(root, file));
    const git = (...args: string[]): void => {
      const as = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
      execFileSync("git", [...as, ...args], { cwd: root });
    };
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "start");
    const base = ((await import(join(source, "pawl.config.ts"))) as { default: PawlConfig }).default;
    const config: PawlConfig = { ...base, proposer: search(options), budget: { experiments }, seed };
    const { signal } = new AbortController();
    await writeLock(await openProject(config, { root }), { signal });
    return await createEngine(config, { root }).run({ signal }).result;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

for (const example of examples) {
  const rows: Record<string, unknown>[] = [];
  for (const [name, options] of Object.entries(VARIANTS)) {
    const started = performance.now();
    const summaries: Summary[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) summaries.push(await runExample(example, options, seed));
    const average = (pick: (summary: Summary) => number | null | undefined): number =>
      Number(mean(summaries.map((each) => pick(each) ?? Number.NaN)).toPrecision(5));
    rows.push({
      example,
      variant: name,
      baseline: average((each) => each.baseline?.validation),
      champion: average((each) => each.champion?.validation),
      "exam before": average((each) => each.exam?.baseline.score),
      "exam after": average((each) => each.exam?.champion.score),
      kept: average((each) => each.kept),
      failed: average((each) => Object.values(each.failed).reduce((a, b) => a + b, 0)),
      s: Math.round((performance.now() - started) / 1000),
    });
  }
  console.log(`${example}: ${experiments} experiments, ${seeds} seeds, means`);
  console.table(rows);
}
