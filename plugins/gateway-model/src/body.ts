import { isEventStream, readEvents } from "@pawl/model";
import type { Relay } from "./relay.ts";
import type { ChatRequest } from "./request.ts";

/** The body for the candidate. A stream that breaks off says so in its last event. */
export function bodyOf(relay: Relay, { wantsUsage }: ChatRequest, signal: AbortSignal): AsyncIterable<string> {
  const pieces = withWordOnItsEnd(relay.read(signal));
  return isEventStream(relay.contentType) && !wantsUsage ? withoutUsage(pieces) : pieces;
}

/** Leaves the events out that tell nothing but the usage: they are asked for by the gateway, not by the candidate. */
async function* withoutUsage(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) if (!tellsUsageOnly(piece)) yield piece;
}

function tellsUsageOnly(piece: string): boolean {
  if (!piece.includes('"usage"')) return false;
  const [event] = readEvents(piece) as ({ choices?: unknown; usage?: unknown } | null)[];
  return (
    typeof event?.usage === "object" &&
    event.usage !== null &&
    Array.isArray(event.choices) &&
    event.choices.length === 0
  );
}

async function* withWordOnItsEnd(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* pieces;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    yield `data: ${JSON.stringify({ error: { message, type: "gateway", param: null, code: "broken_off" } })}\n\n`;
  }
}
