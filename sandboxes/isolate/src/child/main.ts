/**
 * The child process: it runs one job at a time, each in a fresh isolate, and keeps nothing of a candidate.
 * It is started with the path of isolated-vm's binary as its only argument, an empty environment, and nothing open but
 * the two pipes to the engine and one for V8's last words.
 */
import { createRequire } from "node:module";
import {
  type ChildEngine,
  type JobRequest,
  privateBytes,
  Questions,
  serveJobs,
  shrinkTo,
  startStripper,
  startTidying,
} from "@pawl/sandbox-process/child";
import type ivmTypes from "isolated-vm";
import { runJob } from "./job.ts";

const MIB = 1_048_576;

const WARM_UP: JobRequest = {
  type: "job",
  files: { "warm-up.ts": "export default (input: number) => input;" },
  entry: "warm-up.ts",
  digest: "",
  seed: 0,
  wallMs: 60_000,
  memoryMb: 16,
  outputBytes: 1_024,
  models: false,
};

async function start(): Promise<ChildEngine> {
  const tidy = startTidying();
  const { ivm } = createRequire(import.meta.url)(process.argv[2]!) as { ivm: typeof ivmTypes };
  const tools = { ivm, stripTypes: await startStripper() };
  const { response: first } = await runJob(tools, WARM_UP, new ivm.ExternalCopy("[1]"), new Questions(() => undefined));
  if (first.outcome !== "ok") throw new Error(`the first trip ended as ${first.outcome}: ${first.reason}`);
  await shrinkTo(privateBytes() - 256 * MIB);

  const batches = new Map<string, { readonly text: ivmTypes.ExternalCopy<string>; readonly bytes: number }>();
  // The engine takes its measure while one isolate is alive, which is how it will be during a job.
  let spare: ivmTypes.Isolate | undefined;
  const release = (): void => {
    spare?.dispose();
    spare = undefined;
  };
  return {
    keep(_kind, digest, bytes) {
      release();
      batches.set(digest, { text: new ivm.ExternalCopy(bytes.toString("utf8")), bytes: bytes.length });
      tidy(3 * bytes.length);
    },
    forget(_kind, digest) {
      batches.get(digest)?.text.release();
      batches.delete(digest);
    },
    heldBytes() {
      let held = 0;
      for (const { bytes } of batches.values()) held += 3 * bytes;
      return held;
    },
    async run(job, questions) {
      release();
      const result = await runJob(tools, job, batches.get(job.digest)!.text, questions);
      // The text of the outputs is garbage twice over: as the isolate's string, and as the bytes that are sent.
      tidy(2 * result.outputs.length);
      return result;
    },
    brace() {
      spare = new ivm.Isolate({ memoryLimit: 16 });
    },
  };
}

await serveJobs(start);
