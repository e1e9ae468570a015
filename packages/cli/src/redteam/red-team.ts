import { type PawlConfig, type Project, PawlError, openProject } from "@pawl/core";
import { type Attack, type Bench, type HonestChange, type Made, openBench } from "@pawl/testkit/redteam";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LoadedConfig, loadConfig } from "../config/load-config.ts";
import { playHost } from "./host.ts";
import { type Choice, type Plan, plan } from "./plan.ts";
import { type Play, play } from "./play.ts";
import { type Result, readEnding } from "./result.ts";
import { type Scratch, makeScratch } from "./scratch.ts";

/** Gates that measure how good a candidate is; an honest change need not pass them. */
const MEASURING = new Set(["@pawl/gate-improvement", "@pawl/gate-guardrails", "@pawl/gate-holdout"]);

export interface RedTeamOptions extends Choice {
  readonly signal: AbortSignal;
  /** Told in a sentence what is being done where that takes a while. */
  readonly onStep?: (what: string) => void;
}

/**
 * Tries the known cheats, and honest changes, against a config in a scratch copy of its repository. The user's working
 * tree, branches and ledger are not touched.
 * @throws PawlError what `openProject` throws, `PAWL_BASELINE_FAILED`
 */
export async function* redTeam(loaded: LoadedConfig, options: RedTeamOptions): AsyncGenerator<Result, Plan> {
  const { signal, onStep = () => undefined } = options;
  onStep("copying the project");
  await using scratch = await makeScratch(loaded, await filesBeside(loaded));
  const { config } = await loadConfig(scratch.root, scratch.configFile);
  const project = await openProject(config, { root: scratch.root, configFile: scratch.configFile });
  const { executor, proposer } = project.plugins;
  try {
    onStep("measuring the surface as it stands");
    const bench = await benchOf(project, signal);
    const planned = plan(bench.target("plan"), options);
    if (planned.attacks.some(({ raises }) => raises)) {
      onStep("asking the scorer for better answers, as somebody could who has them");
      await bench.target("answers").answers();
    }
    yield* playAttacks(config, scratch, bench, planned, options);
    yield* playHost(config, scratch, bench, planned.hostAttacks, { signal });
    yield* playHonest(config, scratch, bench, planned, options);
    return planned;
  } finally {
    await executor.instance.close?.();
    await proposer.instance.close?.();
  }
}

/** Files that a run needs and git may ignore, such as evaluation data. */
async function filesBeside({ config, root, file }: LoadedConfig): Promise<readonly string[]> {
  const { plugins, config: checked } = await openProject(config, { root, configFile: file });
  try {
    const { entry } = checked;
    const programs = entry.kind === "call" ? [] : [...(entry.files ?? []), ...(entry.evaluator?.files ?? [])];
    return [...checked.locked, ...programs, ...(plugins.scorer.instance.files ?? [])];
  } finally {
    await plugins.executor.instance.close?.();
    await plugins.proposer.instance.close?.();
  }
}

async function benchOf({ config, plugins, evaluations, root }: Project, signal: AbortSignal): Promise<Bench> {
  const { limits, evaluationSeed, entry } = config;
  const [executor, scorer] = [plugins.executor.instance, plugins.scorer.instance];
  const loaded = await evaluations.get("validation", evaluationSeed, signal);
  if (loaded === null) throw failed("the scorer has no validation split", config.surface);
  const texts = await Promise.all(config.surface.map((path) => readFile(join(root, path), "utf8")));
  const files = Object.fromEntries(config.surface.map((path, i) => [path, texts[i] ?? ""]));
  // A program is not run here: its attacks are made from its text alone.
  if (entry.kind === "call") await executor.prepare?.({ limits, concurrency: 1, run: "redteam" }, signal);
  try {
    const { evaluation } = loaded;
    return await openBench({ files, entry, scorer, executor, limits, evaluation, signal, seed: config.seed });
  } catch (error) {
    if (error instanceof PawlError || signal.aborted) throw error;
    throw failed((error as Error).message, config.surface);
  }
}

const failed = (why: string, surface: readonly string[]): PawlError =>
  new PawlError("PAWL_BASELINE_FAILED", why, {
    path: surface.join(", "),
    remedy: "Mend the surface, the scorer or the limits, and start again.",
  });

async function* playAttacks(
  config: PawlConfig,
  scratch: Scratch,
  bench: Bench,
  { attacks }: Plan,
  { signal }: RedTeamOptions,
): AsyncGenerator<Result> {
  const skipped: Result[] = [];
  const plays = makeAll(attacks, bench, (attack, evidence) =>
    skipped.push({ ...about(attack), outcome: "skipped", evidence }),
  );
  for await (const played of play(config, scratch, plays, { count: attacks.length, signal })) {
    yield* skipped.splice(0);
    const { item } = played;
    if ("error" in played) yield { ...about(item), ...stoppedBy(played.error) };
    else yield { ...about(item), ...readEnding(played.finished) };
  }
  yield* skipped;
}

async function* playHonest(
  config: PawlConfig,
  scratch: Scratch,
  bench: Bench,
  { honest }: Plan,
  { signal, only, attacks: limit = Infinity }: RedTeamOptions,
): AsyncGenerator<Result> {
  if (only !== undefined) return;
  const judged = {
    ...config,
    gates: config.gates.filter((gate) => !MEASURING.has("use" in gate ? gate.use : gate.name)),
  };
  const about = ({ name, kind }: HonestChange) => ({ name, kind: "honest", rows: [], technique: kind }) as const;
  // Changes that were made for another surface are no news.
  const plays = first(
    makeAll(honest, bench, () => undefined),
    limit,
  );
  for await (const played of play(judged, scratch, plays, { count: honest.length, signal })) {
    if ("error" in played) yield { ...about(played.item), ...stoppedBy(played.error) };
    else yield { ...about(played.item), ...readEnding(played.finished) };
  }
}

const about = ({ name, rows, technique, raises }: Attack) =>
  ({ name, kind: "attack", rows, technique, raises }) as const;

const stoppedBy = ({ code, message }: PawlError) =>
  ({ outcome: "stopped", by: code === "PAWL_SANDBOX_FAILED" ? "sandbox" : "engine", code, evidence: message }) as const;

/** Makes one after the other, only when its turn has come. */
async function* makeAll<T extends Attack | HonestChange>(
  items: readonly T[],
  bench: Bench,
  skip: (item: T, why: string) => void,
): AsyncGenerator<Play<T>, undefined> {
  for (const item of items) {
    const made: Made = await item.make(bench.target(item.name));
    if ("skip" in made) skip(item, made.skip);
    else {
      const change = "files" in made ? ({ kind: "files", files: made.files } as const) : made.change;
      const hypothesis = ("hypothesis" in made ? made.hypothesis : undefined) ?? `red team: ${item.name}`;
      yield { item, proposal: { change, hypothesis } };
    }
  }
  return undefined;
}

async function* first<T>(from: AsyncGenerator<T, undefined>, limit: number): AsyncGenerator<T, undefined> {
  let taken = 0;
  if (limit === 0) return undefined;
  for await (const item of from) {
    yield item;
    if ((taken += 1) >= limit) return undefined;
  }
  return undefined;
}
