import type { Json, ModelExchange } from "@pawl/plugin";

/** One message of an exchange, whatever wire format it came in. */
export interface Message {
  /** `system`, `user`, `assistant`, `tool`, or what the format calls it. */
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

export type MessagePart =
  | { readonly kind: "text" | "reasoning"; readonly text: string }
  | { readonly kind: "tool-call"; readonly id?: string; readonly name: string; readonly input: Json }
  | { readonly kind: "tool-result"; readonly id?: string; readonly output: Json }
  /** Something else, such as an image. */
  | { readonly kind: "other"; readonly value: Json };

/** What was asked and answered. */
export interface Conversation {
  readonly input: readonly Message[];
  readonly output: readonly Message[];
  /** Why the model stopped, once for each answer. */
  readonly finishReasons: readonly string[];
}

type Fields = Readonly<Record<string, Json>>;

/**
 * Reads an exchange in the wire format of OpenAI (chat completions, responses) or Anthropic (messages). What it does not
 * know it leaves as it is; it never throws, since whoever answered may have answered anything.
 */
export function conversationOf({ request, response }: Pick<ModelExchange, "request" | "response">): Conversation {
  const asked = fields(request);
  const answered = fields(response);
  const input: Message[] = [];
  for (const key of ["system", "instructions"]) {
    if (asked[key] !== undefined) input.push({ role: "system", parts: partsOf(asked[key]) });
  }
  for (const item of [...list(asked["messages"]), ...inputOf(asked["input"])]) input.push(messageOf(item, "user"));
  const choices = list(answered["choices"]).map(fields);
  const output = [
    ...choices.map((choice) => messageOf(choice["message"] ?? null, "assistant")),
    ...list(answered["output"]).map((item) => messageOf(item, "assistant")),
    ...(answered["content"] === undefined ? [] : [{ role: "assistant", parts: partsOf(answered["content"]) }]),
  ];
  const reasons = [...choices.map((choice) => choice["finish_reason"]), answered["stop_reason"]];
  const unread = output.length === 0 ? [{ role: "assistant", parts: partsOf(response) }] : output;
  return { input, output: unread, finishReasons: reasons.filter((reason) => typeof reason === "string") };
}

function messageOf(item: Json, fallback: string): Message {
  const message = fields(item);
  const { role, content, type } = message;
  if (type === "function_call" || type === "function_call_output" || type === "reasoning") {
    return { role: type === "function_call_output" ? "tool" : "assistant", parts: [partOf(item)] };
  }
  const name = typeof role === "string" ? role : fallback;
  if (name === "tool") {
    const id = message["tool_call_id"];
    return { role: name, parts: [{ kind: "tool-result", ...idIn(id), output: content ?? null }] };
  }
  const thought = message["reasoning_content"] ?? message["reasoning"];
  return {
    role: name,
    parts: [
      ...(typeof thought === "string" && thought !== "" ? [{ kind: "reasoning", text: thought } as const] : []),
      ...(content === undefined || content === null ? [] : partsOf(content)),
      ...list(message["tool_calls"]).map(callOf),
      ...(typeof message["refusal"] === "string" ? [{ kind: "text", text: message["refusal"] } as const] : []),
    ],
  };
}

function callOf(item: Json): MessagePart {
  const { id, function: called } = fields(item);
  const { name, arguments: input } = fields(called ?? null);
  return { kind: "tool-call", ...idIn(id), name: typeof name === "string" ? name : "", input: parsed(input ?? null) };
}

function partsOf(content: Json): MessagePart[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return Array.isArray(content) ? content.map(partOf) : [partOf(content)];
}

function partOf(item: Json): MessagePart {
  if (typeof item === "string") return { kind: "text", text: item };
  const part = fields(item);
  const { type, text, id, name } = part;
  switch (type) {
    case "text":
    case "input_text":
    case "output_text":
      return { kind: "text", text: String(text ?? "") };
    case "thinking":
      return { kind: "reasoning", text: String(part["thinking"] ?? "") };
    case "reasoning":
      return {
        kind: "reasoning",
        text: [...list(part["summary"]), ...list(part["content"])].map(plainText).join("\n"),
      };
    case "tool_use":
      return { kind: "tool-call", ...idIn(id), name: String(name ?? ""), input: part["input"] ?? null };
    case "function_call":
      return {
        kind: "tool-call",
        ...idIn(part["call_id"]),
        name: String(name ?? ""),
        input: parsed(part["arguments"] ?? null),
      };
    case "tool_result":
      return { kind: "tool-result", ...idIn(part["tool_use_id"]), output: part["content"] ?? null };
    case "function_call_output":
      return { kind: "tool-result", ...idIn(part["call_id"]), output: part["output"] ?? null };
    default:
      return { kind: "other", value: item };
  }
}

const plainText = (item: Json): string => String(fields(item)["text"] ?? "");

const idIn = (id: Json | undefined): { id?: string } => (typeof id === "string" ? { id } : {});

/** Arguments of a call are JSON in a string, as far as the model got them right. */
function parsed(value: Json): Json {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function inputOf(value: Json | undefined): readonly Json[] {
  return typeof value === "string" ? [{ role: "user", content: value }] : list(value);
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const fields = (value: Json | undefined): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
