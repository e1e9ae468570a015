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
  plays: AsyncIterator<Play<T>>,
  { count, signal }: { count: number; signal: AbortSignal },
): AsyncGenerator<Played<T>> {
  let current: Play<T> | undefined;
  let done = false;
  const proposer = defineProposer({
    name: "pawl-redteam",
    create: () => ({
      async propose() {
        const next = await plays.next();
        done = next.done === true;
        current = done ? undefined : (next.value as Play<T>);
        return current?.proposal ?? null;
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
    try {
      for await (const event of run) {
        if (event.type !== "experiment.finished" || current === undefined) continue;
        const { item } = current;
        current = undefined;
        yield { item, finished: event.data };
      }
      await run.result;
    } catch (error) {
      // An error in the middle of an experiment belongs to what was tried; another run goes on with the next.
      if (signal.aborted || !(error instanceof PawlError) || current === undefined) throw error;
      const { item } = current;
      current = undefined;
      yield { item, error };
    }
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
