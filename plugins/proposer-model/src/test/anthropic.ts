import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came. */
export interface Asked {
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown> & { readonly messages: readonly { readonly role: string }[] };
}

/** A scripted server that speaks Anthropic's messages format. */
export interface AnthropicServer {
  readonly url: string;
  readonly requests: readonly Asked[];
  close(): Promise<void>;
}

/** What it answers: blocks of content as the format has them, or a status. */
export type AnthropicScript = (asked: Asked, n: number) => readonly object[] | { readonly status: number };

/** Starts one on the loopback interface. What is asked for as a tool's input is given as one, as the format wants it. */
export async function startAnthropicServer(script: AnthropicScript): Promise<AnthropicServer> {
  const requests: Asked[] = [];
  const server: Server = createServer((request, response) => {
    void read(request).then((text) => {
      const json = (status: number, value: object): void => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(value));
      };
      if (request.url === "/v1/models") return json(200, { data: [{ id: "scripted-claude", type: "model" }] });
      if (request.url !== "/v1/messages") return json(404, error("not_found_error"));
      const asked: Asked = { headers: request.headers, body: JSON.parse(text) as Asked["body"] };
      requests.push(asked);
      const said = script(asked, requests.length - 1);
      if ("status" in said) return json(said.status, error("api_error"));
      return json(200, {
        id: "msg_scripted",
        type: "message",
        role: "assistant",
        model: asked.body["model"],
        content: said,
        stop_reason: said.some((block) => "input" in block) ? "tool_use" : "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 700, cache_read_input_tokens: 300, cache_creation_input_tokens: 0, output_tokens: 60 },
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
  return text;
}

const error = (type: string): object => ({ type: "error", error: { type, message: `scripted ${type}` } });
