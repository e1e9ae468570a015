import type { ScriptedAnswer, ScriptedBody } from "./script.ts";

/** An answer in OpenAI's format: https://platform.openai.com/docs/api-reference/chat */

const BYTES_PER_TOKEN = 4;
const PIECE_LENGTH = 16;
/** Scripts have no clock. */
const CREATED = 0;
/** Says in every answer that nobody thought. */
const FINGERPRINT = "scripted";

const tokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

function toolCalls(answer: ScriptedAnswer, n: number) {
  return (answer.toolCalls ?? []).map(({ name, arguments: args, id }, index) => ({
    id: id ?? `call_${n}_${index}`,
    type: "function" as const,
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
}

function usageOf(body: ScriptedBody, answer: ScriptedAnswer, n: number) {
  const calls = toolCalls(answer, n);
  const said = (answer.content ?? "") + (answer.reasoning ?? "") + (calls.length === 0 ? "" : JSON.stringify(calls));
  const input = answer.usage?.inputTokens ?? tokens(JSON.stringify([body.messages, body.tools ?? []]));
  const output = answer.usage?.outputTokens ?? tokens(said);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: answer.usage?.cachedInputTokens ?? 0 },
  };
}

function finishReason(answer: ScriptedAnswer): string {
  return answer.finishReason ?? ((answer.toolCalls ?? []).length > 0 ? "tool_calls" : "stop");
}

/** The whole answer as one object. */
export function completion(body: ScriptedBody, answer: ScriptedAnswer, n: number) {
  const calls = toolCalls(answer, n);
  return {
    id: `chatcmpl-scripted-${n}`,
    object: "chat.completion",
    created: CREATED,
    model: body.model,
    system_fingerprint: FINGERPRINT,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: answer.content ?? (calls.length > 0 ? null : ""),
          ...(answer.reasoning === undefined ? {} : { reasoning_content: answer.reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
        finish_reason: finishReason(answer),
      },
    ],
    usage: usageOf(body, answer, n),
  };
}

/** The same as the events of a stream, without the one that ends it. */
export function chunks(body: ScriptedBody, answer: ScriptedAnswer, n: number): string[] {
  const head = {
    id: `chatcmpl-scripted-${n}`,
    object: "chat.completion.chunk",
    created: CREATED,
    model: body.model,
    system_fingerprint: FINGERPRINT,
  };
  const event = (fields: object): string => `data: ${JSON.stringify({ ...head, ...fields })}\n\n`;
  const delta = (fields: object, finish: string | null = null): string =>
    event({ choices: [{ index: 0, delta: fields, finish_reason: finish }] });
  const size = answer.pieceLength ?? PIECE_LENGTH;
  return [
    delta({ role: "assistant", content: "" }),
    ...pieces(answer.reasoning ?? "", size).map((piece) => delta({ reasoning_content: piece })),
    ...pieces(answer.content ?? "", size).map((piece) => delta({ content: piece })),
    ...toolCalls(answer, n).flatMap(({ id, type, function: { name, arguments: args } }, index) => [
      delta({ tool_calls: [{ index, id, type, function: { name, arguments: "" } }] }),
      ...pieces(args, size).map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
    delta({}, finishReason(answer)),
    ...(body.stream_options?.include_usage === true ? [event({ choices: [], usage: usageOf(body, answer, n) })] : []),
  ];
}

/** Whole characters: no pair of surrogates is torn. */
function pieces(text: string, size: number): string[] {
  const characters = [...text];
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, at) =>
    characters.slice(at * size, (at + 1) * size).join(""),
  );
}
