import { join, resolve } from "node:path";
import {
  type ConfiguredPlugin,
  type Engine,
  type ExperimentFinished,
  type Files,
  type Gate,
  type Json,
  type LockFile,
  type PawlConfig,
  type PawlEvent,
  type PluginKind,
  type PluginKinds,
  PawlError,
  type ProposeContext,
  type Score,
  type Scorer,
  createEngine,
  defineProposer,
  openLedger,
  readLockFile,
  verifyLedger,
} from "@pawl/core";
import { type Aftermath, type Host, type HostAttack, type Weakened, sameFiles } from "@pawl/testkit/redteam";
import { digestsOf } from "../doctor/ledger.ts";
import { unbounded } from "./play.ts";
import type { Scratch } from "./scratch.ts";

const RUN = "redteam-host";

/** One attack in its run. */
export class Stage {
  readonly #attack: HostAttack;
  readonly #scratch: Scratch;
  readonly #honestScore: (files: Files) => Promise<Score | null>;
  readonly #weakened: Weakened;
  readonly #known: { readonly better: Files; readonly inputs: readonly Json[] };
  #scorer: Scorer | undefined;
  readonly #gates: Gate[] = [];
  #found: string | undefined;
  #champion: Files | undefined;
  #host: Host | undefined;
  #engine: Engine | undefined;
  /** How the proposal ended, where it came so far. */
  ending: ExperimentFinished | undefined;
  /** Why it could not act: a `TypeError` where what it wanted to change does not let itself be changed. */
  unable: Error | undefined;

  constructor(
    attack: HostAttack,
    scratch: Scratch,
    honestScore: (files: Files) => Promise<Score | null>,
    weakened: Weakened,
    known: { readonly better: Files; readonly inputs: readonly Json[] },
  ) {
    this.#attack = attack;
    this.#scratch = scratch;
    this.#honestScore = honestScore;
    this.#weakened = weakened;
    this.#known = known;
  }

  async run(config: PawlConfig, signal: AbortSignal): Promise<Aftermath> {
    const { root, configFile } = this.#scratch;
    const proposal = this.#attack.proposes === "better" ? this.#known.better : this.#weakened.worst;
    const tried: PawlConfig = { ...this.#watched(config), ...unbounded(config, 2), proposer: this.#proposer(proposal) };
    const base = (await this.#scratch.git("rev-parse", "HEAD")).trim();
    const events: PawlEvent[] = [];
    let error: Aftermath["error"];
    this.#engine = createEngine(tried, { root, configFile });
    const run = this.#engine.run({ signal, name: RUN });
    try {
      for await (const event of run) events.push(event);
      await run.result;
    } catch (thrown) {
      if (!(thrown instanceof PawlError) || signal.aborted) throw thrown;
      error = { code: thrown.code, message: thrown.message };
    } finally {
      if (this.#host !== undefined && this.unable === undefined) this.#attack.undo?.(this.#host);
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
    const honest = await this.#honestScore(proposal);
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
            // The end of a run would only measure what is known.
            this.#engine?.drain();
            return null;
          }
          this.#host = await this.#hostFor(context);
          try {
            this.#found = await this.#attack.act(this.#host);
          } catch (error) {
            this.unable = error as Error;
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
      better: this.#known.better,
      worse: this.#weakened.worst,
      scorer,
      gates: this.#gates,
      sealed: this.#known.inputs.slice(0, 50).map((input) => JSON.stringify(input)),
      context,
      git,
    };
  }
}
