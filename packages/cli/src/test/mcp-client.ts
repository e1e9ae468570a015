import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { afterEach } from "vitest";
import { PAWL, cleanEnv } from "./command.ts";

/** A client of the built `pawl mcp`, over real pipes. */
export interface Agent {
  readonly client: Client;
  readonly transport: StdioClientTransport;
  /** Calls a tool, and returns its words. */
  call(tool: string, input?: Record<string, unknown>): Promise<string>;
  /** The same with everything. */
  answer(tool: string, input?: Record<string, unknown>): Promise<CallToolResult>;
  stderr(): string;
  /** Leaves as clients do, and waits until the server has ended. */
  leave(): Promise<void>;
}

const open = new Set<Agent>();
afterEach(async () => {
  for (const agent of open) await agent.leave();
});

/** Starts the server in a project and says hello. */
export async function connect(dir: string, ...args: string[]): Promise<Agent> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PAWL, "mcp", ...args],
    cwd: dir,
    env: cleanEnv(),
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  const client = new Client({ name: "test-agent", version: "1.2.3" });
  await client.connect(transport);
  const answer = async (name: string, input: Record<string, unknown> = {}): Promise<CallToolResult> =>
    (await client.callTool({ name, arguments: input }, undefined, { timeout: 110_000 })) as CallToolResult;
  const agent: Agent = {
    client,
    transport,
    answer,
    call: async (name, input) => wordsOf(await answer(name, input)),
    stderr: () => stderr,
    async leave() {
      open.delete(agent);
      await client.close();
    },
  };
  open.add(agent);
  return agent;
}

export function wordsOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === "text" ? part.text : `(${part.type})`)).join("\n");
}

/** The number of the experiment that a change became. */
export async function propose(agent: Agent, input: Record<string, unknown>): Promise<number> {
  const answer = await agent.answer("propose", input);
  const experiment = (answer.structuredContent as { experiment?: number } | undefined)?.experiment;
  if (experiment === undefined) throw new Error(`no experiment: ${wordsOf(answer)}`);
  return experiment;
}
