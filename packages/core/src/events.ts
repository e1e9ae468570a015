import type {
  Budget,
  CaseFeedback,
  Cost,
  Effect,
  Execution,
  ExperimentReference,
  ExperimentStatus,
  Failure,
  GatewayReport,
  GateVerdict,
  Json,
  Limits,
  Metric,
  ModelDescription,
  Note,
  Notice,
  Output,
  PluginKind,
  Usage,
} from "@pawl/plugin";
import type { Digest } from "./digest.ts";
import type { LedgerEvent } from "./ledger/ledger.ts";

/** Version of all payloads below. A reader that meets a higher one must refuse. */
export const EVENT_VERSION = 1;

/** Why a run ended for good. */
export type EndReason =
  | "experiments"
  | "wall-time"
  | "usd"
  | "gpu-seconds"
  | "consecutive-failures"
  | "patience"
  | "no-more-ideas";

export interface RunStarted {
  /** Folder of the config, relative to the repository; empty at its root. */
  readonly project: string;
  readonly goal: string | null;
  readonly surface: readonly string[];
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
  readonly seed: number;
  readonly evaluationSeed: number;
  readonly concurrency: number;
  readonly budget: Budget;
  readonly limits: Limits;
  readonly branch: string;
  /** The commit that the run starts from. */
  readonly base: string;
  readonly lock: LockReference;
  readonly engine: string;
  /** The earlier run that it does again, and the place of that one's first event in the ledger. */
  readonly repeats?: { readonly run: string; readonly seq: number };
  /** The models that proposers and candidates ask. Absent in ledgers of an earlier engine. */
  readonly models?: readonly ModelDescription[];
  readonly plugins: readonly { readonly kind: PluginKind; readonly name: string; readonly version: string }[];
}

export interface LockReference {
  readonly digest: Digest;
  readonly epoch: number;
}

/** A lock as it was written for a project. */
export interface LockWritten extends LockReference {
  /** Folder of the config, relative to the repository; empty at its root. */
  readonly project: string;
  /** Blob with the JSON text of what was locked. */
  readonly content: string;
}

export interface ExperimentProposed {
  readonly experiment: number;
  /** The champion that it changes; `null` for a baseline. */
  readonly parent: number | null;
  readonly hypothesis: string;
  readonly rationale?: string;
  /** What it would teach if it fails, as the proposer sees it. */
  readonly ifItFails?: string;
  /** Ideas that the proposer had beside this one. */
  readonly ideas?: readonly string[];
  readonly memo?: Json;
  readonly cost?: Cost;
  /** The held experiment that a person approved, and whose content is tried again. */
  readonly approves?: number;
  /** Blob with the JSON text of the proposer's trace. */
  readonly trace?: string;
  /** Blob with the proposer's exchanges with models: JSON, compressed with Zstandard. */
  readonly exchanges?: string;
  /** Blobs of the whole surface after the change, by path. Absent where the proposal could not be applied. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface ExperimentFinished {
  readonly experiment: number;
  readonly status: ExperimentStatus;
  readonly failure?: Failure;
  readonly reason: string;
  readonly verdicts: readonly GateVerdict[];
  readonly score?: number;
  /** Set where a gate stopped it early: how many of the cases were run. Score and guardrails are theirs. */
  readonly partial?: { readonly cases: number; readonly of: number };
  readonly guardrails?: Readonly<Record<string, number>>;
  /** The mean gain of a case over the champion that it was judged against; absent where the scores have no paired samples. */
  readonly effect?: Effect;
  /** What kinds of answers it gave on validation, and how many of each. Never an answer itself. */
  readonly answers?: AnswerCounts;
  /** Blob with the JSON text of the whole score; for kept experiments, which later ones are compared with. */
  readonly scoreBlob?: string;
  /** How often it was judged again because the champion had changed meanwhile. */
  readonly rejudged: number;
  /** The champion that it was judged against in the end. */
  readonly champion: number | null;
  readonly lock: Digest;
  /** What the clock and the operating system say: differs between runs that are otherwise the same. */
  readonly measured?: {
    readonly usage: Usage;
    /**
     * GPU time of all executions since the last finished experiment, in seconds: reruns and looks at the train split
     * included, and those of other experiments in flight.
     */
    readonly gpuSeconds?: number;
    /** Blob with the JSON text of the attested limits. */
    readonly limits: string;
    /** Blob with what the candidate printed, where it printed anything. */
    readonly printed?: string;
  };
}

/** What one execution used of the model gateway. Written down right after it. */
export interface GatewayUsed extends Omit<GatewayReport, "exchanges"> {
  /** The job's id: `<experiment>/<purpose>`. */
  readonly job: string;
  /** Blob with the exchanges: JSON, compressed with Zstandard. */
  readonly exchanges?: string;
}

/** How many answers of which kind: a type of JSON, or the class of an error. */
export type AnswerCounts = Readonly<Record<string, number>>;

/** A champion was run on the train split, whose cases a proposer may see. */
export interface TrainExamined {
  readonly experiment: number;
  readonly outcome: Execution["outcome"];
  readonly reason?: string;
  readonly cases: number;
  readonly score?: number;
  readonly guardrails?: Readonly<Record<string, number>>;
  /** Blob with the inputs, the same for every champion: JSON, compressed with Zstandard. */
  readonly inputs: string;
  /** Blob with a {@link TrainAnswers}: JSON, compressed with Zstandard. Absent where nothing was answered. */
  readonly answers?: string;
  /** Blob with what it printed, where it printed anything. */
  readonly printed?: string;
  /** What the clock and the operating system say. */
  readonly measured: { readonly usage: Usage };
}

/** Every answer on the train split, cleaned and redacted, and what the scorer said about it. */
export interface TrainAnswers {
  readonly outputs: readonly Output[];
  readonly feedback: readonly CaseFeedback[];
}

/** What a note is about: the project, and the metric as it was locked. */
export interface NoteScope {
  /** Folder of the config, relative to the repository; empty at its root. */
  readonly project: string;
  readonly lock: Digest;
}

/** A note that no rule has made. */
export interface NoteWritten extends NoteScope {
  readonly kind: Note["kind"];
  readonly text: string;
  readonly evidence: readonly ExperimentReference[];
  /** `proposer`: whoever proposes through another program, between two proposals. It counts as an idea, whatever it says. */
  readonly by: "person" | "model" | "proposer";
  /** git's user name, the plugin whose model it was, or the program. */
  readonly name: string;
  /** Notes that this one stands for: they step back for as long as it is there. */
  readonly condenses?: readonly string[];
  /** What the model took, with the first note of a batch. */
  readonly cost?: Cost;
  /** Blob with the exchanges with the model: JSON, compressed with Zstandard. */
  readonly exchanges?: string;
}

/** A person's word on a held experiment. */
export interface ExperimentReviewed {
  readonly experiment: number;
  readonly decision: "approved" | "rejected";
  readonly reason: string;
  /** git's user name. */
  readonly by: string;
}

/** What the metric rests on was compared with the lock once more, and was the same. */
export interface SealVerified {
  /** `commit`: right before an experiment is written down as kept. */
  readonly moment: "start" | "commit" | "end";
  readonly experiment?: number;
  readonly lock: Digest;
  /** How many files were read. */
  readonly files: number;
  /** Whether the cases and answers in memory were digested again, or only are frozen because there are many. */
  readonly evaluations: "digested" | "frozen";
  /** Files of the project, relative to the config, that were written to since the start and are as before. */
  readonly touched: readonly string[];
}

/** A look at cases that nobody may learn from: written before the look is taken. */
export interface HoldoutLooked {
  /** The candidate that the question is about. */
  readonly experiment: number;
  /** `gate`: at the sealed cases. `fresh`: at others that a gate has drawn. `exam`: at the end of the run. */
  readonly purpose: string;
  readonly gate?: string;
  /** Whose content is run. */
  readonly subject?: "candidate" | "champion" | "baseline" | "files";
  /** Seed of the cases, where it is not the run's own. */
  readonly seed?: number;
  /** Digest of the sealed cases, or of the fresh ones; absent in ledgers of an earlier engine. */
  readonly cases?: Digest;
  /** One more execution for a question that is counted already. */
  readonly again?: true;
}

/** Baseline and champion, once each, at the end of a run, on cases that took no part in the choice. */
export interface ExamTaken {
  readonly cases: "vault" | "fresh" | "holdout";
  /** Seed of fresh cases. */
  readonly seed?: number;
  /** How often these cases had been looked at before, by any run of this ledger. */
  readonly looksBefore: number;
  /** The score is `null` where the content could not be measured. */
  readonly baseline: { readonly experiment: number; readonly score: number | null };
  readonly champion: { readonly experiment: number; readonly score: number | null };
  /** The mean gain of a case, positive being better; absent where the scores have no paired samples. */
  readonly effect?: Effect;
}

/** Payloads by event type. */
export interface EventPayloads {
  "run.started": RunStarted;
  /** The process that worked on the run had stopped; another one goes on. */
  "run.resumed": { readonly inFlight: readonly number[] };
  /** A human accepted another lock: what follows is not comparable with what came before. */
  "run.epoch": { readonly lock: LockReference; readonly reason: string; readonly by: string };
  "experiment.proposed": ExperimentProposed;
  "experiment.finished": ExperimentFinished;
  "experiment.reviewed": ExperimentReviewed;
  "seal.verified": SealVerified;
  "gateway.used": GatewayUsed;
  "train.examined": TrainExamined;
  "note.written": NoteWritten;
  /** A person said the same in other words; the experiments stay. */
  "note.edited": NoteScope & { readonly note: string; readonly text: string; readonly name: string };
  "note.removed": NoteScope & { readonly note: string; readonly name: string };
  /** Money that was spent and belongs to no experiment, such as that for a proposal which did not come to be. */
  "run.charged": { readonly usd: number };
  "champion.committed": { readonly experiment: number; readonly commit: string; readonly parent: string };
  "holdout.looked": HoldoutLooked;
  /** The one bit that came of a gate's look. */
  "holdout.answered": { readonly experiment: number; readonly gate: string; readonly passed: boolean };
  /** Only in ledgers of an earlier engine: its exam, on the holdout. */
  "holdout.measured": { readonly baseline: number | null; readonly champion: number | null };
  "exam.taken": ExamTaken;
  /** Something that a plugin told while it worked, such as that it waits for a daemon. */
  "run.noticed": { readonly plugin: string; readonly kind: Notice["kind"]; readonly message: string };
  /** Stopped early; `pawl resume` goes on. */
  "run.paused": {
    readonly reason: "interrupted" | "unavailable" | "error";
    readonly code?: string;
    readonly message?: string;
  };
  "run.finished": { readonly reason: EndReason };
  "lock.written": LockWritten;
  "lock.accepted": LockWritten & {
    readonly by: string;
    readonly reason: string;
    readonly changes: readonly string[];
  };
}
export type EventType = keyof EventPayloads;

/** A ledger row whose type and payload belong together. */
export type PawlEvent<T extends EventType = EventType> = T extends EventType
  ? Omit<LedgerEvent, "type" | "data"> & { readonly type: T; readonly data: EventPayloads[T] }
  : never;
