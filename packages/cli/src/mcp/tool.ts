import { PawlError } from "@pawl/core";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { CallToolResult, ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { toPawlError } from "../output/print-error.ts";
import { sanitise } from "../output/text.ts";
import type { CallLog } from "./call-log.ts";
import { CALLS_AT_ONCE } from "./limits.ts";
import { type Session, SessionOver } from "./session.ts";

/** What a tool has at hand while it answers. */
export interface Call {
  /** Aborts when the client gives the call up. */
  readonly cancelled: AbortSignal;
  /**
   * Does something that may take long, and tells the client now and then that it is still under way.
   * @returns `later` where it took longer than `seconds`
   * @throws SessionOver where the run ends meanwhile
   */
  wait<T>(seconds: number, message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | Later>;
}

/** It is not done yet; asking again goes on waiting. */
export const LATER = Symbol("later");
export type Later = typeof LATER;

export interface ToolDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: S;
  /** Whether it leaves everything as it is. */
  readonly reads: boolean;
  answer(input: z.output<S>, call: Call): Promise<CallToolResult> | CallToolResult;
}

/** What the tools of a session share. */
export interface ToolContext {
  readonly server: McpServer;
  readonly session: Session;
  readonly calls: CallLog;
}

const FIRST_PROGRESS_MS = 300;
const PROGRESS_MS = 5_000;

export const text = (words: string): CallToolResult => ({ content: [{ type: "text", text: words }] });
export const refusal = (words: string): CallToolResult => ({ ...text(words), isError: true });

/** Registers a tool. Whatever goes wrong in it is an answer to the client, never the end of the server. */
export function addTool<S extends z.ZodObject>({ server, session, calls }: ToolContext, tool: ToolDefinition<S>): void {
  const { name, title, description, input, reads } = tool;
  let underWay = 0;
  const annotations = {
    title,
    readOnlyHint: reads,
    destructiveHint: false,
    idempotentHint: reads,
    openWorldHint: false,
  };
  const handle = async (given: unknown, extra: Extra): Promise<CallToolResult> => {
    if (underWay >= CALLS_AT_ONCE)
      return refusal(`too many calls of ${name} at once; wait for the answers to the others`);
    underWay += 1;
    try {
      session.start();
      calls.add(name, given);
      return await tool.answer(given as z.output<S>, callOf(session, extra));
    } catch (error) {
      return answerTo(error, extra.signal);
    } finally {
      underWay -= 1;
    }
  };
  server.registerTool(name, { title, description, inputSchema: input as z.ZodObject, annotations }, handle as never);
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

function answerTo(error: unknown, cancelled: AbortSignal): CallToolResult {
  if (error instanceof SessionOver) return refusal(error.message);
  if (cancelled.aborted) return refusal("the call was cancelled");
  const { code, message, remedy } = toPawlError(error);
  if (!(error instanceof PawlError)) process.stderr.write(`${sanitise(`${code}: ${message}`)}\n`);
  return refusal(`${code}: ${message}${remedy === undefined ? "" : `\n${remedy}`}`);
}

function callOf(session: Session, extra: Extra): Call {
  const tellProgress = progressOf(extra);
  return {
    cancelled: extra.signal,
    async wait(seconds, message, work) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), seconds * 1_000);
      const quiet = tellProgress(message);
      const signal = AbortSignal.any([extra.signal, session.over, late.signal]);
      try {
        // What does not listen to the signal must not hold the answer back.
        return await Promise.race([work(signal), ended(signal)]);
      } catch (error) {
        if (session.over.aborted) throw session.over.reason;
        if (late.signal.aborted && !extra.signal.aborted) return LATER;
        throw error;
      } finally {
        clearTimeout(timer);
        quiet();
      }
    },
  };
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Clients that asked for it hear that a call is alive: soon, and then every few seconds. Each number is higher. */
function progressOf(extra: Extra): (message: string) => () => void {
  const progressToken = extra._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return () => undefined;
    const tell = (): void => {
      progress += 1;
      const params = { progressToken, progress, message };
      extra.sendNotification({ method: "notifications/progress", params }).catch(() => undefined);
    };
    const soon = setTimeout(tell, FIRST_PROGRESS_MS);
    const beat = setInterval(tell, PROGRESS_MS);
    return () => {
      clearTimeout(soon);
      clearInterval(beat);
    };
  };
}
