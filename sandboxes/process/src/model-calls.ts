import type { GatewaySession } from "@pawl/plugin";
import type { Child } from "./child.ts";
import type { AskResponse } from "./protocol.ts";

/** Questions of one job that may be under way at once; the gateway has a limit of its own, for the experiment. */
const AT_ONCE = 64;
/** Characters of an answer that are handed into a sandbox. */
const LARGEST_ANSWER = 1_048_576;

/** What a candidate asks of models, carried between its child process and the gateway. */
export class ModelCalls {
  readonly #child: Child;
  readonly #gateway: GatewaySession;
  readonly #ended = new AbortController();
  #underWay = 0;

  constructor(child: Child, gateway: GatewaySession) {
    this.#child = child;
    this.#gateway = gateway;
  }

  /** Takes a question. Its answer goes to the child by itself. */
  take({ id, case: position }: AskResponse, body: Buffer): void {
    if (this.#underWay >= AT_ONCE) {
      this.#child.answer(id, 429, problem(`${AT_ONCE} calls are under way already`));
      return;
    }
    this.#underWay += 1;
    void this.#ask(id, position, body.toString("utf8")).finally(() => (this.#underWay -= 1));
  }

  /** Cuts off what is under way. Nothing is handed to the child any more. */
  end(): void {
    this.#ended.abort(new Error("the job has ended"));
  }

  async #ask(id: number, position: number, body: string): Promise<void> {
    const { signal } = this.#ended;
    let status: number;
    let text = "";
    try {
      const request = { method: "POST", path: "/v1/chat/completions", body, case: position };
      const response = await this.#gateway.exchange(request, signal);
      status = response.status;
      for await (const piece of response.body) {
        text += piece;
        if (text.length <= LARGEST_ANSWER) continue;
        status = 502;
        text = problem(`the answer has more than ${LARGEST_ANSWER} characters`);
        break;
      }
    } catch (error) {
      status = 502;
      text = problem(error instanceof Error ? error.message : String(error));
    }
    if (!signal.aborted) this.#child.answer(id, status, text);
  }
}

function problem(message: string): string {
  return JSON.stringify({ error: { message, type: "sandbox" } });
}
