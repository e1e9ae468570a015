import { z } from "zod";

/**
 * What a candidate may ask for. Fields are allowed one by one: what is not listed could cost money that nobody counts
 * (several answers, priority, stored completions), or reach other services (search, files, images by address).
 */

const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(text).min(1)]);
const name = z.string().max(64).optional();
const toolCall = z.object({
  id: z.string().max(256),
  type: z.literal("function").default("function"),
  function: z.object({ name: z.string().max(64), arguments: z.string() }),
});

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "developer", "user"]), content, name }),
  z.strictObject({ role: z.literal("tool"), content, tool_call_id: z.string().max(256) }),
  // Answers are sent back as they came, with whatever the provider adds to them: the rest is left out.
  z.object({
    role: z.literal("assistant"),
    content: content.nullish(),
    name,
    tool_calls: z.array(toolCall).min(1).max(128).optional(),
  }),
]);

const functionTool = z.strictObject({
  type: z.literal("function", { error: "only tools of type function are allowed" }),
  function: z.strictObject({
    name: z.string().min(1).max(64),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.json()).optional(),
    strict: z.boolean().nullish(),
  }),
});

const requestSchema = z.strictObject({
  model: z.string().max(200).optional(),
  messages: z.array(message).min(1).max(4_096),
  tools: z.array(functionTool).min(1).max(128).optional(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string().max(64) }) }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.enum(["text", "json_object"]) }),
      z.strictObject({ type: z.literal("json_schema"), json_schema: z.record(z.string(), z.json()) }),
    ])
    .optional(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  stop: z.union([z.string().max(1_024), z.array(z.string().max(1_024)).max(16)]).nullish(),
  seed: z.int().nullish(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh"]).nullish(),
  max_tokens: z.number().min(1).nullish(),
  max_completion_tokens: z.number().min(1).nullish(),
  n: z.literal(1, { error: "only one answer at a time" }).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
});

/** A request that may be passed on. */
export interface ChatRequest {
  /** The model by name; absent where the candidate named none. */
  readonly model: string | undefined;
  /** All fields that go to the provider, but for the model, the limit of the answer and those of the stream. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Tokens that the candidate wants at most; `Infinity` where it did not say. */
  readonly maxTokens: number;
  readonly stream: boolean;
  /** Whether the candidate wants to be told its usage at the end of a stream. */
  readonly wantsUsage: boolean;
}

const DEEPEST = 64;

/** Reads what a candidate sent. A text says what is wrong with it. */
export function readRequest(body: string): ChatRequest | string {
  // Readers of nested values call themselves: a deep one would exhaust the stack.
  if (depthOf(body) > DEEPEST) return `the body is nested more than ${DEEPEST} levels deep`;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "the body is no JSON";
  }
  const parsed = requestSchema.safeParse(value);
  if (!parsed.success) return wordsOf(parsed.error);
  const { model, max_tokens, max_completion_tokens, n: _, stream, stream_options, ...fields } = parsed.data;
  const limits = [max_tokens, max_completion_tokens].filter((limit) => typeof limit === "number");
  return {
    model,
    fields: Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined && field !== null)),
    maxTokens: Math.floor(Math.min(...limits, Number.POSITIVE_INFINITY)),
    stream: stream === true,
    wantsUsage: stream_options?.include_usage === true,
  };
}

/** How deep brackets are nested outside of strings. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, (depth += 1));
    else if (character === "]" || character === "}") depth -= 1;
  }
  return deepest;
}

function wordsOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "the request is none";
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return `${path === "" ? "" : `${path}: `}not allowed here: ${issue.keys.slice(0, 8).join(", ")}`;
  }
  return `${path === "" ? "the body" : path}: ${issue.message}`;
}
