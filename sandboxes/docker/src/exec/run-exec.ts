import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Execution, Program } from "@pawl/plugin";
import { type Container, KILLED } from "../container/container.ts";
import { MODEL_SOCKET, WORK } from "../container/spec.ts";
import { call } from "../daemon/errors.ts";
import { openModels } from "../model/server.ts";
import { type End, PRINTED_CHARACTERS, supervise, type Supervision } from "../supervise.ts";
import { type Allowance, ArtifactFault, MAX_ENTRIES, readArtifact } from "./artifacts.ts";
import { Collector, type Ended, printedText } from "./collector.ts";
import { packContents } from "./pack.ts";
import { startScript } from "./script.ts";

/** How long the rest of stderr may take once the program has ended, in milliseconds. */
const STDERR_MS = 20;

/** One program in one container. */
export interface ExecRun {
  readonly program: Program;
  readonly seed: number;
  /** Files beside the program's own: the surface, or the artifacts of an earlier phase. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly inputs: Buffer | undefined;
  readonly artifacts: readonly string[];
  readonly artifactBytes: number;
  readonly writable: boolean;
  readonly memoryMb: number;
  /** What to call it in reasons. */
  readonly who: string;
}

/** What a program left. */
export interface ExecResult {
  readonly usage: Execution["usage"];
  readonly stdout: string;
  readonly stderr: string;
  readonly end:
    | { readonly outcome: "ok"; readonly stdout: Buffer; readonly artifacts: Readonly<Record<string, Uint8Array>> }
    | { readonly outcome: Exclude<Execution["outcome"], "ok">; readonly reason: string };
}

/**
 * Runs a program in a container that waits for one. Artifacts are taken while every process in it is frozen, so nobody
 * can swap a file for a link in between.
 */
export async function runExec(container: Container, run: ExecRun, supervision: Supervision): Promise<ExecResult> {
  const mark = `pawl-end-${randomBytes(16).toString("hex")}`;
  const { program, seed, files, inputs, artifacts, writable } = run;
  await using models = await openModels(container, supervision);
  const modelSocket = models === undefined ? undefined : MODEL_SOCKET;
  const start = startScript({ program, seed, inputs: inputs !== undefined, mark, modelSocket });
  const tar = await packContents({
    files,
    start,
    artifacts,
    writable,
    ...(program.bundle === undefined ? {} : { bundle: program.bundle }),
    ...(inputs === undefined ? {} : { inputs }),
  });
  await container.put(tar, WORK);
  const collector = new Collector(mark);
  const stderr: Buffer[] = [];
  let stderrBytes = 0;
  const { end, meter, wallMs, outputBytes } = await supervise<Ended>(container, supervision, (session) => {
    models?.endOnFlood(session);
    session.start();
    container.write("go\n");
    return (stream, chunk) => {
      if (stream === "stderr") {
        if (stderrBytes < 4 * PRINTED_CHARACTERS) stderr.push(chunk);
        stderrBytes += chunk.length;
        return;
      }
      const ended = collector.push(chunk);
      if (ended !== undefined) session.done(ended);
    };
  });
  if (end.kind === "done") await delay(STDERR_MS);
  const printed = {
    usage: meter.usage(wallMs, outputBytes),
    stdout:
      end.kind === "done" ? printedText([end.value.stdout], PRINTED_CHARACTERS) : collector.text(PRINTED_CHARACTERS),
    stderr: printedText(stderr, PRINTED_CHARACTERS),
  };
  if (end.kind !== "done") return { ...printed, end: failure(end, run) };
  const { code, stdout } = end.value;
  if (code !== 0) return { ...printed, end: await exitFailure(container, code, printed.stderr, run) };
  if (stdout.length > supervision.limits.outputBytes) {
    const reason = `more than ${supervision.limits.outputBytes} bytes of output`;
    return { ...printed, end: { outcome: "output-limit", reason } };
  }
  try {
    return { ...printed, end: { outcome: "ok", stdout, artifacts: await takeArtifacts(container, run) } };
  } catch (error) {
    if (error instanceof ArtifactFault) return { ...printed, end: { outcome: error.outcome, reason: error.message } };
    throw error;
  }
}

async function takeArtifacts(container: Container, run: ExecRun): Promise<Readonly<Record<string, Uint8Array>>> {
  if (run.artifacts.length === 0) return {};
  await container.pause();
  const left: Allowance = { bytes: run.artifactBytes, entries: MAX_ENTRIES };
  const all: Record<string, Uint8Array> = {};
  for (const path of run.artifacts) {
    const tar = await container.get(`${WORK}/${path}`);
    if (tar === undefined) throw new MissingArtifact(path, run.who);
    Object.assign(all, await readArtifact(tar, path, left));
  }
  return all;
}

class MissingArtifact extends ArtifactFault {
  constructor(path: string, who: string) {
    super("crashed", `${who} ended without leaving the artifact ${path}`);
  }
}

function failure(end: Exclude<End<never>, { kind: "done" }>, { memoryMb, who }: ExecRun): Failed {
  if (end.kind === "stopped") return { outcome: end.outcome, reason: end.reason };
  const { code, outOfMemory } = end.exit;
  if (outOfMemory) return { outcome: "out-of-memory", reason: `${who} needed more than ${memoryMb} MB of memory` };
  return { outcome: "crashed", reason: `the container of ${who} ended with ${code}` };
}

/** A program that ended with an error. The kernel ends one that wants too much memory with SIGKILL. */
async function exitFailure(
  container: Container,
  code: number,
  stderr: string,
  { who, memoryMb }: ExecRun,
): Promise<Failed> {
  if (code === KILLED && (await call("inspect a container", () => container.outOfMemory()))) {
    return { outcome: "out-of-memory", reason: `${who} needed more than ${memoryMb} MB of memory` };
  }
  const words = stderr.trim().split("\n").slice(-3).join(" ").slice(-500);
  return { outcome: "crashed", reason: `${who} ended with ${code}${words === "" ? "" : `: ${words}`}` };
}

type Failed = Exclude<ExecResult["end"], { outcome: "ok" }>;
