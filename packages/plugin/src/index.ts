export type { Json } from "./json.ts";
export { ERRORS, PawlError, type ErrorCode, type PawlErrorDetails } from "./errors.ts";
export { gpuLimitsSchema, limitsSchema, type AttestedLimit, type Limits } from "./limits.ts";
export {
  FAILED_OUTCOMES,
  type Bundle,
  type Entry,
  type Execution,
  type FailedOutcome,
  type Files,
  type InputBatch,
  type Job,
  type Output,
  type Program,
  type Usage,
} from "./job.ts";
export { gain, type GuardrailMetric, type Metric } from "./metric.ts";
export type { CustomRelation, Relation } from "./relation.ts";
export {
  SPLITS,
  type Canary,
  type CaseFeedback,
  type Evaluation,
  type Score,
  type Scorer,
  type Split,
} from "./scorer.ts";
export { hold, pass, reject, verdictSchema, type Verdict } from "./verdict.ts";
export type { Random } from "./random.ts";
export type { Cost, ExperimentRecord, ExperimentStatus, Failure, GateVerdict, History } from "./experiment.ts";
export {
  condensedSchema,
  proposalSchema,
  standstillSchema,
  type Change,
  type CondenseContext,
  type Condensed,
  type Edit,
  type Proposal,
  type ProposeContext,
  type Proposer,
  type RemainingBudget,
  type Standstill,
  type TrainFailure,
  type TrainView,
} from "./proposer.ts";
export type { Check, Executor, ExecutorTask } from "./executor.ts";
export type {
  Decoys,
  Gate,
  GateExamination,
  GateTask,
  HoldoutLook,
  InspectContext,
  Measured,
  PartialTrial,
  ReplayOptions,
  Rerun,
  RerunOptions,
  Subject,
  Trial,
} from "./gate.ts";
export type { Notice } from "./notice.ts";
export type { ModelDescription, ModelExchange, ModelUse } from "./model.ts";
export type { Purse, Reservation } from "./purse.ts";
export type {
  Gateway,
  GatewayAccount,
  GatewayReport,
  GatewayRequest,
  GatewayResponse,
  GatewaySession,
  GatewayTrouble,
} from "./gateway.ts";
export type { Effect, ExperimentReference, Note, Notebook, SimilarTry } from "./notebook.ts";
export { cleanJson, cleanText, stripEscapes, type CleanOptions } from "./text.ts";
export { createRedactor, type Redactor } from "./redact.ts";
export {
  defineExecutor,
  defineGate,
  defineGateway,
  defineProposer,
  defineScorer,
  type ConfiguredPlugin,
  type OpenedPlugin,
  type Plugin,
  type PluginContext,
  type PluginDefinition,
  type PluginKind,
  type PluginKinds,
  type ScorerDefinition,
} from "./define.ts";
export {
  budgetSchema,
  defineConfig,
  type Budget,
  type EntryConfig,
  type PawlConfig,
  type PluginEntry,
  type PluginReference,
  type ProgramConfig,
} from "./config.ts";
