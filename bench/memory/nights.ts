import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PawlConfig, createEngine, openProject, writeLock } from "@pawl/core";
import { isolate } from "@pawl/sandbox-isolate";
import { execa } from "execa";
import { GOOD, START, SURFACE } from "./features.ts";
import { better, demand, scripted } from "./plugins.ts";

/** What several runs on one lock came to. */
export interface Nights {
  readonly experiments: number;
  /** Experiments that tried what an earlier one of these runs had shown to be a dead end. */
  readonly repeats: number;
  /** Those of them that were run in the sandbox: the others the engine recognised. */
  readonly executedRepeats: number;
  /** Of all runs together, how many of the good ideas were found. */
  readonly found: number;
}

export interface NightsOptions {
  readonly memory: boolean;
  readonly seed: number;
  readonly runs: number;
  /** In each run. */
  readonly experiments: number;
}

/** Runs several nights on one lock, each from the same start. */
export async function playNights({ memory, seed, runs, experiments }: NightsOptions): Promise<Nights> {
  const root = await mkdtemp(join(tmpdir(), "pawl-memory-"));
  try {
    await writeFile(join(root, SURFACE), START);
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Pawl", "-c", "user.email=pawl@localhost", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    const config = (run: number): PawlConfig => ({
      surface: SURFACE,
      proposer: scripted({ memory, seed: 1_000 * seed + run }),
      executor: isolate(),
      scorer: demand(),
      gates: [better()],
      limits: { wallMs: 5_000, memoryMb: 64 },
      budget: { experiments },
    });
    await writeLock(await openProject(config(0), { root }), { signal: new AbortController().signal });
    const dead = new Set<string>();
    const total = { experiments: 0, repeats: 0, executedRepeats: 0, found: 0 };
    for (let run = 0; run < runs; run += 1) {
      const engine = createEngine(config(run), { root });
      const ideas = new Map<number, string>();
      engine.on("experiment.proposed", ({ data }) => void ideas.set(data.experiment, String(data.memo)));
      engine.on("experiment.finished", ({ data: { experiment, status, measured } }) => {
        const idea = ideas.get(experiment);
        if (experiment === 0 || idea === undefined) return;
        total.experiments += 1;
        if (status === "kept" && GOOD.has(idea)) total.found += 1;
        if (status === "kept") return;
        if (dead.has(idea)) {
          total.repeats += 1;
          if (measured !== undefined) total.executedRepeats += 1;
        }
        dead.add(idea);
      });
      await engine.run().result;
    }
    return total;
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
