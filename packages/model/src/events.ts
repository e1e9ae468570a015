/** Server-sent events, as streamed answers of models use them: https://html.spec.whatwg.org/multipage/server-sent-events.html */

/** Whether a body is a stream of events. */
export function isEventStream(contentType: string): boolean {
  return /^\s*text\/event-stream\b/i.test(contentType);
}

/** The JSON values that a stream of events carries; what is no JSON, such as `[DONE]`, is left out. */
export function readEvents(text: string): unknown[] {
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const data = block
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).replace(/^ /, ""))
      .join("\n");
    if (data === "") return [];
    try {
      return [JSON.parse(data) as unknown];
    } catch {
      return [];
    }
  });
}

/** The last events of an answer that is whole, in the formats of OpenAI and Anthropic. */
const LAST =
  /^data: ?\[DONE\]|"finish_reason" ?: ?"|"type" ?: ?"(?:message_stop|response\.(?:completed|incomplete|failed)|error)"/m;

/** Whether a stream of events reached its end, and was not cut off on its way. */
export function isWhole(text: string): boolean {
  return LAST.test(text);
}

/** Cuts a stream of text into events, each with the blank line that ends it: the same pieces whatever the network did. */
export class EventCutter {
  #rest = "";

  /** The events that are complete with this chunk. */
  take(chunk: string): string[] {
    const parts = (this.#rest + chunk).split(/(?<=\n\r?\n)/);
    const last = parts.at(-1) ?? "";
    const complete = /\n\r?\n$/.test(last);
    this.#rest = complete ? "" : (parts.pop() ?? "");
    return parts.filter((part) => part !== "");
  }

  /** What came after the last blank line. */
  rest(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}
