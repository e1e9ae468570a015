import { PawlError } from "@pawl/plugin";
import { z } from "zod";

const priceSchema = z.strictObject({
  /** US dollars for a million input tokens. */
  inputUsdPerMillion: z.number().nonnegative(),
  /** US dollars for a million output tokens, those of reasoning included. */
  outputUsdPerMillion: z.number().nonnegative(),
  /** US dollars for a million input tokens that the provider had in its cache. Default: the price of any other. */
  cachedInputUsdPerMillion: z.number().nonnegative().optional(),
});

/** A model and where it is asked. Its key is never part of it: that comes from the environment. */
export const endpointSchema = z
  .strictObject({
    /** `openai-compatible`: any address that speaks the format, such as Ollama, vLLM or LM Studio. */
    provider: z.enum(["anthropic", "openai", "openai-compatible"]),
    /** As the provider calls it. */
    model: z.string().min(1).max(200),
    /** The root of the API, such as `http://127.0.0.1:11434/v1`. Needed for `openai-compatible`. */
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""), {
        message: "must not hold a password: keys come from the environment",
      })
      .optional(),
    /** Name of the environment variable that holds the key. Default: the provider's own. */
    keyEnv: z.string().min(1).optional(),
    /** Models of one make, such as `claude`. Default: told from the name. */
    family: z.string().min(1).optional(),
    /** Where it is not known, a run with a USD budget refuses to ask the model. */
    price: priceSchema.optional(),
    /** Tokens that one answer may have at most, those of reasoning included. */
    maxOutputTokens: z.int().min(1).default(4_096),
    temperature: z.number().min(0).max(2).optional(),
    /** How long an answer may take to begin, and to go on after each piece, in milliseconds. */
    timeoutMs: z.int().min(1).default(120_000),
  })
  .refine(({ provider, url }) => provider !== "openai-compatible" || url !== undefined, {
    path: ["url"],
    message: "an openai-compatible endpoint needs a url",
  });

/** A model and where it is asked, all defaults filled in. */
export type Endpoint = z.output<typeof endpointSchema>;

const URLS = { anthropic: "https://api.anthropic.com/v1", openai: "https://api.openai.com/v1" } as const;
const KEYS = { anthropic: "ANTHROPIC_API_KEY", openai: "OPENAI_API_KEY" } as const;

/** The root of the API, without a slash at its end. */
export function baseUrl({ provider, url }: Endpoint): string {
  const root = url ?? (provider === "openai-compatible" ? "" : URLS[provider]);
  return root.replace(/\/+$/, "");
}

/**
 * The key for an endpoint; `undefined` where none is needed.
 * @throws PawlError `PAWL_MODEL_KEY_MISSING`
 */
export function readKey(
  { provider, model, keyEnv }: Endpoint,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const name = keyEnv ?? (provider === "openai-compatible" ? undefined : KEYS[provider]);
  if (name === undefined) return undefined;
  // A line break at the end is what reading a key from a file leaves, and no header may hold one.
  const key = env[name]?.trim();
  if (key !== undefined && key !== "") return key;
  throw new PawlError("PAWL_MODEL_KEY_MISSING", `the environment has no key for ${model}`, {
    path: name,
    remedy: `Set ${name}, or name the variable that holds the key with keyEnv.`,
  });
}
