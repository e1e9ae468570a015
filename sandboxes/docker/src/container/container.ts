import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { Metering } from "../daemon/daemon.ts";
import { call, DaemonGone, isGone, statusOf } from "../daemon/errors.ts";
import { Demux } from "./demux.ts";
import { type ContainerSpec, createOptions } from "./spec.ts";
import { type CgroupReader, findCgroup } from "./cgroup.ts";
import { readUsage, type Measured } from "./usage.ts";

/** 128 + SIGKILL. */
export const KILLED = 137;
/** How long the daemon may take to kill, in milliseconds; what is not dead by then is removed all the same. */
const KILL_MS = 10_000;
/** How often and how far apart the daemon is asked whether memory ran out. */
const OOM_LOOKS = 5;
const OOM_PAUSE_MS = 40;
/** How long the last output of a container that has ended may take, in milliseconds. */
const DRAIN_MS = 2_000;

/** How a container ended by itself. */
export interface Exit {
  readonly code: number;
  /** The kernel has ended a process in it for want of memory. */
  readonly outOfMemory: boolean;
}

/** Who hears what comes out of a container. */
export interface Listener {
  onData(stream: "stdout" | "stderr", chunk: Buffer): void;
  /** Called once, with how it ended or with a {@link DaemonGone}. */
  onEnd(end: Exit | DaemonGone): void;
}

/** One container for one job: started, attached, and never used twice. */
export class Container {
  readonly id: string;
  /** Who says what it uses. */
  readonly metering: Metering;
  /** The folder of the host with the socket that leads to models, where there is one. */
  readonly modelFolder: string | undefined;
  /** CPU time that it used before it got its job, as far as that is known, in milliseconds. */
  idleCpuMs = 0;
  readonly #container: Docker.Container;
  readonly #stream: Duplex;
  #listener: Listener | undefined;
  #early: ["stdout" | "stderr", Buffer][] = [];
  #end: Exit | DaemonGone | undefined;
  #removing: Promise<void> | undefined;
  #renaming: Promise<void> | undefined;
  #cgroup: CgroupReader | undefined;

  private constructor(
    container: Docker.Container,
    stream: Duplex,
    { metering, modelFolder }: { metering: Metering; modelFolder: string | undefined },
  ) {
    this.metering = metering;
    this.modelFolder = modelFolder;
    this.id = container.id;
    this.#container = container;
    this.#stream = stream;
    const demux = new Demux((from, chunk) => {
      if (this.#removing !== undefined) return;
      if (this.#listener === undefined) this.#early.push([from, chunk]);
      else this.#listener.onData(from, chunk);
    });
    stream.on("data", (chunk: Buffer) => demux.push(chunk));
    // Writing to a container that has just ended fails; its end is reported anyway.
    stream.on("error", () => undefined);
  }

  /**
   * Makes and starts a container.
   * @throws DaemonGone · PawlError `PAWL_SANDBOX_FAILED`
   */
  static async launch(docker: Docker, spec: ContainerSpec, metering: Metering): Promise<Container> {
    const made = await call("create a container", () => docker.createContainer(createOptions(spec)));
    try {
      const stream = (await call("attach to a container", () =>
        made.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true }),
      )) as Duplex;
      const container = new Container(made, stream, { metering, modelFolder: spec.modelFolder });
      container.#awaitEnd();
      await call("start a container", () => made.start());
      if (metering === "kernel") container.#cgroup = findCgroup(made.id);
      return container;
    } catch (error) {
      await made.remove({ force: true, v: true }).catch(() => undefined);
      throw error;
    }
  }

  get ended(): boolean {
    return this.#end !== undefined || this.#removing !== undefined;
  }

  /** Hands over what has come so far, and from now on everything as it comes. */
  listen(listener: Listener): void {
    this.#listener = listener;
    for (const [from, chunk] of this.#early.splice(0)) listener.onData(from, chunk);
    if (this.#end !== undefined) listener.onEnd(this.#end);
  }

  write(...chunks: readonly (Buffer | string)[]): void {
    for (const chunk of chunks) this.#stream.write(chunk);
  }

  /** Unpacks a tar in the container. */
  async put(tar: NodeJS.ReadableStream | Buffer, path: string): Promise<void> {
    await call("copy files into a container", () => this.#container.putArchive(tar, { path }));
  }

  /** A tar of a path, or undefined where there is no such path. */
  async get(path: string): Promise<NodeJS.ReadableStream | undefined> {
    return call("copy files out of a container", async () => {
      try {
        return await this.#container.getArchive({ path });
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  /** Freezes every process in it. */
  async pause(): Promise<void> {
    await call("pause a container", () => this.#container.pause());
  }

  /** Names the container after its job, for those who look at `docker ps`. */
  async rename(name: string): Promise<void> {
    if (this.ended) return;
    this.#renaming = this.#container.rename({ name }).then(
      () => undefined,
      () => undefined,
    );
    await this.#renaming;
  }

  /** What it has used up to now; undefined where that cannot be said, as when it has ended. */
  async usage(): Promise<Measured | undefined> {
    if (this.metering === "none") return undefined;
    const read = this.#cgroup?.();
    if (read !== undefined) return read;
    try {
      return readUsage(await this.#container.stats({ stream: false, "one-shot": true }));
    } catch {
      return undefined;
    }
  }

  /** Whether the kernel has ended a process in it for want of memory. */
  async outOfMemory(): Promise<boolean> {
    if (this.#cgroup?.()?.outOfMemory === true) return true;
    // The daemon hears of it from the kernel, a moment after the process is gone.
    for (let look = 0; ; look++) {
      const { State } = await this.#container.inspect();
      if (State.OOMKilled || look === OOM_LOOKS) return State.OOMKilled;
      await delay(OOM_PAUSE_MS);
    }
  }

  /** Notes what it has used while it waits, where that costs nothing. */
  noteIdle(): void {
    this.idleCpuMs = this.#cgroup?.()?.cpuMs ?? 0;
  }

  /** Ends every process in it. Returns once the daemon has said so, or cannot be asked. */
  async kill(): Promise<void> {
    // Its output is read on, and dropped by whoever listens: a daemon that cannot get rid of it does not see the end.
    const killed = this.#container.kill({ signal: "SIGKILL" }).catch(() => undefined);
    await Promise.race([killed, delay(KILL_MS, undefined, { ref: false })]);
  }

  /** Ends it and removes it with its volumes. Twice is once. Rejects only with {@link DaemonGone} or a failure to remove. */
  remove(): Promise<void> {
    this.#removing ??= this.#remove().finally(() => this.#stream.destroy());
    return this.#removing;
  }

  async #remove(): Promise<void> {
    // A daemon that removes a container while it is renamed, or while it ends by itself because its stdin has ended, may
    // list one for ever that is gone. So the stream is closed last, and what still comes out of it is dropped.
    await this.#renaming;
    await call("remove a container", async () => {
      try {
        await this.#container.remove({ force: true, v: true });
      } catch (error) {
        // 404: gone already. 409: being removed.
        if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
      }
    });
  }

  /** Learns of the end both from the daemon's answer to `wait` and from the end of the stream: either may be missed. */
  #awaitEnd(): void {
    let asked = false;
    const look = async (): Promise<void> => {
      if (asked || this.#end !== undefined) return;
      asked = true;
      const end = await this.#inspect();
      asked = false;
      if (end === undefined || this.#end !== undefined) return;
      // Its last words may still be on their way.
      if (!(end instanceof DaemonGone)) await this.#drained();
      this.#setEnd(end);
    };
    // A wait that is asked for before the start returns at once, unless it is for the next exit.
    this.#container.wait({ condition: "next-exit" }).then(look, look);
    this.#stream.once("close", () => void look());
    this.#stream.once("end", () => void look());
  }

  async #drained(): Promise<void> {
    if (this.#stream.readableEnded || this.#stream.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, DRAIN_MS);
    this.#stream.once("end", resolve).once("close", resolve);
    await promise;
    clearTimeout(timer);
  }

  async #inspect(): Promise<Exit | DaemonGone | undefined> {
    if (this.#removing !== undefined) return { code: KILLED, outOfMemory: false };
    try {
      const { State } = await this.#container.inspect();
      if (State.Running || State.Status === "created") return undefined;
      const killed = State.ExitCode === KILLED;
      return { code: State.ExitCode, outOfMemory: State.OOMKilled || (killed && (await this.outOfMemory())) };
    } catch (error) {
      if (isGone(error)) return new DaemonGone(error);
      // Removed by somebody else: all that is known is that it is gone.
      return { code: KILLED, outOfMemory: false };
    }
  }

  #setEnd(end: Exit | DaemonGone): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#listener?.onEnd(end);
  }
}
