import type { Attributes } from "@opentelemetry/api";
import {
  type Conversation,
  type Json,
  type Message,
  type MessagePart,
  type ModelExchange,
  conversationOf,
} from "@pawl/core";

/**
 * Attributes of one call of a model, named by the GenAI semantic conventions of OpenTelemetry:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 *
 * @param content also what was said; the conventions leave it out unless somebody opts in
 */
export function chatAttributes(exchange: ModelExchange, content: boolean): Attributes {
  const { model, provider, status, inputTokens, outputTokens, usd, retries, replayed } = exchange;
  const request = fields(exchange.request);
  const response = fields(exchange.response);
  const conversation = conversationOf(exchange);
  return defined({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": text(request["model"]) ?? model,
    "gen_ai.request.max_tokens":
      number(request["max_tokens"]) ?? number(request["max_completion_tokens"]) ?? number(request["max_output_tokens"]),
    "gen_ai.request.temperature": number(request["temperature"]),
    "gen_ai.request.top_p": number(request["top_p"]),
    "gen_ai.request.seed": number(request["seed"]),
    "gen_ai.output.type": request["response_format"] === undefined ? undefined : "json",
    "gen_ai.response.id": text(response["id"]),
    "gen_ai.response.model": text(response["model"]),
    "gen_ai.response.finish_reasons":
      conversation.finishReasons.length === 0 ? undefined : [...conversation.finishReasons],
    "gen_ai.usage.input_tokens": inputTokens,
    "gen_ai.usage.output_tokens": outputTokens,
    "http.response.status_code": status === 0 ? undefined : status,
    "error.type": errorOf(status),
    "pawl.usd": usd,
    "pawl.retries": retries,
    "pawl.replayed": replayed,
    "pawl.case": exchange.case,
    ...(content ? contentOf(conversation) : {}),
  });
}

/** What class of error an answer was; `undefined` for a good one. */
export function errorOf(status: number): string | undefined {
  if (status === 0) return "no_answer";
  return status >= 400 ? String(status) : undefined;
}

/** A call of a tool, and the answer that the model was given. */
export interface ToolCall {
  readonly id?: string;
  readonly name: string;
  readonly input: Json;
  readonly output?: Json;
}

/** Attributes of one execution of a tool. */
export function toolAttributes({ id, name, input, output }: ToolCall, content: boolean): Attributes {
  return defined({
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.call.id": id,
    "gen_ai.tool.type": "function",
    ...(content
      ? {
          "gen_ai.tool.call.arguments": JSON.stringify(input),
          "gen_ai.tool.call.result": output === undefined ? undefined : JSON.stringify(output),
        }
      : {}),
  });
}

/** Attributes without those that are not known. */
export function defined(attributes: Readonly<Record<string, Attributes[string]>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

function contentOf({ input, output, finishReasons }: Conversation): Attributes {
  const messages = (list: readonly Message[]) =>
    list.map(({ role, parts }, index) => ({
      role,
      parts: parts.map(partOf),
      ...(list === output ? { finish_reason: finishReasons[index] ?? "stop" } : {}),
    }));
  return {
    "gen_ai.input.messages": JSON.stringify(messages(input)),
    "gen_ai.output.messages": JSON.stringify(messages(output)),
  };
}

function partOf(part: MessagePart): Record<string, Json> {
  switch (part.kind) {
    case "tool-call":
      return { type: "tool_call", id: part.id ?? null, name: part.name, arguments: part.input };
    case "tool-result":
      return { type: "tool_call_response", id: part.id ?? null, response: part.output };
    case "other":
      return { type: "other", content: part.value };
    default:
      return { type: part.kind, content: part.text };
  }
}

const fields = (value: Json): Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : {};

const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);

const number = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);
