/**
 * The two models: one writes the harness (meta), one answers customers in it (task). They are configured separately, as
 * the cheap one that serves thousands of customers need not be the clever one that improves the harness at night.
 *
 * Without these variables the recorded stand-ins play both parts, and no key is needed:
 *
 * - `PAWL_TASK_URL`, `PAWL_META_URL`: the root of any API that speaks OpenAI's chat completions
 * - `PAWL_TASK_MODEL`, `PAWL_META_MODEL`: the model's name there
 * - `PAWL_TASK_KEY`, `PAWL_META_KEY`: its key, where it needs one; keys never stand in a config
 */
const { env } = process;

/** `node serve.ts` starts the stand-ins there. */
const STAND_IN_URL = "http://127.0.0.1:4747/v1";

/** Whether the stand-ins play both parts. */
export const STAND_INS = env["PAWL_TASK_URL"] === undefined && env["PAWL_META_URL"] === undefined;

const keyIn = (name: string): { readonly keyEnv?: string } => (env[name] === undefined ? {} : { keyEnv: name });

/** Answers customers. The prices, in US dollars, are made up: put those of your provider in their place. */
export const TASK = {
  provider: "openai-compatible" as const,
  url: env["PAWL_TASK_URL"] ?? STAND_IN_URL,
  model: env["PAWL_TASK_MODEL"] ?? "scripted-agent",
  ...keyIn("PAWL_TASK_KEY"),
  price: { inputUsdPerMillion: 0.15, outputUsdPerMillion: 0.6 },
  maxOutputTokens: 400,
};

/** Edits the harness. */
export const META = {
  provider: "openai-compatible" as const,
  url: env["PAWL_META_URL"] ?? STAND_IN_URL,
  model: env["PAWL_META_MODEL"] ?? "scripted-engineer",
  ...keyIn("PAWL_META_KEY"),
  price: { inputUsdPerMillion: 2, outputUsdPerMillion: 8 },
};
