import { type Endpoint, type Fetch, baseUrl } from "@pawl/model";
import type { LanguageModel } from "ai";

/** Where no key is needed, or none is used: a library that insists on one gets this. */
const NO_KEY = "none";

/**
 * The model as the AI SDK knows it, asked through `fetch`. Only the library of its provider is loaded, and not before it is
 * needed: whoever merely reads a ledger need not wait for it.
 */
export async function openModel(endpoint: Endpoint, key: string | undefined, fetch: Fetch): Promise<LanguageModel> {
  const { provider, model } = endpoint;
  const settings = { baseURL: baseUrl(endpoint), fetch: fetch as typeof globalThis.fetch };
  switch (provider) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic({ ...settings, apiKey: key ?? NO_KEY })(model);
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ ...settings, apiKey: key ?? NO_KEY }).chat(model);
    }
    case "openai-compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      // A schema, as some servers refuse the mode that asks for any JSON; one that refuses schemas too is asked without.
      const options = { ...settings, name: "openai-compatible", supportsStructuredOutputs: true };
      return createOpenAICompatible({ ...options, ...(key === undefined ? {} : { apiKey: key }) })(model);
    }
  }
}
