import type { Execution, Job } from "@pawl/plugin";
import type { Container } from "../container/container.ts";
import { MODEL_SOCKET } from "../container/spec.ts";
import { readOutputs } from "../json.ts";
import { openModels } from "../model/server.ts";
import { harnessSource } from "../runner/harness.ts";
import { type End, supervise, type Supervision } from "../supervise.ts";
import { encodeFrame, type FrameError, FrameReader } from "./frames.ts";
import { HEADER_BYTES, PRINTED_CHARACTERS, responseSchema, type RunnerJob, type RunnerResult } from "./protocol.ts";

type CallJob = Job & { readonly entry: { readonly kind: "call" } };
interface Answer {
  readonly result: RunnerResult;
  readonly body: Buffer;
}

/** What V8 and Node say when they give up for want of memory. */
const OUT_OF_MEMORY =
  /out of memory|invalid (?:array|table|size)|allocation fail|cannot allocate|bad_alloc|heap limit/i;

/** Runs a `call` job in a container whose runner is waiting. The container is of no more use afterwards. */
export async function runCall(
  container: Container,
  job: CallJob,
  supervision: Supervision,
  attested: Execution["limits"],
): Promise<Execution> {
  const { memoryMb, outputBytes } = job.limits;
  let lastWords = "";
  await using models = await openModels(container, supervision);
  const { end, meter, wallMs } = await supervise<Answer>(container, supervision, (session) => {
    models?.endOnFlood(session);
    const settings = {
      seed: job.seed,
      outputBytes,
      printedCharacters: PRINTED_CHARACTERS,
      entry: job.entry.file,
      models: models !== undefined,
    };
    const request: RunnerJob = {
      files: job.files,
      entry: job.entry.file,
      harness: harnessSource(settings),
      ...(models === undefined ? {} : { modelSocket: MODEL_SOCKET }),
    };
    const reader = new FrameReader({ headerBytes: HEADER_BYTES, bodyBytes: outputBytes });
    let ready = false;
    return (stream, chunk) => {
      if (stream === "stderr") {
        lastWords = (lastWords + chunk.toString("utf8")).slice(-8_192);
        return;
      }
      try {
        for (const { header, body } of reader.push(chunk)) {
          const response = responseSchema.safeParse(header).data;
          if (response?.type === "ready" && !ready) {
            ready = true;
            session.start();
            container.write(...encodeFrame(request, Buffer.from(JSON.stringify(job.inputs.items))));
          } else if (response?.type === "result" && ready) session.done({ result: response, body });
          else throw new Error("it sent something that it never sends");
        }
      } catch (error) {
        if ((error as FrameError).kind === "too-large")
          session.stop("output-limit", `the answers are larger than ${outputBytes} bytes`);
        else session.stop("violation", `the runner broke its protocol: ${(error as Error).message}`);
      }
    };
  });
  const base = (bytes: number) => ({ usage: meter.usage(wallMs, bytes), limits: attested });
  if (end.kind !== "done") return { ...base(0), ...failure(end, lastWords, memoryMb), stdout: "", stderr: lastWords };
  const { result, body } = end.value;
  const { outcome, reason, stdout, stderr } = result;
  const rest = { ...base(body.length), stdout, stderr };
  if (outcome !== "ok") return { ...rest, outcome, reason: reason === "" ? outcome : reason };
  const outputs = readOutputs(body, job.inputs.items.length);
  if (typeof outputs !== "string") return { ...rest, outcome, outputs };
  return { ...rest, outcome: "violation", reason: `the runner broke its protocol: ${outputs}` };
}

function failure(end: Exclude<End<never>, { kind: "done" }>, lastWords: string, memoryMb: number): Failure {
  if (end.kind === "stopped") return { outcome: end.outcome, reason: end.reason };
  const { code, outOfMemory } = end.exit;
  if (outOfMemory || OUT_OF_MEMORY.test(lastWords)) {
    return { outcome: "out-of-memory", reason: `more than ${memoryMb} MB of memory` };
  }
  const words = lastWords.trim().split("\n").slice(0, 5).join(" ").slice(0, 500);
  return { outcome: "crashed", reason: `the runner's process ended with ${code}${words === "" ? "" : `: ${words}`}` };
}

type Failure = Pick<Execution & { reason: string }, "outcome" | "reason"> & {
  outcome: Exclude<Execution["outcome"], "ok">;
};
