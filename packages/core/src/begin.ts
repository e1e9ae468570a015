import { posix } from "node:path";
import { type Files, type PluginKind, PawlError } from "@pawl/plugin";
import type { PawlEvent, RunStarted } from "./events.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { prepareGates } from "./gate-task.ts";
import { localImports } from "./lock/imports.ts";
import { type Project, relativePath } from "./project.ts";
import { type Opened, type Session, beginRun, continueRun } from "./session.ts";
import type { RunState } from "./state.ts";
import { readSurface } from "./surface.ts";
import { ENGINE_VERSION } from "./version.ts";

/** How a run begins: see the engine's options. */
export interface Beginning {
  readonly name?: string;
  readonly repeat?: string;
}

/**
 * Starts a new run from the last commit, or an earlier run again from where that one started.
 * @throws PawlError `PAWL_SURFACE_*`, `PAWL_RUN_EXISTS`, `PAWL_CONFIG_INVALID` where a gate does not fit the scorer,
 * `PAWL_RUN_NOT_FOUND`, `PAWL_LOCK_VIOLATION` where the run to be repeated was measured by another lock
 */
export async function begin(opened: Opened, { name, repeat }: Beginning): Promise<Session> {
  const { project, guard } = opened;
  const { git, config, plugins, prefix } = project;
  await assertClean(project);
  const earlier = repeat === undefined ? undefined : await startOf(opened, repeat);
  const base = earlier?.data.base ?? (await git.head());
  const files = await readSurface(git, base, prefix, config.surface);
  const { seed, concurrency, budget } = earlier?.data ?? config;
  await prepareGates(project, { seed, budget, evaluationSeed: config.evaluationSeed });
  const run = await nameRun(opened, name);
  const { instance: scorer } = plugins.scorer;
  const options: RunStarted = {
    project: prefix,
    goal: config.goal ?? null,
    surface: config.surface,
    metric: scorer.metric,
    guardrails: scorer.guardrails ?? [],
    seed,
    evaluationSeed: config.evaluationSeed,
    concurrency,
    budget,
    limits: config.limits,
    branch: `pawl/${run}`,
    base,
    lock: guard.reference,
    engine: ENGINE_VERSION,
    ...(earlier === undefined ? {} : { repeats: { run: earlier.run ?? "", seq: earlier.seq } }),
    plugins: describePlugins(plugins),
    models: [...(plugins.proposer.instance.models ?? []), ...(plugins.gateway?.instance.models ?? [])],
  };
  return beginRun(opened, run, options, files);
}

/** The first event of a run that is to be done again. Under another lock it would not be the same run. */
async function startOf({ ledger, guard }: Opened, run: string): Promise<PawlEvent<"run.started">> {
  for await (const event of ledger.events({ run, type: "run.started" }) as AsyncIterable<PawlEvent<"run.started">>) {
    if (event.data.lock.digest === guard.reference.digest) return event;
    throw new PawlError("PAWL_LOCK_VIOLATION", `run "${run}" was measured by another lock`, {
      remedy: "Check out what was locked then, or start a new run.",
    });
  }
  throw new PawlError("PAWL_RUN_NOT_FOUND", `there is no run "${run}"`, { remedy: '"pawl status --all" lists them.' });
}

function describePlugins({
  proposer,
  executor,
  secondExecutor,
  scorer,
  gateway,
  gates,
}: Project["plugins"]): RunStarted["plugins"] {
  const describe = (kind: PluginKind, { name, version }: { name: string; version: string }) => ({
    kind,
    name,
    version,
  });
  return [
    describe("proposer", proposer),
    describe("executor", executor),
    ...(secondExecutor === undefined ? [] : [describe("executor", secondExecutor)]),
    describe("scorer", scorer),
    ...(gateway === undefined ? [] : [describe("gateway", gateway)]),
    ...gates.map((gate) => describe("gate", gate)),
  ];
}

/**
 * Goes on with an earlier run, by name or the newest.
 * @throws PawlError `PAWL_RUN_NOT_FOUND`, `PAWL_RUN_FINISHED`, `PAWL_LEDGER_CORRUPT`
 */
export async function resume(opened: Opened, wanted: string | true): Promise<Session> {
  return continueRun(opened, await findRun(opened.ledger, wanted), baseReader(opened));
}

/** @throws PawlError `PAWL_RUN_NOT_FOUND` where there is none at all */
export async function findRun(ledger: Ledger, wanted: string | true): Promise<string> {
  const run = wanted === true ? (await ledger.runs()).at(-1) : wanted;
  if (run !== undefined) return run;
  throw new PawlError("PAWL_RUN_NOT_FOUND", "there is no run yet", { remedy: 'Start one with "pawl run".' });
}

/** Reads the surface that a run started from. */
export function baseReader({ project: { git, prefix, config } }: Opened): (state: RunState) => Promise<Files> {
  return (state) => readSurface(git, state.options.base, prefix, config.surface);
}

/** What the run commits must rest on what it measured: on committed files. */
async function assertClean(project: Project): Promise<void> {
  const { git, config, prefix, configFile } = project;
  const code = configFile === undefined ? [] : localImports(configFile).map((file) => relativePath(project, file));
  const paths = [...config.surface, ...code].map((path) => posix.join(prefix, path));
  const dirty = await git.dirtyPaths(paths.filter((path) => !path.startsWith("../")));
  if (dirty.length === 0) return;
  throw new PawlError("PAWL_SURFACE_DIRTY", "files that the run rests on have changes that are not committed", {
    path: dirty[0],
    details: dirty.slice(1),
    remedy: "Commit or undo the changes, then start again. Nothing was touched.",
  });
}

async function nameRun({ project, ledger }: Opened, wanted: string | undefined): Promise<string> {
  const runs = new Set(await ledger.runs());
  const taken = async (run: string): Promise<boolean> =>
    runs.has(run) || (await project.git.resolve(`refs/heads/pawl/${run}`)) !== null;
  if (wanted !== undefined) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(wanted)) {
      throw new PawlError("PAWL_USAGE", `"${wanted}" cannot be the name of a run`, {
        remedy: "Use letters, digits, dashes and underscores.",
      });
    }
    if (!(await taken(wanted))) return wanted;
    throw new PawlError("PAWL_RUN_EXISTS", `there is a run or a branch named "${wanted}" already`, {
      remedy: 'Choose another name, or go on with "pawl resume".',
    });
  }
  for (let number = runs.size + 1; ; number += 1) {
    const run = `run-${number}`;
    if (!(await taken(run))) return run;
  }
}
