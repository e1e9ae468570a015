import type { Files, Gate, Json, ProposeContext, Scorer } from "@pawl/plugin";
import type { Attack } from "../attack.ts";

/** A scratch project that a hostile proposer runs in. Everything in it may be destroyed. */
export interface Host {
  /** Folder of the config. */
  readonly root: string;
  readonly configFile: string;
  readonly lockFile: string;
  readonly ledgerFile: string;
  /** Locked files below the root, without config and lock. */
  readonly lockedFiles: readonly string[];
  /** The run's branch, which does not exist before the first keep. */
  readonly branch: string;
  /** What the run starts from: the user's surface, made worse. */
  readonly start: Files;
  /** The user's surface: better than the start. */
  readonly better: Files;
  /** Worse than the start. */
  readonly worse: Files;
  /** The plugins as they are loaded in this process, for who has got hold of them. */
  readonly scorer: Scorer;
  readonly gates: readonly Gate[];
  /** Some validation inputs, as text, to recognise them by. */
  readonly sealed: readonly string[];
  /** What the proposer was handed. */
  readonly context: ProposeContext;
  git(...args: string[]): Promise<string>;
}

/** What became of the run. */
export interface Aftermath {
  /** What stopped the run, if anything did. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Whether the proposal was committed, or would be. */
  readonly kept: boolean;
  /** Score of the proposal, if it got that far, and what it really is. */
  readonly score?: number;
  readonly honestScore: number;
  /** Why the ledger does not hold up when it is checked afterwards. */
  readonly ledger?: string;
  /** The champion's content as the next proposal was shown it, if nothing was kept. */
  readonly champion?: Files;
  /** Whether the champion's commit stands on the commit that the run started from. */
  readonly onBase: boolean;
  /** What the attack itself has found, or why it could not act. */
  readonly found?: string;
}

/** An attack on the machine, by a proposer that is more than a model. */
export interface HostAttack extends Pick<Attack, "name" | "rows" | "description" | "expected"> {
  readonly technique: "host";
  /** What it proposes when it has acted. */
  readonly proposes: "better" | "worse";
  /** Acts, in the middle of a run. Answers what it has found; what it throws says that it could not act. */
  act(host: Host): Promise<string | undefined>;
  /** Takes back what would outlive the scratch project. */
  undo?(host: Host): void;
  /** In what way it has got through; `undefined` where it has not. */
  through(aftermath: Aftermath): string | undefined;
}

/** Whether a text of one of the cases stands in anything that can be reached from a value. */
export function reaches(value: unknown, sealed: ReadonlySet<string>, depth = 6, seen = new Set<unknown>()): boolean {
  if (depth < 0 || typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  if (sealed.has(JSON.stringify(value as Json) ?? "")) return true;
  return Object.values(value).some((inner) => reaches(inner, sealed, depth - 1, seen));
}
