import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentEnd } from "../agent-run.ts";
import { Captured } from "../captured.ts";
import type { Containment } from "./containment.ts";
import { MARK, endSurvivors } from "./survivors.ts";

/** How long the end of the output is waited for once every process is dead, in milliseconds. */
const OUTPUT_MS = 2_000;

export interface ProcessTask {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly wallMs: number;
  readonly graceMs: number;
  readonly containment: Containment;
}

export interface ProcessEnd {
  readonly end: AgentEnd;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with nothing on stdin, until it ends, its time is over or `signal` aborts; returns when nothing of it is
 * running any more.
 * @throws what `signal` was aborted with
 * @throws the error of the operating system where it cannot be started
 */
export async function runProcess(task: ProcessTask, signal: AbortSignal): Promise<ProcessEnd> {
  signal.throwIfAborted();
  const { command, cwd, env, wallMs, graceMs, containment } = task;
  const [file, ...args] = [...containment.launcher, ...command];
  const mark = randomUUID();
  const child = spawn(file!, args, {
    cwd,
    env: { ...env, [MARK]: mark },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw await new Promise<Error>((resolve) => child.once("error", resolve));
  const [stdout, stderr] = [new Captured(), new Captured()];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const exited = new Promise<AgentEnd>((resolve) => {
    child.once("exit", (code, by) =>
      resolve(code === null ? { kind: "signal", signal: by ?? "unknown" } : endOf(code, containment)),
    );
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const stop = new AbortController();
  const ended = await Promise.race([exited, timeOut(wallMs, signal, stop.signal)]);
  stop.abort();
  if (ended === "stop") {
    const asked = signalGroup(pid, "SIGTERM");
    if (asked && graceMs > 0) {
      const over = new AbortController();
      await Promise.race([exited, sleep(graceMs, undefined, { signal: over.signal }).catch(() => undefined)]);
      over.abort();
    }
    await endAll(child, pid, containment, exited);
  }
  await endSurvivors(pid, mark);
  const late = new AbortController();
  await Promise.race([closed, sleep(OUTPUT_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
  child.stdout.destroy();
  child.stderr.destroy();
  signal.throwIfAborted();
  return { end: ended === "stop" ? { kind: "time-out" } : ended, stdout: stdout.text(), stderr: stderr.text() };
}

/** A shell tells the signal that ended its child in its own exit code. */
function endOf(code: number, { namespace }: Containment): AgentEnd {
  if (!namespace || code <= 128 || code > 128 + 64) return { kind: "exit", code };
  return { kind: "signal", signal: SIGNALS.get(code - 128) ?? `signal ${code - 128}` };
}

const SIGNALS = new Map([
  [6, "SIGABRT"],
  [9, "SIGKILL"],
  [11, "SIGSEGV"],
  [15, "SIGTERM"],
]);

async function timeOut(wallMs: number, signal: AbortSignal, stop: AbortSignal): Promise<"stop"> {
  await sleep(wallMs, undefined, { signal: AbortSignal.any([signal, stop]) }).catch(() => undefined);
  return "stop";
}

/**
 * Ends everything. In a namespace its first process is killed: the kernel then ends all others, and only afterwards does
 * the launcher hear of it.
 */
async function endAll(
  child: ChildProcess,
  pid: number,
  { namespace }: Containment,
  exited: Promise<unknown>,
): Promise<void> {
  if (namespace) {
    for (const first of childrenOf(pid)) killOne(first);
    const late = new AbortController();
    await Promise.race([exited, sleep(1_000, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
  }
  signalGroup(pid, "SIGKILL");
  child.kill("SIGKILL");
  await exited;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

function signalGroup(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, name);
    return true;
  } catch {
    return false;
  }
}
