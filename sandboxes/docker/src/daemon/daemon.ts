import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { PawlError } from "@pawl/plugin";
import Docker from "dockerode";
import type { Endpoint } from "./endpoint.ts";
import { messageOf } from "./errors.ts";

/** Engine API 1.41 (Docker 20.10): `one-shot` stats and private cgroup namespaces. */
const OLDEST_API = [1, 41] as const;
const PING_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** What the daemon says of itself. */
export interface DaemonFacts {
  readonly version: string;
  /** `none`: as with a rootless daemon on cgroup v1, nothing is limited, measured or frozen. */
  readonly cgroup: "cgroup-v1" | "cgroup-v2" | "none";
  /** Whether it says that it limits memory, and cannot limit swap with it. */
  readonly swapUncounted: boolean;
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  readonly rootless: boolean;
  /** The folder that holds its images, where the daemon runs. */
  readonly folder: string;
}

/** Who says what a container uses: the kernel of this machine, the daemon, or nobody. */
export type Metering = "kernel" | "daemon" | "none";

export function meteringOf({ local }: Pick<Endpoint, "local">, { cgroup }: Pick<DaemonFacts, "cgroup">): Metering {
  // Without control groups a daemon answers with the numbers of the whole machine.
  if (cgroup === "none") return "none";
  return local ? "kernel" : "daemon";
}

/**
 * An agent of few words: the client of the daemon formats all of its options for a log that nobody reads, at every call,
 * and everything that hangs on an agent with them.
 */
class PlainAgent extends Agent {
  [inspect.custom](): string {
    return "agent";
  }
}

/** A daemon that may go away and come back. */
export class Daemon {
  readonly docker: Docker;
  readonly endpoint: Endpoint;
  #returning: Promise<void> | undefined;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
    // A daemon that stops still answers on connections that are open already. On a socket of this machine a new one for
    // each call costs nothing.
    const { socketPath } = endpoint.connection;
    this.docker = new Docker({
      ...endpoint.connection,
      ...(socketPath === undefined ? {} : { agent: new PlainAgent({ keepAlive: false }) }),
    });
  }

  /** Whether it answers now. */
  async answers(): Promise<boolean> {
    try {
      await Promise.race([
        this.docker.ping(),
        delay(PING_MS, undefined, { ref: false }).then(() => Promise.reject(new Error("no answer"))),
      ]);
      return true;
    } catch {
      return false;
    }
  }

  /** @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where there is no daemon that can be used */
  async facts(): Promise<DaemonFacts> {
    const remedy = `Start Docker, or say where it is with DOCKER_HOST or executor.options.host (asked: ${this.endpoint.name}).`;
    try {
      const [version, info] = await Promise.all([this.docker.version(), this.docker.info() as Promise<Info>]);
      const [major = 0, minor = 0] = version.ApiVersion.split(".").map(Number);
      if (major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1])) {
        throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `this Docker (${version.Version}) is too old`, {
          path: "executor",
          remedy: "Use Docker 20.10 or newer.",
        });
      }
      return {
        version: version.Version,
        cgroup: info.CgroupDriver === "none" ? "none" : info.CgroupVersion === "2" ? "cgroup-v2" : "cgroup-v1",
        swapUncounted: info.MemoryLimit === true && info.SwapLimit !== true,
        runtimes: Object.keys(info.Runtimes ?? {}),
        defaultRuntime: info.DefaultRuntime ?? "runc",
        folder: info.DockerRootDir ?? "",
        rootless: (info.SecurityOptions ?? []).some((option) => option.includes("rootless")),
      };
    } catch (error) {
      if (error instanceof PawlError) throw error;
      throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `Docker does not answer: ${messageOf(error)}`, {
        path: "executor",
        remedy,
        cause: error,
      });
    }
  }

  /**
   * Waits until the daemon answers again, asking less and less often. Many may wait at once; one of them asks.
   * @param onReturn called once per return, before anybody goes on
   * @throws PawlError `PAWL_SANDBOX_FAILED` after `waitMs` · the signal's reason
   */
  async back(waitMs: number, signal: AbortSignal, onReturn: () => Promise<void>): Promise<void> {
    this.#returning ??= this.#wait(waitMs, signal)
      .then(onReturn)
      .finally(() => {
        this.#returning = undefined;
      });
    await this.#returning;
  }

  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      if (await this.answers()) return;
      if (performance.now() - started > waitMs) {
        throw new PawlError("PAWL_SANDBOX_FAILED", `Docker has not answered for ${Math.round(waitMs / 1_000)} s`, {
          remedy: "Start Docker and resume the run.",
        });
      }
      await delay(pause, undefined, { signal });
    }
  }
}

interface Info {
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly DockerRootDir?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly DefaultRuntime?: string;
  readonly SecurityOptions?: readonly string[];
}
