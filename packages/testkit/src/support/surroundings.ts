import type { Notebook, Purse } from "@pawl/plugin";

/** Money without end, for a proposer that is asked outside of a run. */
export const UNLIMITED_PURSE: Purse = Object.freeze({
  limited: false,
  left: Number.POSITIVE_INFINITY,
  reserve: () => ({ settle: () => undefined }),
});

/** A notebook in which nothing is written, for the same. */
export const EMPTY_NOTEBOOK: Notebook = Object.freeze({ notes: () => [], search: () => [], similar: () => [] });
