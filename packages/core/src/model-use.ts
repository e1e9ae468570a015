import type { ModelDescription, ModelUse } from "@pawl/plugin";

/** All uses together. A sum over some prices only would look like the price of all, so then there is none. */
export function sumOfUses(uses: readonly ModelUse[]): ModelUse {
  const sum = (field: "calls" | "inputTokens" | "outputTokens"): number =>
    uses.reduce((total, use) => total + use[field], 0);
  const prices = uses.flatMap(({ usd }) => usd ?? []);
  return {
    calls: sum("calls"),
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    ...(prices.length < uses.length ? {} : { usd: prices.reduce((total, usd) => total + usd, 0) }),
  };
}

/** The families of the models that propose and of those that the surface works with. */
export interface ModelPair {
  readonly meta: readonly string[];
  readonly task: readonly string[];
  /** Whether all of them are one family. */
  readonly same: boolean;
}

/** `null` where one side asks no model, or nobody knows of what family one is. */
export function pairOf(models: readonly ModelDescription[]): ModelPair | null {
  const familiesOf = (role: ModelDescription["role"]): readonly (string | undefined)[] => [
    ...new Set(models.filter((model) => model.role === role).map(({ family }) => family)),
  ];
  const [meta, task] = [familiesOf("meta"), familiesOf("task")];
  if (meta.length === 0 || task.length === 0) return null;
  const known = (families: readonly (string | undefined)[]): families is string[] => !families.includes(undefined);
  if (!known(meta) || !known(task)) return null;
  return { meta, task, same: new Set([...meta, ...task]).size === 1 };
}
