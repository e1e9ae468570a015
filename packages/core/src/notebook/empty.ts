import type { Notebook } from "@pawl/plugin";

/** A notebook in which nothing is written yet. */
export const EMPTY_NOTEBOOK: Notebook = { notes: () => [], search: () => [], similar: () => [] };
