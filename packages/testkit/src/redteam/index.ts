export {
  LANGUAGES,
  TECHNIQUES,
  type Answer,
  type Attack,
  type HonestChange,
  type Language,
  type Made,
  type Stage,
  type Target,
  type Technique,
} from "./attack.ts";
export { entryPath, languageOf, openBench, type Bench, type BenchOptions } from "./bench.ts";
export { ATTACKS, HONEST_CHANGES } from "./corpus.ts";
export { findAnswers, type FindOptions } from "./find-answers.ts";
export { graft, uproot, type Base, type Rooted } from "./graft.ts";
export { HOST_ATTACKS, sameFiles } from "./host/host-attacks.ts";
export type { Aftermath, Host, HostAttack } from "./host/host.ts";
export { weaken, type Weakened } from "./weaken.ts";
