import type { Attack, HonestChange } from "./attack.ts";
import { FRAUD } from "./honest/fraud.ts";
import { IDIOMS } from "./honest/idioms.ts";
import { PACKING } from "./honest/packing.ts";
import { PRICING } from "./honest/pricing.ts";
import { REFACTORS } from "./honest/refactors.ts";
import { TRAIN } from "./honest/train.ts";
import { DETOURS } from "./javascript/detours.ts";
import { GLOBALS } from "./javascript/globals.ts";
import { PROCESS } from "./javascript/process.ts";
import { REACH } from "./javascript/reach.ts";
import { RESULTS } from "./javascript/results.ts";
import { BRANCHES } from "./lookup/branches.ts";
import { COVERED } from "./lookup/covered.ts";
import { LOOKUP_DETOURS } from "./lookup/detours.ts";
import { HASHES } from "./lookup/hashes.ts";
import { HIDDEN } from "./lookup/hidden.ts";
import { POSITIONS } from "./lookup/positions.ts";
import { TABLES } from "./lookup/tables.ts";
import { PROPOSALS } from "./proposals.ts";
import { PYTHON } from "./python/python.ts";
import { LUCK } from "./statistics/luck.ts";
import { OVERFITTED } from "./statistics/overfitted.ts";
import { RANKING } from "./statistics/ranking.ts";
import { SHIFTING } from "./statistics/shifting.ts";

/** Attacks that are a content of the surface, or a proposal of one. Those on the host are {@link HOST_ATTACKS}. */
export const ATTACKS: readonly Attack[] = [
  ...GLOBALS,
  ...RESULTS,
  ...PROCESS,
  ...REACH,
  ...DETOURS,
  ...POSITIONS,
  ...TABLES,
  ...HASHES,
  ...BRANCHES,
  ...HIDDEN,
  ...LOOKUP_DETOURS,
  ...COVERED,
  ...RANKING,
  ...LUCK,
  ...OVERFITTED,
  ...SHIFTING,
  ...PROPOSALS,
  ...PYTHON,
];

/** Changes that nobody should take for gaming: any of them may be worse, none of them cheats. */
export const HONEST_CHANGES: readonly HonestChange[] = [
  ...REFACTORS,
  ...FRAUD,
  ...PRICING,
  ...PACKING,
  ...IDIOMS,
  ...TRAIN,
];
