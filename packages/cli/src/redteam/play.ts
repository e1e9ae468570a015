import {
  type ExperimentFinished,
  type PawlConfig,
  PawlError,
  type Proposal,
  createEngine,
  defineGate,
  defineProposer,
  openProject,
  reject,
  writeLock,
} from "@pawl/core";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Scratch } from "./scratch.ts";
import { WOULD_BE_KEPT } from "./result.ts";

/** Something to be tried. */
export interface Play<T> {
  readonly item: T;
  readonly proposal: Proposal;
}

/** How it ended, or the error that stopped the engine over it. */
export type Played<T> = { readonly item: T } & (
  | { readonly finished: ExperimentFinished }
  | { readonly error: PawlError }
);

/** Stands last, and stops what everything else has let through: so the champion stays the user's own surface. */
const wouldBeKept = defineGate({
  name: "pawl-redteam",
  version: "1",
  create: () => ({ beforeCommit: async () => reject(WOULD_BE_KEPT, "every gate of the config has passed it") }),
});

/**
 * Plays contents through the engine, one experiment each, against the config's own gates or some of them. All are
 * judged against the surface as it stands.
 */
export async function* play<T>(
  config: PawlConfig,
  { root, configFile, repository }: Scratch,
  plays: AsyncIterator<Play<T>, undefined>,
  { count, signal }: { count: number; signal: AbortSignal },
): AsyncGenerator<Played<T>> {
  // Events reach us later than the engine goes on, so an end is told from the others by its number.
  const waiting = new Map<number, T>();
  let done = false;
  const proposer = defineProposer({
    name: "pawl-redteam",
    create: () => ({
      async propose({ experiment }) {
        const next = await plays.next();
        done = next.done === true;
        if (next.done === true) return null;
        const { item, proposal } = next.value;
        waiting.set(experiment, item);
        return proposal;
      },
    }),
  });
  const tried = {
    ...config,
    gates: [...config.gates, wouldBeKept()],
    proposer: proposer(),
    ...unbounded(config, count),
  };
  const place = { root, configFile };
  await relock({ root, repository }, tried, place, signal);
  while (!done) {
    const run = createEngine(tried, place).run({ signal });
    let broken: PawlError | undefined;
    try {
      for await (const event of run) {
        if (event.type !== "experiment.finished") continue;
        const item = waiting.get(event.data.experiment);
        if (item === undefined) continue;
        waiting.delete(event.data.experiment);
        yield { item, finished: event.data };
      }
      await run.result;
    } catch (error) {
      // An error in the middle of an experiment belongs to what was tried; another run goes on with the next.
      if (signal.aborted || !(error instanceof PawlError) || waiting.size === 0) throw error;
      broken = error;
    }
    for (const item of waiting.values()) {
      if (broken === undefined) throw new Error("a run has ended before all that was proposed in it");
      yield { item, error: broken };
    }
    waiting.clear();
  }
}

/** As the user's config, but with room for everything that is tried, one after the other. */
export function unbounded({ budget }: PawlConfig, count: number): Pick<PawlConfig, "budget" | "concurrency"> {
  const experiments = Math.max(budget?.experiments ?? 100, count + 1);
  return { budget: { experiments, consecutiveFailures: experiments }, concurrency: 1 };
}

/** Locks a scratch project anew, whatever was locked there before. */
export async function relock(
  { root, repository }: Pick<Scratch, "root" | "repository">,
  config: PawlConfig,
  place: { root: string; configFile: string },
  signal: AbortSignal,
): Promise<void> {
  await rm(join(repository, ".pawl"), { recursive: true, force: true });
  await rm(join(root, "pawl.lock.json"), { force: true });
  const project = await openProject(config, place);
  try {
    await writeLock(project, { signal });
  } finally {
    await project.plugins.executor.instance.close?.();
    await project.plugins.proposer.instance.close?.();
  }
}
