import type { GatewayResponse } from "@pawl/plugin";

/** Answers that the gateway gives itself, in OpenAI's format. */

/** Why a request was not passed on. */
export interface Refusal {
  readonly status: 400 | 402 | 404 | 405 | 413 | 429 | 503;
  readonly code: string;
  readonly message: string;
}

export function refuse({ status, code, message }: Refusal): GatewayResponse {
  return json(status, { error: { message, type: "gateway", param: null, code } });
}

export function listModels(names: readonly string[]): GatewayResponse {
  return json(200, {
    object: "list",
    data: names.map((id) => ({ id, object: "model", created: 0, owned_by: "gateway" })),
  });
}

function json(status: number, value: object): GatewayResponse {
  return { status, contentType: "application/json", body: once(JSON.stringify(value)) };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
