/** The run's money does not suffice for the next call of a model. No bug, no fault of a candidate: the run ends. */
export class OutOfBudget extends Error {
  override readonly name = "OutOfBudget";
}
