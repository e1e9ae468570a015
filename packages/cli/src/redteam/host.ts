import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type ConfiguredPlugin,
  type Files,
  type Gate,
  type LockFile,
  type PawlConfig,
  type PawlEvent,
  type PluginKind,
  type PluginKinds,
  type ExperimentFinished,
  PawlError,
  type ProposeContext,
  type Scorer,
  createEngine,
  defineProposer,
  openLedger,
  readLockFile,
  verifyLedger,
} from "@pawl/core";
import {
  type Aftermath,
  type Bench,
  type Host,
  type HostAttack,
  type Weakened,
  sameFiles,
  weaken,
} from "@pawl/testkit/redteam";
import { digestsOf } from "../doctor/ledger.ts";
import { relock, unbounded } from "./play.ts";
import { type Result, readEnding } from "./result.ts";
import type { Scratch } from "./scratch.ts";

const RUN = "redteam-host";

/**
 * Plays attacks on the host, each in a run of its own. The run starts from the user's surface made worse, so that the
 * user's own is an improvement which the gates let pass, up to where the attack should be noticed.
 */
export async function* playHost(
  config: PawlConfig,
  scratch: Scratch,
  bench: Bench,
  attacks: readonly HostAttack[],
  { signal }: { signal: AbortSignal },
): AsyncGenerator<Result> {
  if (attacks.length === 0) return;
  const target = bench.target("host");
  const weakened = target.language === "javascript" ? await weaken(target) : null;
  const about = ({ name, rows, technique }: HostAttack) => ({ name, kind: "attack", rows, technique }) as const;
  for (const attack of attacks) {
    if (weakened === null) {
      const evidence = "there is no way known to make this surface worse, and so no improvement that is one for sure";
      yield { ...about(attack), outcome: "skipped", evidence };
      continue;
    }
    await clear(scratch, weakened.worse);
    const stage = new Stage(attack, scratch, bench, weakened, target.files);
    const aftermath = await stage.run(config, signal);
    yield { ...about(attack), ...verdictOn(attack, aftermath, stage.ending) };
  }
  await clear(scratch, target.files);
}

/** The scratch project as it was made, with this content of the surface. */
async function clear({ git, root }: Scratch, files: Files): Promise<void> {
  const [first = ""] = (await git("rev-list", "--max-parents=0", "HEAD")).split("\n");
  await git("reset", "--quiet", "--hard", first);
  const branches = (await git("for-each-ref", "--format=%(refname)", "refs/heads/pawl/")).split("\n");
  for (const ref of branches.filter((name) => name !== "")) await git("update-ref", "-d", ref);
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  await git("commit", "--quiet", "--allow-empty", "--all", "--message", "the surface that the run starts from");
}

type Verdict = Pick<Result, "outcome" | "by" | "step" | "code" | "evidence">;

function verdictOn(attack: HostAttack, aftermath: Aftermath, ending: ExperimentFinished | undefined): Verdict {
  const through = attack.through(aftermath);
  if (through !== undefined) return { outcome: "passed", evidence: through };
  const { error, found, ledger } = aftermath;
  if (error !== undefined) return { outcome: "stopped", by: "engine", code: error.code, evidence: error.message };
  if (ending !== undefined && ending.status !== "kept") return readEnding(ending);
  const evidence = found ?? ledger ?? "it changed nothing: the run went on with what it had measured and locked";
  return { outcome: "stopped", by: "engine", evidence };
}

/** One attack in its run. */
class Stage {
  readonly #attack: HostAttack;
  readonly #scratch: Scratch;
  readonly #bench: Bench;
  readonly #weakened: Weakened;
  readonly #better: Files;
  #scorer: Scorer | undefined;
  readonly #gates: Gate[] = [];
  #found: string | undefined;
  /** How the proposal ended, where it came so far. */
  ending: ExperimentFinished | undefined;
  #champion: Files | undefined;
  #host: Host | undefined;

  constructor(attack: HostAttack, scratch: Scratch, bench: Bench, weakened: Weakened, better: Files) {
    this.#attack = attack;
    this.#scratch = scratch;
    this.#bench = bench;
    this.#weakened = weakened;
    this.#better = better;
  }

  async run(config: PawlConfig, signal: AbortSignal): Promise<Aftermath> {
    const { root, repository, configFile } = this.#scratch;
    const place = { root, configFile };
    const proposal = this.#attack.proposes === "better" ? this.#better : this.#weakened.worst;
    const tried: PawlConfig = { ...this.#watched(config), ...unbounded(config, 2), proposer: this.#proposer(proposal) };
    await relock({ root, repository }, tried, place, signal);
    // Only the instances of the run itself are worth getting hold of.
    this.#gates.length = 0;
    const base = (await this.#scratch.git("rev-parse", "HEAD")).trim();
    const events: PawlEvent[] = [];
    let error: Aftermath["error"];
    const run = createEngine(tried, place).run({ signal, name: RUN });
    try {
      for await (const event of run) events.push(event);
      await run.result;
    } catch (thrown) {
      if (!(thrown instanceof PawlError) || signal.aborted) throw thrown;
      error = { code: thrown.code, message: thrown.message };
    } finally {
      if (this.#host !== undefined) this.#attack.undo?.(this.#host);
    }
    return { ...(error === undefined ? {} : { error }), ...(await this.#aftermath(events, base, proposal)) };
  }

  async #aftermath(events: readonly PawlEvent[], base: string, proposal: Files): Promise<Omit<Aftermath, "error">> {
    const finished = events.flatMap((event) =>
      event.type === "experiment.finished" && event.data.experiment > 0 ? [event.data] : [],
    );
    const committed = events.find((event) => event.type === "champion.committed");
    const [last] = finished;
    const ledger = await this.#checkLedger();
    const honest = await this.#bench.score(proposal);
    const kept = committed !== undefined;
    const found = this.#found;
    this.ending = last;
    const shown = kept ? undefined : this.#champion;
    const changed = shown !== undefined && !sameFiles(shown, this.#weakened.worse);
    return {
      kept,
      honestScore: honest?.value ?? Number.NaN,
      onBase: committed?.data.parent === base,
      ...(last?.score === undefined ? {} : { score: last.score }),
      ...(ledger === undefined ? {} : { ledger }),
      ...(changed ? { champion: shown } : {}),
      ...(found === undefined ? {} : { found }),
    };
  }

  async #checkLedger(): Promise<string | undefined> {
    try {
      const ledger = await openLedger({ root: this.#scratch.repository });
      try {
        await verifyLedger(ledger, digestsOf);
        return undefined;
      } finally {
        await ledger.close();
      }
    } catch (error) {
      return error instanceof PawlError ? `${error.code}: ${error.message}` : String(error);
    }
  }

  /** The config, with an eye on the plugins as they are made. */
  #watched(config: PawlConfig): PawlConfig {
    const watch = <K extends PluginKind>(
      plugin: ConfiguredPlugin<K>,
      keep: (made: PluginKinds[K]) => void,
    ): ConfiguredPlugin<K> => ({
      ...plugin,
      create: async (options, context) => {
        const made = await plugin.create(options, context);
        keep(made);
        return made;
      },
    });
    const { scorer, gates } = config;
    return {
      ...config,
      scorer: "use" in scorer ? scorer : watch(scorer, (made) => (this.#scorer = made)),
      gates: gates.map((gate) => ("use" in gate ? gate : watch(gate, (made) => this.#gates.push(made)))),
    };
  }

  #proposer(files: Files) {
    return defineProposer({
      name: "pawl-redteam-host",
      create: () => ({
        propose: async (context) => {
          if (this.#host !== undefined) {
            this.#champion = { ...context.champion.files };
            return null;
          }
          this.#host = await this.#hostFor(context);
          try {
            this.#found = await this.#attack.act(this.#host);
          } catch (error) {
            this.#found = `it could not act: ${(error as Error).message}`;
          }
          return { change: { kind: "files", files }, hypothesis: `red team: ${this.#attack.name}` };
        },
      }),
    })();
  }

  async #hostFor(context: ProposeContext): Promise<Host> {
    const { root, repository, configFile, git } = this.#scratch;
    const lockFile = join(root, "pawl.lock.json");
    const lock: LockFile | null = await readLockFile(lockFile);
    const scorer = this.#scorer;
    if (scorer === undefined) throw new Error("the scorer is named in the config, and out of reach here");
    const { inputs } = this.#bench.target("host");
    return {
      root,
      configFile,
      lockFile,
      ledgerFile: join(repository, ".pawl", "ledger.sqlite"),
      lockedFiles: Object.keys((lock?.content["files"] ?? {}) as Record<string, unknown>)
        .map((path) => resolve(root, path))
        .filter((path) => path.startsWith(`${root}/`) && path !== configFile),
      branch: `pawl/${RUN}`,
      start: this.#weakened.worse,
      better: this.#better,
      worse: this.#weakened.worst,
      scorer,
      gates: this.#gates,
      sealed: inputs.slice(0, 50).map((input) => JSON.stringify(input)),
      context,
      git,
    };
  }
}
