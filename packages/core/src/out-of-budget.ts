import { PawlError } from "@pawl/plugin";

/** The run's money does not suffice for the next call of a model. No bug, no fault of a candidate: the run ends. */
export class OutOfBudget extends PawlError {
  constructor(reason: string) {
    super("PAWL_BUDGET_SPENT", reason, { path: "budget.usd", remedy: "Start a run with a larger budget." });
  }
}
