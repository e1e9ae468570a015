/**
 * The child process: it runs one job at a time, each in a fresh isolate, and keeps nothing of a candidate.
 * It is started with the path of isolated-vm's binary as its only argument, an empty environment, and nothing open but the two
 * pipes to the engine and one for V8's last words.
 */
import { createRequire } from "node:module";
import type ivmTypes from "isolated-vm";
import { encodeFrame, FrameReader } from "../frames.ts";
import type { Request, Response } from "../protocol.ts";
import { runJob } from "./job.ts";
import { dropPrivileges } from "./privileges.ts";
import { startStripper } from "./strip.ts";

const die = (): void => {
  process.kill(process.pid, "SIGKILL");
};

// The engine's end of the pipe closes when the engine ends, however it ends. A candidate never runs on this thread, so
// this is noticed even while one is stuck in native code.
process.stdin.on("end", die).on("close", die).on("error", die);
process.stdout.on("error", die);

// Local time must not depend on the machine.
process.env["TZ"] = "UTC";

const { ivm } = createRequire(import.meta.url)(process.argv[2]!) as { ivm: typeof ivmTypes };
const tools = { ivm, stripTypes: await startStripper() };
const batches = new Map<string, ivmTypes.ExternalCopy<string>>();

const send = (response: Response, body?: Buffer): void => {
  for (const chunk of encodeFrame(response, body)) process.stdout.write(chunk);
};

async function handle(request: Request, body: Buffer): Promise<void> {
  spare?.dispose();
  spare = undefined;
  if (request.type === "batch") {
    for (const digest of request.forget) {
      batches.get(digest)?.release();
      batches.delete(digest);
    }
    batches.set(request.digest, new ivm.ExternalCopy(body.toString("utf8")));
    send({ type: "kept", digest: request.digest });
    return;
  }
  const { response, outputs } = await runJob(tools, request, batches.get(request.digest)!);
  send(response, outputs);
}

// One full trip before the first job: it starts the threads and compiles what every job needs, so that what is measured
// as this process's own memory is all of it.
batches.set("", new ivm.ExternalCopy("[1]"));
await runJob(
  tools,
  {
    type: "job",
    files: { "warm-up.ts": "export default (input: number) => input;" },
    entry: "warm-up.ts",
    digest: "",
    seed: 0,
    wallMs: 60_000,
    memoryMb: 16,
    outputBytes: 1_024,
  },
  batches.get("")!,
);
// The engine takes its measure while one isolate is alive, which is how it will be during a job.
let spare: ivmTypes.Isolate | undefined = new ivm.Isolate({ memoryLimit: 16 });
dropPrivileges();

const reader = new FrameReader({ headerBytes: Number.MAX_SAFE_INTEGER, bodyBytes: Number.MAX_SAFE_INTEGER });
let queue = Promise.resolve();
process.stdin.on("data", (chunk: Buffer) => {
  for (const { header, body } of reader.push(chunk)) {
    queue = queue.then(() => handle(header as Request, body)).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, die);
    });
  }
});
send({ type: "ready", uid: process.getuid?.() ?? 0 });
