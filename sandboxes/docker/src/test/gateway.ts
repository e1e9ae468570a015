import type { GatewayRequest, GatewaySession } from "@pawl/plugin";

/** What a scripted end of the gateway says. The gateway of the plugin has tests of its own; here is the way to it. */
export interface Said {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string | AsyncIterable<string>;
}

/** An end of the gateway that keeps what it was asked. */
export function gatewayOf(answer: (request: GatewayRequest, n: number, signal: AbortSignal) => Said | Promise<Said>) {
  const seen: GatewayRequest[] = [];
  const state = { underWay: 0, mostAtOnce: 0, aborted: 0 };
  const session: GatewaySession = {
    exchange: async (request, signal) => {
      const n = seen.push(request) - 1;
      state.mostAtOnce = Math.max(state.mostAtOnce, (state.underWay += 1));
      signal.addEventListener("abort", () => (state.aborted += 1), { once: true });
      try {
        const { status = 200, contentType = "application/json", body } = await answer(request, n, signal);
        return { status, contentType, body: typeof body === "string" ? once(body) : body };
      } finally {
        state.underWay -= 1;
      }
    },
    close: async () => ({ exchanges: [], models: {}, refused: 0 }),
  };
  return { session, seen, state };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

/** Says back what it was asked. */
export const parrot = () =>
  gatewayOf(({ path, body }) => {
    if (path === "/v1/models") return { body: `{"data":[{"id":"parrot"}]}` };
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    return { body: JSON.stringify({ choices: [{ message: { content: `${messages[0]!.content}!` } }] }) };
  });
