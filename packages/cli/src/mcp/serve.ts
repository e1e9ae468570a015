import { Writable } from "node:stream";
import { ENGINE_VERSION } from "@pawl/core";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { onStop } from "../run/signals.ts";
import { CallLog } from "./call-log.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import type { Session } from "./session.ts";
import type { ToolContext } from "./tool.ts";
import { addBrief } from "./tools/brief.ts";
import { addHistory } from "./tools/history.ts";
import { addNotebook } from "./tools/notebook.ts";
import { addPropose } from "./tools/propose.ts";
import { addTraces } from "./tools/traces.ts";
import { addVerdict } from "./tools/verdict.ts";

const INSTRUCTIONS =
  "Pawl improves one surface against one locked metric. Read `brief`, look at `traces`, `propose` one idea at a time, wait " +
  "for its `verdict`, and learn from it. You cannot see validation or holdout cases, change the lock or report a score.";

/** How a session came to its end. */
export type Served = "client" | "signal";

/** Keeps everybody else off stdout, which carries the protocol and nothing else: their words go to stderr. */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout) as (chunk: Uint8Array, done: () => void) => boolean;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({ write: (chunk: Uint8Array, _encoding, done) => void write(chunk, () => done()) });
}

/** Serves a session over stdin and `stdout` until the client leaves or a signal comes, and brings its run to rest. */
export async function serve(session: Session, stdout: Writable, log: (line: string) => void): Promise<Served> {
  const server = new McpServer(
    { name: "pawl", title: "Pawl", version: ENGINE_VERSION },
    { instructions: INSTRUCTIONS, maxToolInputElements: 1_000 },
  );
  const context: ToolContext = { server, session, calls: new CallLog() };
  for (const add of [addBrief, addTraces, addNotebook, addPropose, addVerdict, addHistory]) add(context);

  const served = new Promise<Served>((resolve) => {
    let leaving = false;
    // Whoever leaves lets end what is under way; a signal on top of that stops it.
    const leave = (how: Served): void => {
      if (leaving && how === "signal") session.abort();
      session.drain();
      if (!leaving && how === "client" && session.started) log("the client has left; the run comes to rest");
      leaving = true;
      resolve(how);
    };
    onStop({ drain: () => leave("signal"), abort: () => session.abort() });
    process.stdin.once("end", () => leave("client"));
    process.stdin.once("close", () => leave("client"));
    process.stdout.on("error", () => leave("client"));
    // The library knows no other way to listen.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    server.server.onclose = () => leave("client");
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    server.server.onerror = (error) => log(`the client: ${error.message}`);
  });
  await server.connect(new StdioServerTransport(process.stdin, stdout, { maxBufferSize: MESSAGE_BYTES }));
  const how = await served;
  await session.rest();
  await server.close();
  return how;
}
