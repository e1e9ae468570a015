import { encodeFrame, FrameReader } from "../frames.ts";
import type { BlobKind, JobRequest, Request, Response, ResultResponse } from "../protocol.ts";
import { privateBytes, shrinkTo } from "./address-space.ts";
import { dropPrivileges } from "./privileges.ts";
import { Questions } from "./questions.ts";

const MIB = 1_048_576;
/** What this process may keep mapped between jobs, beside blobs and outputs, before it is replaced. */
const KEPT = 96 * MIB;

/** A result, the bytes of the outputs, and whether this process is as good as before. */
export interface JobResult {
  readonly response: Omit<ResultResponse, "reusable">;
  readonly outputs: Buffer;
  readonly atRest: boolean;
}

/** What a kind of sandbox does inside its child process. */
export interface ChildEngine {
  /** Keeps a blob for later jobs. */
  keep(kind: BlobKind, digest: string, bytes: Buffer): void | Promise<void>;
  forget(kind: BlobKind, digest: string): void;
  /** Bytes that the blobs take, which is not growth. */
  heldBytes(): number;
  /** Runs one job. No code of the candidate may run on this thread. */
  run(job: JobRequest, questions: Questions): Promise<JobResult>;
  /** Takes up what every job will need, while the engine measures what this process needs of its own. */
  brace?(): void;
}

/**
 * The main program of a child: it serves one job at a time and keeps nothing of a candidate. `start` makes everything
 * ready, with a full trip before the first job: it starts the threads and compiles what every job needs, so that what
 * is measured as this process's own memory is all of it.
 */
export async function serveJobs(start: () => Promise<ChildEngine>): Promise<void> {
  const die = (): void => {
    process.kill(process.pid, "SIGKILL");
  };
  // The other end of the pipe closes when the engine ends, however it ends. A candidate never runs on this thread, so
  // this is noticed even while one is stuck in native code.
  process.stdin.on("end", die).on("close", die).on("error", die);
  process.stdout.on("error", die);
  // Local time must not depend on the machine.
  process.env["TZ"] = "UTC";

  const engine = await start();
  const rest = privateBytes();
  engine.brace?.();
  dropPrivileges();

  const send = (response: Response, body?: Buffer): void => {
    for (const chunk of encodeFrame(response, body)) process.stdout.write(chunk);
  };
  let questions: Questions | undefined;
  const handle = async (request: Request, body: Buffer): Promise<void> => {
    if (request.type === "keep") {
      for (const each of request.forget) engine.forget(request.kind, each);
      await engine.keep(request.kind, request.digest, body);
      send({ type: "kept", digest: request.digest });
      return;
    }
    if (request.type === "answer") return;
    send({ type: "started" });
    questions = new Questions((id, position, text) => send({ type: "ask", id, case: position }, Buffer.from(text)));
    const { response, outputs, atRest } = await engine.run(request, questions);
    questions = undefined;
    const most = rest + KEPT + 2 * request.outputBytes + engine.heldBytes();
    send({ ...response, reusable: atRest && (await shrinkTo(most)) }, outputs);
  };
  const reader = new FrameReader({ headerBytes: Number.MAX_SAFE_INTEGER, bodyBytes: Number.MAX_SAFE_INTEGER });
  let queue = Promise.resolve();
  process.stdin.on("data", (chunk: Buffer) => {
    for (const { header, body } of reader.push(chunk)) {
      const request = header as Request;
      // Not in its turn: the job whose question it answers is what everything else waits for.
      if (request.type === "answer") questions?.answer(request.id, request.status, body.toString("utf8"));
      queue = queue
        .then(() => handle(request, body))
        .catch((error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, die);
        });
    }
  });
  send({ type: "ready", uid: process.getuid?.() ?? 0 });
}
