import { PawlError } from "@pawl/plugin";

/** The daemon does not answer, or went away in the middle of something. Not the candidate's fault: the job runs again. */
export class DaemonGone extends Error {
  constructor(cause: unknown) {
    super(`the Docker daemon does not answer: ${messageOf(cause)}`, { cause });
    this.name = "DaemonGone";
  }
}

/** A container was killed, neither by this engine nor for want of memory. That is what a daemon does when it stops. */
export class KilledFromOutside extends DaemonGone {
  constructor() {
    super(new Error("a container was killed from outside"));
    this.name = "KilledFromOutside";
  }
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An AggregateError of a connection has an empty message.
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

/** The HTTP status that the daemon answered with. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | undefined)?.statusCode;
}

const CONNECTION = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EAI_AGAIN",
]);

/** What a daemon says whose own helper processes end before it does. */
const SHUTTING_DOWN =
  /transport is closing|connection error|database not open|shutting down|daemon is stopping|containerd.*(refused|unavailable|not running)|code = (Unavailable|Canceled)/i;

/** Whether an error of a call to the daemon says that the daemon is not there. */
export function isGone(error: unknown): boolean {
  if (error instanceof DaemonGone) return true;
  if (!(error instanceof Error)) return false;
  const status = statusOf(error);
  if (status !== undefined) return status >= 500 && SHUTTING_DOWN.test(error.message);
  return CONNECTION.has((error as NodeJS.ErrnoException).code ?? "") || /socket hang up|aborted/i.test(error.message);
}

/**
 * Calls the daemon.
 * @throws DaemonGone · PawlError `PAWL_SANDBOX_FAILED` with what the daemon said
 */
export async function call<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PawlError) throw error;
    if (isGone(error)) throw error instanceof DaemonGone ? error : new DaemonGone(error);
    throw new PawlError("PAWL_SANDBOX_FAILED", `Docker could not ${what}: ${messageOf(error)}`, { cause: error });
  }
}
