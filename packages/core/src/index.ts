export * from "@pawl/plugin";
export { createEngine, Engine, type EngineEvents, type EngineRun, type RunOptions } from "./engine.ts";
export { NotebookIndex, type ListedNote } from "./notebook/index-of-ledger.ts";
export { addIdea, addNote, editNote, removeNote, writeCondensed } from "./notebook/write.ts";
export type {
  AnswerCounts,
  EndReason,
  EventPayloads,
  EventType,
  ExamTaken,
  ExperimentFinished,
  ExperimentProposed,
  ExperimentReviewed,
  LockReference,
  NoteScope,
  PawlEvent,
  RunStarted,
  SealVerified,
  TrainAnswers,
  TrainExamined,
} from "./events.ts";
export { examineGates, type GateReport } from "./examine-gates.ts";
export { prepareGates, type GateSettings } from "./gate-task.ts";
export { peekLedger, type Look } from "./looks.ts";
export { openSqliteLedger } from "./ledger/sqlite.ts";
export { verifyLedger } from "./ledger/verify.ts";
export type { Ledger, LedgerEvent, LedgerHead, LedgerQuery, NewEvent } from "./ledger/ledger.ts";
export { readLease, type LeaseHolder, type LeaseState } from "./lease.ts";
export { writeLock, type LockResult } from "./lock/write-lock.ts";
export { LockGuard } from "./lock/guard.ts";
export { LOCK_FILE, readLockFile, type LockFile } from "./lock/lock-file.ts";
export { openGit, type Git } from "./git/git.ts";
export { closePlugins, openLedger, openProject, pawlFolder, type Project, type ProjectOptions } from "./project.ts";
export type { PluginNotice } from "./notices.ts";
export { createRandom } from "./random.ts";
export { findExperiment, readFiles, replay, type Replayed } from "./replay.ts";
export { readExchanges, readTrace } from "./trace/read-trace.ts";
export { traceForProposer, type ProposerTrace } from "./trace/for-proposer.ts";
export { conversationOf, type Conversation, type Message, type MessagePart } from "./trace/messages.ts";
export { unifiedDiff } from "./trace/unified-diff.ts";
export type {
  CaseTrace,
  ExecutionTrace,
  ExperimentTrace,
  OutcomeTrace,
  ProposalTrace,
  TrainTrace,
  ValidationTrace,
} from "./trace/trace.ts";
export type { ReviewRequest, ReviewResult } from "./review.ts";
export { applyEvent, startState, waitingForReview, type HeldExperiment, type RunState } from "./state.ts";
export { pairOf, type ModelPair } from "./model-use.ts";
export { summarise, type Summary } from "./summary.ts";
export { ENGINE_VERSION } from "./version.ts";
export { stable } from "./stable.ts";
export { Wallet } from "./wallet.ts";
export { applyChange, type Applied } from "./surface.ts";
