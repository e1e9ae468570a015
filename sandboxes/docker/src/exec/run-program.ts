import type { Execution, Job, Program, Usage } from "@pawl/plugin";
import type { Container } from "../container/container.ts";
import { readLines } from "../json.ts";
import { evaluatorLimits } from "../limits.ts";
import type { Prepared } from "../prepared.ts";
import type { Supervision } from "../supervise.ts";
import { contentBytes, inputLines } from "./pack.ts";
import { type ExecResult, type ExecRun, runExec } from "./run-exec.ts";

const MIB = 1_048_576;
/** The start script is about so long; exactness does not matter. */
const SCRIPT_BYTES = 65_536;

type ExecJob = Job & { readonly entry: { readonly kind: "exec" } };

/**
 * Runs a program; and, where the entry names an evaluator, that one afterwards in a fresh container of its own, which
 * gets the inputs and of the candidate nothing but its artifacts.
 */
export async function runProgram(
  prepared: Prepared,
  job: ExecJob,
  artifactMb: number,
  { lease, gateway, signal, acceptKill }: Omit<Supervision, "limits">,
  attested: Execution["limits"],
): Promise<Execution> {
  const { entry, limits } = job;
  const { evaluator, artifacts = [] } = entry;
  const inputs = inputLines(job.inputs.items);
  const first: ExecRun = {
    program: entry,
    seed: job.seed,
    files: job.files,
    inputs: evaluator === undefined ? inputs : undefined,
    artifacts,
    artifactBytes: artifactMb * MIB,
    writable: limits.diskMb > 0,
    memoryMb: limits.memoryMb,
    who: "the program",
  };
  const bytes = sizeOf(entry, first);
  const container =
    lease === undefined
      ? await prepared.acquire(job, limits, bytes)
      : await prepared.launch(prepared.spec("exec", limits, bytes, job.id, lease.request));
  const trained = await finish(prepared, container, lease !== undefined, () =>
    runExec(container, first, { limits, lease, gateway, signal, acceptKill }),
  );
  lease?.release();
  if (evaluator === undefined || trained.end.outcome !== "ok") return toExecution(trained, job, attested);

  const allowed = evaluatorLimits(limits);
  const second: ExecRun = {
    program: evaluator,
    seed: job.seed,
    files: trained.end.artifacts,
    inputs,
    artifacts: [],
    artifactBytes: 0,
    writable: true,
    memoryMb: allowed.memoryMb,
    who: "the evaluator",
  };
  const fresh = await prepared.launch(prepared.spec("exec", allowed, sizeOf(evaluator, second), `${job.id}/evaluator`));
  const evaluated = await finish(prepared, fresh, false, () =>
    runExec(fresh, second, { limits: allowed, lease: undefined, gateway: undefined, signal, acceptKill }),
  );
  const execution = toExecution(evaluated, job, attested);
  return {
    ...execution,
    usage: addUsage(trained.usage, evaluated.usage),
    // What the evaluator prints are the outputs; what people want to read is what the candidate printed.
    stdout: trained.stdout,
    stderr: trained.stderr + evaluated.stderr,
    ...(execution.outcome === "ok" ? { artifacts: trained.end.artifacts } : {}),
  };
}

async function finish<T>(
  prepared: Prepared,
  container: Container,
  waitForEnd: boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    prepared.drop(container);
    // Devices are given back when nothing can use them any more.
    if (waitForEnd) await container.remove().catch(() => undefined);
  }
}

function sizeOf({ bundle }: Program, { files, inputs }: ExecRun): number {
  const contents = { files, start: "", artifacts: [], writable: true };
  return (
    SCRIPT_BYTES +
    contentBytes({
      ...contents,
      ...(bundle === undefined ? {} : { bundle }),
      ...(inputs === undefined ? {} : { inputs }),
    })
  );
}

function toExecution({ end, ...rest }: ExecResult, job: ExecJob, limits: Execution["limits"]): Execution {
  if (end.outcome !== "ok") return { ...rest, limits, outcome: end.outcome, reason: end.reason };
  const outputs = readLines(end.stdout, job.inputs.items.length);
  if (typeof outputs === "string") return { ...rest, limits, outcome: "violation", reason: outputs };
  const { artifacts } = end;
  return { ...rest, limits, outcome: "ok", outputs, ...(Object.keys(artifacts).length === 0 ? {} : { artifacts }) };
}

/** Both phases together; of memory the larger peak, for they do not run at the same time. */
function addUsage(a: Usage, b: Usage): Usage {
  const sum = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  const usage: Record<string, number | undefined> = {
    wallMs: a.wallMs + b.wallMs,
    cpuMs: sum(a.cpuMs, b.cpuMs),
    peakMemoryMb: Math.max(a.peakMemoryMb ?? 0, b.peakMemoryMb ?? 0) || undefined,
    outputBytes: sum(a.outputBytes, b.outputBytes),
    blockReadBytes: sum(a.blockReadBytes, b.blockReadBytes),
    blockWrittenBytes: sum(a.blockWrittenBytes, b.blockWrittenBytes),
  };
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined)) as unknown as Usage;
}
