import { type Json, type ModelExchange, cleanText } from "@pawl/plugin";

/**
 * What a failing case asked of its model, told briefly: the messages of the longest conversation and the last answer. The
 * system prompt is left out, as it is a part of the surface.
 */
export function transcript(exchanges: readonly ModelExchange[], maxCharacters: number): string {
  const conversations = exchanges.map((exchange) => ({ exchange, messages: messagesOf(exchange.request) }));
  const longest = conversations.reduce((best, each) => (each.messages.length >= best.messages.length ? each : best));
  const others = exchanges.length - 1;
  const lines = [
    ...longest.messages.filter(({ role }) => role !== "system" && role !== "developer").map(tell),
    ...answerOf(longest.exchange),
    ...(others === 0 ? [] : [`(${others} more ${others === 1 ? "call" : "calls"} before or beside this one)`]),
  ];
  return cleanText(lines.join("\n"), { maxCharacters });
}

interface Message {
  readonly role: string;
  readonly content: string;
  readonly calls: readonly string[];
}

function tell({ role, content, calls }: Message): string {
  const text = cleanText(content, { maxCharacters: 1_500 });
  return [`${role}: ${text}`, ...calls.map((call) => `${role} calls ${cleanText(call, { maxCharacters: 500 })}`)]
    .filter((line) => line !== `${role}: `)
    .join("\n");
}

function answerOf({ response, status }: ModelExchange): string[] {
  const choices = field(response, "choices");
  const [message] = Array.isArray(choices) ? toMessages([field(choices[0], "message")]) : [];
  if (message !== undefined) return [tell(message)];
  return [`answer (status ${status}): ${cleanText(textOf(response), { maxCharacters: 1_500 })}`];
}

function messagesOf(request: Json): readonly Message[] {
  const messages = field(request, "messages");
  return Array.isArray(messages) ? toMessages(messages) : [];
}

function toMessages(messages: readonly (Json | undefined)[]): Message[] {
  return messages.flatMap((message) => {
    const role = field(message, "role");
    if (typeof role !== "string") return [];
    const calls = field(message, "tool_calls");
    return [
      { role, content: textOf(field(message, "content")), calls: Array.isArray(calls) ? calls.map(tellCall) : [] },
    ];
  });
}

function tellCall(call: Json): string {
  const target = field(call, "function");
  return `${textOf(field(target, "name"))}(${textOf(field(target, "arguments"))})`;
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  // Content in parts.
  if (Array.isArray(value)) return value.map((part) => textOf(field(part, "text") ?? part)).join("\n");
  return JSON.stringify(value);
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, Json>)[name] : undefined;
}
