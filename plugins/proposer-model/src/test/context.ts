import type { ExperimentRecord, Files, Notebook, ProposeContext, Purse, TrainFailure } from "@pawl/plugin";
import { createRandom, EMPTY_NOTEBOOK, UNLIMITED_PURSE } from "@pawl/testkit";

export const FILE = "rules.ts";
export const SURFACE: Files = {
  [FILE]: "// How much to give.\nexport default (x: number): number => x * 0.5;\n",
};

/** What a proposer may know, with what a test wants to be different. */
export function contextOf(
  changes: Partial<Omit<ProposeContext, "history" | "train">> & {
    readonly records?: readonly ExperimentRecord[];
    readonly failures?: readonly TrainFailure[];
    readonly seed?: string;
  } = {},
): ProposeContext {
  const { records = [], failures = [], seed = "1", experiment = 1, ...rest } = changes;
  return {
    experiment,
    goal: "Give what is right.",
    metric: { name: "worth", direction: "maximize", description: "how right the amounts are" },
    guardrails: [],
    champion: { experiment: 0, files: SURFACE, score: 0.5 },
    history: {
      length: records.length,
      recent: (count) => records.slice(-count),
      kept: () => records.filter(({ status }) => status === "kept"),
    },
    train: { inputs: [], failures: async () => failures },
    budget: {},
    purse: UNLIMITED_PURSE,
    notebook: EMPTY_NOTEBOOK,
    random: createRandom(`${seed}/propose/${experiment}`),
    ...rest,
  };
}

/** A budget of so many US dollars, and what became of it. */
export function purseOf(usd: number): Purse & { readonly spent: number } {
  let left = usd;
  return {
    limited: true,
    get left() {
      return left;
    },
    get spent() {
      return usd - left;
    },
    reserve(most) {
      if (most > left) return null;
      left -= most;
      return {
        settle: (paid) => {
          left += most - paid;
          most = paid;
        },
      };
    },
  };
}

/** A notebook that knows of one earlier try, whatever is proposed. */
export function notebookWith(similarity: (files: Files) => number): Notebook {
  return {
    ...EMPTY_NOTEBOOK,
    similar: (files) => [
      {
        run: "run-1",
        experiment: 7,
        status: "rejected",
        hypothesis: "give three quarters",
        reason: "no gain beyond luck",
        similarity: similarity(files),
      },
    ],
  };
}
