import type { ModelDescription } from "@pawl/plugin";
import { type Endpoint, baseUrl } from "./endpoint.ts";

/** Makes of models, and how their names are known. The first that matches counts. */
const FAMILIES: readonly (readonly [family: string, names: RegExp])[] = [
  // Distilled models bear two names: what they were made from comes first.
  ["deepseek", /deepseek/],
  ["claude", /claude/],
  ["gemini", /gemini/],
  ["gemma", /gemma/],
  ["gpt", /(?:^|[/:._-])(?:chat)?gpt|(?:^|[/:])o[1-9](?:-|$)|davinci|codex/],
  ["qwen", /qwen|qwq/],
  ["mistral", /mi[sx]tral|codestral|devstral|magistral|ministral|pixtral/],
  ["llama", /llama/],
  ["phi", /(?:^|[/:._-])phi[-:.\d]/],
  ["grok", /grok/],
  ["command", /command-?[ar]/],
  ["glm", /(?:^|[/:._-])(?:chat)?glm/],
  ["kimi", /kimi|moonshot/],
  ["granite", /granite/],
  ["nova", /(?:^|[/:._-])nova-/],
];

/** The make of a model, told from its name; `undefined` where nobody can tell. */
export function familyOf(name: string): string | undefined {
  const plain = name.toLowerCase();
  return FAMILIES.find(([, names]) => names.test(plain))?.[0];
}

/** Describes a model for records and for whoever compares families. */
export function describeModel(endpoint: Endpoint, role: ModelDescription["role"]): ModelDescription {
  const family = endpoint.family ?? familyOf(endpoint.model);
  return {
    name: endpoint.model,
    provider: endpoint.provider === "openai-compatible" ? new URL(baseUrl(endpoint)).host : endpoint.provider,
    ...(family === undefined ? {} : { family }),
    role,
  };
}
