import type { Json } from "@pawl/plugin";

type Fields = Record<string, Json>;

/**
 * Puts the chunks of a streamed chat completion together into the answer that would have come unstreamed. Events of any
 * other format stay a list.
 */
export function joinChunks(events: readonly Json[]): Json {
  const chunks = events.filter(isChunk);
  if (chunks.length === 0 || chunks.length < events.length) return [...events];
  const [first] = chunks;
  const { choices: _choices, object: _object, ...head } = first as Fields;
  const choices = new Map<number, { message: Fields; finish: Json; calls: Map<number, Fields> }>();
  let usage: Json | undefined;
  for (const chunk of chunks) {
    if (chunk["usage"] !== undefined && chunk["usage"] !== null) usage = chunk["usage"];
    for (const choice of chunk["choices"] as Json[]) {
      if (!isObject(choice)) continue;
      const index = Number(choice["index"] ?? 0);
      const joined = choices.get(index) ?? { message: {}, finish: null, calls: new Map<number, Fields>() };
      choices.set(index, joined);
      if (isObject(choice["delta"])) addDelta(joined, choice["delta"]);
      if (typeof choice["finish_reason"] === "string") joined.finish = choice["finish_reason"];
    }
  }
  return {
    ...head,
    object: "chat.completion",
    choices: [...choices].map(([index, { message, finish, calls }]) => ({
      index,
      message: { ...message, ...(calls.size === 0 ? {} : { tool_calls: [...calls.values()] }) },
      finish_reason: finish,
    })),
    ...(usage === undefined ? {} : { usage }),
  };
}

function addDelta({ message, calls }: { message: Fields; calls: Map<number, Fields> }, delta: Fields): void {
  for (const [name, value] of Object.entries(delta)) {
    if (name === "tool_calls" && Array.isArray(value)) {
      for (const call of value as Json[]) if (isObject(call)) addCall(calls, call);
    } else message[name] = append(message[name], value);
  }
}

function addCall(calls: Map<number, Fields>, { index, ...call }: Fields): void {
  const at = Number(index ?? calls.size);
  const joined = calls.get(at) ?? {};
  calls.set(at, joined);
  for (const [name, value] of Object.entries(call)) {
    if (name !== "function" || !isObject(value)) joined[name] = value;
    else {
      const known = isObject(joined["function"]) ? joined["function"] : {};
      const args = append(known["arguments"], value["arguments"] ?? "");
      joined["function"] = { ...known, ...value, arguments: args };
    }
  }
}

/** Texts come in pieces; anything else replaces what was there. */
function append(known: Json | undefined, value: Json): Json {
  return typeof known === "string" && typeof value === "string" ? known + value : value;
}

function isChunk(event: Json): event is Fields {
  return isObject(event) && Array.isArray(event["choices"]);
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
