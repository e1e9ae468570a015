/**
 * The one catalogue of coded errors. A code is stable: scripts may match on it.
 * `exit` is the exit code of the `pawl` command, `summary` one line for the reference page.
 */
export const ERRORS = {
  PAWL_INTERNAL: { exit: 1, summary: "A bug in Pawl or in a plugin." },
  PAWL_NODE_TOO_OLD: { exit: 2, summary: "This Node is older than the one Pawl needs." },
  PAWL_USAGE: { exit: 2, summary: "The command line cannot be understood." },
  PAWL_CONFIG_NOT_FOUND: { exit: 2, summary: "No pawl.config.* in this folder or above it." },
  PAWL_CONFIG_UNREADABLE: { exit: 2, summary: "The config file cannot be read, parsed or imported." },
  PAWL_CONFIG_INVALID: { exit: 2, summary: "A config value is missing, unknown or of the wrong type." },
  PAWL_PLUGIN_UNKNOWN: { exit: 2, summary: "The config names a plugin that cannot be found." },
  PAWL_PLUGIN_INVALID: { exit: 2, summary: "A plugin is not what its kind asks for, or failed to start." },
  PAWL_PLUGIN_FAILED: { exit: 1, summary: "A plugin threw, or answered with something outside its contract." },
  PAWL_SURFACE_MISSING: { exit: 2, summary: "A surface file is not in the last commit." },
  PAWL_SURFACE_INVALID: { exit: 2, summary: "A surface file is not usable: not text, too large, or not parsable." },
  PAWL_SURFACE_DIRTY: { exit: 2, summary: "A surface or locked file has uncommitted changes." },
  PAWL_GIT_NOT_INSTALLED: { exit: 2, summary: "The git command cannot be found." },
  PAWL_GIT_MISSING: { exit: 2, summary: "This folder is not inside a git repository." },
  PAWL_GIT_NO_COMMIT: { exit: 2, summary: "The repository has no commit yet." },
  PAWL_GIT_NO_IDENTITY: { exit: 2, summary: "git has no user name, and this act must be signed with one." },
  PAWL_GIT_FAILED: { exit: 1, summary: "A git command failed." },
  PAWL_GIT_DIVERGED: { exit: 1, summary: "The run's branch was moved by someone else." },
  PAWL_REPO_BUSY: { exit: 2, summary: "Another engine is at work in this repository." },
  PAWL_LOCK_MISSING: { exit: 4, summary: "There is no pawl.lock.json yet." },
  PAWL_LOCK_INVALID: { exit: 4, summary: "pawl.lock.json cannot be read or understood." },
  PAWL_LOCK_VIOLATION: { exit: 4, summary: "Something that defines the metric is not what was locked." },
  PAWL_SEAL_BROKEN: { exit: 4, summary: "What the metric rests on was changed inside of the running process." },
  PAWL_LEDGER_CORRUPT: { exit: 1, summary: "The ledger's hash chain is broken or its file is damaged." },
  PAWL_LEDGER_NEWER: { exit: 2, summary: "The ledger was written by a newer Pawl." },
  PAWL_LEDGER_WRITE: { exit: 1, summary: "The ledger cannot be written: disk full, read-only, or no permission." },
  PAWL_RUN_NOT_FOUND: { exit: 2, summary: "There is no such run in the ledger." },
  PAWL_RUN_FINISHED: { exit: 2, summary: "The run is finished; there is nothing to resume." },
  PAWL_RUN_EXISTS: { exit: 2, summary: "A run or branch of that name exists already." },
  PAWL_EXPERIMENT_NOT_FOUND: { exit: 2, summary: "There is no such experiment in the run." },
  PAWL_EXPERIMENT_NOT_HELD: { exit: 2, summary: "The experiment is not held: there is nothing to decide." },
  PAWL_EXPERIMENT_REVIEWED: { exit: 2, summary: "A person has decided about this experiment already." },
  PAWL_EXPERIMENT_OUTDATED: { exit: 2, summary: "The experiment was held under another lock." },
  PAWL_BASELINE_FAILED: { exit: 2, summary: "The unchanged surface does not run or cannot be scored." },
  PAWL_SANDBOX_UNENFORCEABLE: { exit: 2, summary: "A limit was asked for that this sandbox cannot enforce here." },
  PAWL_SANDBOX_FAILED: { exit: 1, summary: "The sandbox itself broke, not the candidate in it." },
  PAWL_MODEL_KEY_MISSING: { exit: 2, summary: "The environment has no key for a model's provider." },
  PAWL_MODEL_PRICE_UNKNOWN: { exit: 2, summary: "The run has a USD budget, and a model has no price." },
  PAWL_MODEL_UNAVAILABLE: { exit: 3, summary: "A model's provider does not answer; the run is paused." },
  PAWL_MODEL_NOT_RECORDED: { exit: 2, summary: "A recording is replayed that does not have this exchange." },
  PAWL_BUDGET_SPENT: { exit: 2, summary: "The run's USD budget has too little left for the next call of a model." },
  PAWL_GATEWAY_MISSING: { exit: 2, summary: "Candidates may ask a model, and the config has no gateway." },
  PAWL_NOTE_NOT_FOUND: { exit: 2, summary: "There is no such note in the notebook." },
  PAWL_DATA_MISSING: { exit: 2, summary: "An evaluation data file cannot be read." },
  PAWL_DATA_INVALID: { exit: 2, summary: "A row or field of the evaluation data is not usable." },
  PAWL_INIT_EXISTS: { exit: 2, summary: "pawl init would overwrite a file." },
} as const satisfies Record<string, { exit: number; summary: string }>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERRORS;

/** What a {@link PawlError} carries beside its code and message. */
export interface PawlErrorDetails {
  /** The file, or the place in the config such as `gates[1].options.confidence`, that is at fault. */
  readonly path?: string | undefined;
  /** What the reader can do about it, as one imperative sentence. */
  readonly remedy?: string | undefined;
  /** Further lines, such as the list of what changed. */
  readonly details?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * The only error that Pawl and its plugins throw on purpose: bad config, a broken environment or a bug.
 * What a candidate does wrong is an outcome, never an exception.
 */
export class PawlError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly remedy: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, { path, remedy, details, cause }: PawlErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PawlError";
    this.code = code;
    this.path = path;
    this.remedy = remedy;
    this.details = details ?? [];
  }

  /** The exit code of the `pawl` command for this error. */
  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
}
