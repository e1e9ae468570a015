import { type FailedOutcome, type GatewaySession, type Limits, PawlError } from "@pawl/plugin";
import { setTimeout as delay } from "node:timers/promises";
import { type Container, type Exit, KILLED } from "./container/container.ts";
import { Meter } from "./container/meter.ts";
import { DaemonGone, KilledFromOutside } from "./daemon/errors.ts";
import type { GpuLease } from "./gpu/gpu.ts";

/**
 * How long a last look at what a container used may hold up its end, in milliseconds. The kernel answers at once; some
 * daemons count once a second, and a busy one is late.
 */
const LAST_LOOK_MS = 3_000;
/** How long a container may take to be ready for its job, in milliseconds: a hang guard. No candidate has a part in it. */
const START_MS = 120_000;
/** Characters of printed text that are kept of each stream. */
export const PRINTED_CHARACTERS = 65_536;

/** How a job in a container came to its end. */
export type End<T> =
  | { readonly kind: "done"; readonly value: T }
  /** The container ended by itself. */
  | { readonly kind: "exit"; readonly exit: Exit }
  /** A limit was reached, or something was refused. */
  | { readonly kind: "stopped"; readonly outcome: FailedOutcome; readonly reason: string };

export interface Supervision {
  readonly limits: Pick<Limits, "wallMs" | "cpuMs" | "outputBytes">;
  readonly lease: GpuLease | undefined;
  /** The other end of the candidate's model calls, where it may make any. */
  readonly gateway: GatewaySession | undefined;
  readonly signal: AbortSignal;
  /**
   * Whether a container that was killed from outside is the job's end. Else {@link KilledFromOutside} is thrown: nobody
   * in a container can kill its first process, so it was the daemon's doing, or a person's.
   */
  readonly acceptKill: boolean;
}

const notStarted = (how: string): PawlError =>
  new PawlError("PAWL_SANDBOX_FAILED", `what starts candidates does not start in this image: ${how}`, {
    path: "executor.options.image",
    remedy: "Use an image with /bin/sh and, for functions, Node 24 or newer.",
  });

/** What the reader of a container's output may call. */
export interface Session<T> {
  /** Starts the clock: what comes now is the candidate's. */
  start(): void;
  done(value: T): void;
  stop(outcome: FailedOutcome, reason: string): void;
}

/** An end, and what was measured on the way. */
export interface Supervised<T> {
  readonly end: End<T>;
  readonly meter: Meter;
  readonly wallMs: number;
  readonly outputBytes: number;
}

/**
 * Lets a job run in a container until it is done, has ended, or has reached a limit. Whatever it does, this returns: at
 * the latest when the wall time is over and the container is killed. A container that is done is left alive, for the
 * caller to look at and to remove.
 *
 * @param begin hands the job over; what it returns hears the container's output
 * @throws DaemonGone · KilledFromOutside · PawlError `PAWL_SANDBOX_FAILED` where the GPUs can no longer be watched · the signal's reason
 */
export async function supervise<T>(
  container: Container,
  { limits, lease, signal, acceptKill }: Supervision,
  begin: (session: Session<T>) => (stream: "stdout" | "stderr", chunk: Buffer) => void,
): Promise<Supervised<T>> {
  const { wallMs, cpuMs, outputBytes } = limits;
  const { promise, resolve, reject } = Promise.withResolvers<End<T>>();
  const session: Session<T> = {
    start: () => {
      clearTimeout(unstarted);
      container.noteIdle();
      started = performance.now();
      timer = setTimeout(() => session.stop("timeout", `not done after ${wallMs} ms`), wallMs);
      meter.start(cpuMs, () => session.stop("timeout", `more than ${cpuMs} ms of CPU time`));
    },
    done: (value) => resolve({ kind: "done", value }),
    stop: (outcome, reason) => {
      over = true;
      resolve({ kind: "stopped", outcome, reason });
    },
  };
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();

  const meter = new Meter(container);
  const unstarted = setTimeout(() => reject(notStarted("it hangs")), START_MS);
  let timer: NodeJS.Timeout | undefined;
  let started: number | undefined;
  let seen = 0;
  let over = false;
  const hear = begin(session);
  container.listen({
    onData: (stream, chunk) => {
      seen += chunk.length;
      if (over) return;
      if (seen <= outputBytes + OVERHEAD_BYTES) return hear(stream, chunk);
      session.stop("output-limit", `more than ${outputBytes} bytes of output`);
    },
    onEnd: (end) => {
      if (end instanceof DaemonGone) reject(end);
      else if (end.code === KILLED && !end.outOfMemory && !over && !acceptKill) reject(new KilledFromOutside());
      else if (started === undefined) reject(notStarted(`it ended with ${end.code}`));
      else resolve({ kind: "exit", exit: end });
    },
  });
  lease?.watch(({ kind, reason }) => {
    if (kind === "watcher")
      reject(new PawlError("PAWL_SANDBOX_FAILED", `the GPUs are not watched any more: ${reason}`));
    else session.stop(kind === "memory" ? "out-of-memory" : "timeout", reason);
  });

  try {
    const end = await promise;
    const elapsed = performance.now() - (started ?? Number.NaN);
    meter.stop();
    if (end.kind !== "exit") await Promise.race([meter.measure(), delay(LAST_LOOK_MS, undefined, { ref: false })]);
    if (end.kind === "stopped") await container.kill();
    return { end, meter, wallMs: elapsed, outputBytes: seen };
  } finally {
    meter.stop();
    clearTimeout(timer);
    clearTimeout(unstarted);
    signal.removeEventListener("abort", onAbort);
  }
}

/** Bytes that the runner and the start script send themselves. */
const OVERHEAD_BYTES = 1_048_576;
