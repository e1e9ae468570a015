import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PAWL, cleanEnv } from "./command.ts";

type Message = Record<string, unknown>;

/** A client of `pawl mcp` that sends whatever it likes. */
export interface RawClient {
  readonly child: ChildProcess;
  send(text: string): void;
  /** Sends a request, and resolves with the whole answer. */
  request(method: string, params: unknown): Promise<Message>;
  call(name: unknown, input?: unknown): Promise<Message>;
  /** Everything on stdout so far, line by line. */
  lines(): string[];
  stderr(): string;
  readonly ended: Promise<number | null>;
}

/** Starts the server; with `hello`, the handshake is done. */
export async function rawConnect(dir: string, args: readonly string[] = [], hello = true): Promise<RawClient> {
  const child = spawn(process.execPath, [PAWL, "mcp", ...args], { cwd: dir, env: cleanEnv(), stdio: "pipe" });
  let [stdout, stderr] = ["", ""];
  const waiting = new Map<unknown, (message: Message) => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = JSON.parse(line) as Message;
      waiting.get(message["id"])?.(message);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").then(([code]) => code as number | null);
  let id = 0;
  const client: RawClient = {
    child,
    ended,
    send: (text) => void child.stdin.write(text),
    request(method, params) {
      const mine = (id += 1);
      const answered = new Promise<Message>((resolve) => waiting.set(mine, resolve));
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: mine, method, params })}\n`);
      return Promise.race([
        answered,
        ended.then((code) => {
          throw new Error(`the server ended with ${code}: ${stderr}`);
        }),
      ]);
    },
    call: (name, input) => client.request("tools/call", { name, arguments: input }),
    lines: () => stdout.split("\n").filter((line) => line !== ""),
    stderr: () => stderr,
  };
  if (hello) {
    const clientInfo = { name: "hostile\u001b[2J", version: "1" };
    await client.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
    client.send(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  }
  return client;
}

/** The words of a tool's answer, or of the error. */
export function wordsIn(message: Message): string {
  const { result, error } = message as { result?: { content?: { text?: string }[] }; error?: { message: string } };
  return error?.message ?? (result?.content ?? []).map(({ text }) => text ?? "").join("\n");
}

/** Whether the answer is a refusal of any kind. */
export function isRefused(message: Message): boolean {
  const { result, error } = message as { result?: { isError?: boolean }; error?: unknown };
  return error !== undefined || result?.isError === true;
}
