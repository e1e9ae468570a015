/** The thread that the AssemblyScript compiler runs on. Its input is hostile: it may take for ever or fall over. */
import { parentPort } from "node:worker_threads";
import type { JobRequest } from "@pawl/sandbox-process/child";
import type { ThreadRequest, ThreadResult } from "../../child/thread-protocol.ts";
import { ADAPTER, adapterSource } from "./adapter.ts";

/** The part of the compiler that is used. Its own types would declare AssemblyScript's globals for this package, too. */
interface Compiler {
  main(
    args: readonly string[],
    host: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array | string): void;
      listFiles(): readonly string[];
      stdout: { write(text: Uint8Array | string): void };
      stderr: { write(text: Uint8Array | string): void };
    },
  ): Promise<{ readonly error: Error | null }>;
}

const compiler: string = "assemblyscript/asc";
const { default: asc } = (await import(compiler)) as { default: Compiler };

const MODULE = "module.wasm";
/** Characters of the compiler's messages that are told. */
const TOLD = 900;

async function compile({ files, entry, plan }: JobRequest): Promise<ThreadResult> {
  const sources = new Map(Object.entries(files)).set(ADAPTER, adapterSource(entry.replace(/\.ts$/, "")));
  let module: Uint8Array | undefined;
  let messages = "";
  const { optimize } = plan as { optimize: number };
  const result = (
    outcome: ThreadResult["outcome"],
    reason: string,
    answer: unknown,
    atRest: boolean,
  ): ThreadResult => ({
    outcome,
    reason,
    stdout: "",
    stderr: messages,
    outputs: outcome === "ok" ? Buffer.from(JSON.stringify([{ value: answer }])) : new Uint8Array(),
    memoryBytes: 0,
    atRest,
  });
  const used = ["abort=pawlAbort", "seed=pawlSeed", "trace=pawlTrace"];
  const args = [
    ADAPTER,
    "--outFile",
    MODULE,
    `-O${optimize}`,
    "--noColors",
    ...used.flatMap((each) => ["--use", each]),
  ];
  const { error } = await asc.main(args, {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (name, contents) => {
      if (name === MODULE && typeof contents !== "string") module = contents;
    },
    listFiles: () => [],
    stdout: { write: () => undefined },
    stderr: {
      write: (text) => {
        if (messages.length < 65_536) messages += typeof text === "string" ? text : Buffer.from(text).toString();
      },
    },
  });
  if (module !== undefined && error === null) {
    return result("ok", "", Buffer.from(module).toString("base64"), true);
  }
  // A compiler that fell over is not used again.
  const broken = !/compile error|parse error/i.test(error?.message ?? "");
  const why = errorsIn(messages) || messages.trim() || String(error);
  return result("crashed", why.slice(0, TOLD), undefined, !broken);
}

/** The errors among the compiler's messages: its remarks, of which there may be many more, help nobody here. */
function errorsIn(messages: string): string {
  const each = messages.split(/^(?=(?:ERROR|WARNING|INFO|PEDANTIC|FAILURE) )/m);
  return each
    .filter((message) => message.startsWith("ERROR "))
    .join("")
    .trim();
}

let queue = Promise.resolve();
parentPort!.on("message", (request: ThreadRequest) => {
  if (request.type !== "run") return;
  queue = queue.then(async () => parentPort!.postMessage(await compile(request.job)));
});
