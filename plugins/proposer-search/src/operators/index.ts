import { dampen, exchangeCall, unwrapCall } from "./calls.ts";
import { choice } from "./choice.ts";
import { cma } from "./cma.ts";
import { dropCondition, negate, swapBranches } from "./conditions.ts";
import { mix } from "./mix.ts";
import { jitter, nudge } from "./nudge.ts";
import { model } from "./model.ts";
import type { Operator } from "./operator.ts";
import { arithmetic, assignment, comparison, logical } from "./operator-swaps.ts";
import { removeStatement, removeTerm } from "./removals.ts";
import { revisit } from "./revisit.ts";
import { addCondition, addRule, duplicateRule, replaceField } from "./rules.ts";
import { addFactor, addTerm } from "./terms.ts";
import { transplant } from "./transplant.ts";

/** All operators, in an order that random choices depend on: new ones go to the end. */
export const OPERATORS: readonly Operator[] = [
  nudge,
  jitter,
  cma,
  choice,
  comparison,
  arithmetic,
  assignment,
  logical,
  negate,
  swapBranches,
  dropCondition,
  removeStatement,
  removeTerm,
  exchangeCall,
  unwrapCall,
  dampen,
  addRule,
  addCondition,
  addTerm,
  addFactor,
  duplicateRule,
  replaceField,
  mix,
  revisit,
  transplant,
  model,
];
