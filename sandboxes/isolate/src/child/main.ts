/**
 * The child process: it runs one job at a time, each in a fresh isolate, and keeps nothing of a candidate.
 * It is started with the path of isolated-vm's binary as its only argument, an empty environment, and nothing open but
 * the two pipes to the engine and one for V8's last words.
 */
import { createRequire } from "node:module";
import type ivmTypes from "isolated-vm";
import { encodeFrame, FrameReader } from "../frames.ts";
import type { JobRequest, Request, Response } from "../protocol.ts";
import { privateBytes, shrinkTo } from "./address-space.ts";
import { runJob } from "./job.ts";
import { startTidying } from "./garbage.ts";
import { dropPrivileges } from "./privileges.ts";
import { startStripper } from "./strip.ts";

const MIB = 1_048_576;
/** What this process may keep mapped between jobs, beside batches and outputs, before it is replaced. */
const KEPT = 96 * MIB;

const die = (): void => {
  process.kill(process.pid, "SIGKILL");
};

// The engine's end of the pipe closes when the engine ends, however it ends. A candidate never runs on this thread, so
// this is noticed even while one is stuck in native code.
process.stdin.on("end", die).on("close", die).on("error", die);
process.stdout.on("error", die);

// Local time must not depend on the machine.
process.env["TZ"] = "UTC";

const tidy = startTidying();
const { ivm } = createRequire(import.meta.url)(process.argv[2]!) as { ivm: typeof ivmTypes };
const tools = { ivm, stripTypes: await startStripper() };
const batches = new Map<string, { readonly text: ivmTypes.ExternalCopy<string>; readonly bytes: number }>();
const send = (response: Response, body?: Buffer): void => {
  for (const chunk of encodeFrame(response, body)) process.stdout.write(chunk);
};

function keep(digest: string, forget: readonly string[], body: Buffer): void {
  for (const each of forget) {
    batches.get(each)?.text.release();
    batches.delete(each);
  }
  batches.set(digest, { text: new ivm.ExternalCopy(body.toString("utf8")), bytes: body.length });
  send({ type: "kept", digest });
  tidy(3 * body.length);
}

async function serve(job: JobRequest): Promise<void> {
  send({ type: "started" });
  const { response, outputs, atRest } = await runJob(tools, job, batches.get(job.digest)!.text);
  let most = rest + KEPT + 2 * job.outputBytes;
  for (const { bytes } of batches.values()) most += 3 * bytes;
  // The text of the outputs is garbage twice over: as the isolate's string, and as the bytes that are sent.
  tidy(2 * outputs.length);
  send({ ...response, reusable: atRest && (await shrinkTo(most)) }, outputs);
}

// One full trip before the first job: it starts the threads and compiles what every job needs, so that what is measured
// as this process's own memory is all of it.
const warmUp: JobRequest = {
  type: "job",
  files: { "warm-up.ts": "export default (input: number) => input;" },
  entry: "warm-up.ts",
  digest: "",
  seed: 0,
  wallMs: 60_000,
  memoryMb: 16,
  outputBytes: 1_024,
};
const { response: first } = await runJob(tools, warmUp, new ivm.ExternalCopy("[1]"));
if (first.outcome !== "ok") throw new Error(`the first trip ended as ${first.outcome}: ${first.reason}`);
await shrinkTo(privateBytes() - 256 * MIB);
const rest = privateBytes();

// The engine takes its measure while one isolate is alive, which is how it will be during a job.
let spare: ivmTypes.Isolate | undefined = new ivm.Isolate({ memoryLimit: 16 });
dropPrivileges();

const reader = new FrameReader({ headerBytes: Number.MAX_SAFE_INTEGER, bodyBytes: Number.MAX_SAFE_INTEGER });
let queue = Promise.resolve();
process.stdin.on("data", (chunk: Buffer) => {
  for (const { header, body } of reader.push(chunk)) {
    const request = header as Request;
    queue = queue
      .then(() => {
        spare?.dispose();
        spare = undefined;
        return request.type === "batch" ? keep(request.digest, request.forget, body) : serve(request);
      })
      .catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, die);
      });
  }
});
send({ type: "ready", uid: process.getuid?.() ?? 0 });
