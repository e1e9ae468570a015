import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import type { ExecutorTask, Job, Limits } from "@pawl/plugin";
import type Docker from "dockerode";
import { Container } from "./container/container.ts";
import { diskOf } from "./container/disk.ts";
import type { ContainerSpec } from "./container/spec.ts";
import { type Daemon, type DaemonFacts, type Metering, meteringOf } from "./daemon/daemon.ts";
import { WAIT_COMMAND } from "./exec/script.ts";
import type { DeviceRequest, GpuBroker } from "./gpu/gpu.ts";
import type { Image } from "./image/image.ts";
import { labelsOf, WARM } from "./labels.ts";
import type { SocketFolders } from "./model/folders.ts";
import { pidsOf, RUNNER_MB } from "./limits.ts";
import type { DockerOptions, Probed } from "./options.ts";
import { ownOwner } from "./owner.ts";
import { Pool, type Profile } from "./pool.ts";
import { runnerCommand } from "./runner/source.ts";

/** Room in an experiment's folder grows in such steps, so that a changed surface does not mean another kind of container. */
const STEP_KB = 64;

/** When what can wait is done, after a job has got its container, in milliseconds. */
const AFTERWARDS_MS = 40;

/** What a container is made for. */
export type JobKind = "exec" | "typed call" | "call";

/** What a container gets, but for the folder that is made for it alone. */
export interface ContainerPlan extends Omit<ContainerSpec, "modelFolder"> {
  readonly asksModels?: boolean;
}

/** The kind of container that an entry needs. */
export function kindOf(entry: Job["entry"]): JobKind {
  if (entry.kind === "exec") return "exec";
  return /\.[cm]?ts$/.test(entry.file) ? "typed call" : "call";
}

/** Everything that an executor has between `prepare` and `close`: it makes containers and gets rid of them. */
export class Prepared {
  readonly daemon: Daemon;
  readonly facts: DaemonFacts;
  readonly image: Image;
  readonly unenforced: ReadonlySet<Probed>;
  readonly gpus: GpuBroker | null;
  readonly pool: Pool;
  readonly closing = new AbortController();
  readonly id: string;
  readonly #options: DockerOptions;
  readonly #run: string;
  readonly #metering: Metering;
  readonly #countedDisk: string | undefined;
  readonly #folders: SocketFolders | undefined;
  readonly #alive = new Set<Container>();
  readonly #ending = new Set<Promise<void>>();

  constructor(made: {
    daemon: Daemon;
    facts: DaemonFacts;
    image: Image;
    unenforced: ReadonlySet<Probed>;
    gpus: GpuBroker | null;
    options: DockerOptions;
    task: ExecutorTask;
    id: string;
    /** Where the sockets of containers lie that may ask models. */
    folders: SocketFolders | undefined;
  }) {
    const { options, task } = made;
    this.daemon = made.daemon;
    this.facts = made.facts;
    this.image = made.image;
    this.unenforced = made.unenforced;
    this.gpus = made.gpus;
    this.id = made.id;
    this.#folders = made.folders;
    this.#options = options;
    this.#run = task.run;
    this.#metering = meteringOf(made.daemon.endpoint, made.facts);
    this.#countedDisk =
      this.#metering === "kernel" && made.facts.cgroup === "cgroup-v1" ? diskOf(made.facts.folder) : undefined;
    this.pool = new Pool(options.warm ?? Math.min(4, Math.ceil(task.concurrency / 2)), (container) =>
      this.drop(container),
    );
  }

  /** What all containers of this executor have in common. */
  base(
    experiment: string,
  ): Pick<ContainerSpec, "image" | "imageVolumes" | "labels" | "runtime" | "cpus" | "volumes" | "countedDisk"> {
    const { runtime, cpus, volumes } = this.#options;
    return {
      image: this.image.id,
      imageVolumes: this.image.volumes.filter((path) => !volumes.some(({ target }) => target === path)),
      labels: labelsOf({ run: this.#run, experiment, owner: ownOwner(), executor: this.id }),
      cpus,
      volumes,
      ...(this.#countedDisk === undefined ? {} : { countedDisk: this.#countedDisk }),
      ...(runtime === undefined ? {} : { runtime }),
    };
  }

  /**
   * The kind of container that a job needs.
   * @param contentBytes what is put into the job's folder
   */
  profile(kind: JobKind, limits: Limits, contentBytes: number): Profile {
    const kilobytes = kind !== "exec" ? 0 : folderSize(limits.diskMb, contentBytes);
    const { wallMs, cpuMs, memoryMb, pids = 0, network } = limits;
    return {
      key: [kind, kilobytes, limits.diskMb > 0, wallMs, cpuMs ?? 0, memoryMb, pids, network].join(" "),
      launch: () => this.launch(this.spec(kind, limits, contentBytes, WARM)),
    };
  }

  spec(
    kind: JobKind,
    limits: Limits,
    contentBytes: number,
    experiment: string,
    devices?: DeviceRequest,
  ): ContainerPlan {
    const { memoryMb, wallMs, cpuMs, diskMb } = limits;
    const { cpus } = this.#options;
    const cpuSeconds =
      cpuMs === undefined ? Math.ceil((wallMs / 1_000) * Math.max(1, cpus)) + 60 : Math.ceil(cpuMs / 1_000) + 2;
    const common = {
      ...this.base(experiment),
      name: this.containerName(experiment),
      pids: pidsOf(kind === "exec" ? "exec" : "call", limits),
      // A backstop that needs nobody to watch: the kernel ends a process that the engine, being dead, does not.
      cpuSeconds,
      env: {},
      asksModels: limits.network === "gateway",
      ...(devices === undefined ? {} : { devices }),
    };
    if (kind !== "exec") {
      return { ...common, argv: runnerCommand(memoryMb, kind === "typed call"), memoryMb: memoryMb + RUNNER_MB };
    }
    const work = { kilobytes: folderSize(diskMb, contentBytes), writable: diskMb > 0 };
    return { ...common, argv: WAIT_COMMAND, memoryMb, work };
  }

  containerName(experiment: string): string {
    const clean = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_.-]+/g, "-").slice(0, 80);
    return `pawl-${clean(this.#run)}-${clean(experiment)}-${randomBytes(4).toString("hex")}`;
  }

  async launch({ asksModels, ...spec }: ContainerPlan): Promise<Container> {
    this.closing.signal.throwIfAborted();
    const modelFolder = asksModels === true ? await this.#folders?.make() : undefined;
    let container: Container;
    try {
      const whole = modelFolder === undefined ? spec : { ...spec, modelFolder };
      container = await Container.launch(this.docker, whole, this.#metering);
    } catch (error) {
      await this.#removeFolder(modelFolder);
      throw error;
    }
    this.#alive.add(container);
    if (this.closing.signal.aborted) this.drop(container);
    return container;
  }

  /** A container for a job: a warm one, unless it needs devices of its own. */
  async acquire(job: Job, limits: Limits, contentBytes: number): Promise<Container> {
    const kind = kindOf(job.entry);
    const profile = this.profile(kind, limits, contentBytes);
    const waiting = await this.pool.take(profile);
    // Not right now, when it would be in the way of the job itself.
    setTimeout(() => {
      if (this.closing.signal.aborted) return;
      this.pool.refill(profile);
      void waiting?.rename(this.containerName(job.id));
    }, AFTERWARDS_MS);
    return waiting ?? this.launch(this.spec(kind, limits, contentBytes, job.id));
  }

  /** Removes a container in the background. */
  drop(container: Container): void {
    if (!this.#alive.delete(container)) return;
    // A daemon that is away removes it when it is back: see `owns`.
    const ending = container
      .remove()
      .catch(() => undefined)
      .then(() => this.#removeFolder(container.modelFolder));
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }

  async #removeFolder(folder: string | undefined): Promise<void> {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  /** Whether containers can be given a way to models. */
  get asksModels(): boolean {
    return this.#folders !== undefined;
  }

  /** Containers that are being removed right now. */
  get ending(): number {
    return this.#ending.size;
  }

  /** Waits until a removal is done. */
  async oneEnded(): Promise<void> {
    await Promise.race(this.#ending);
  }

  /** Whether a container is one of those that are at work or waiting. */
  holds(id: string): boolean {
    for (const container of this.#alive) if (container.id === id && !container.ended) return true;
    return false;
  }

  async close(): Promise<void> {
    await this.pool.close();
    for (const container of this.#alive) this.drop(container);
    await Promise.all(this.#ending);
    await this.#folders?.close();
    await this.gpus?.close();
  }

  get docker(): Docker {
    return this.daemon.docker;
  }
}

/**
 * The size of an experiment's folder in kibibytes: what is put there, and what the candidate may write. Where it may
 * write nothing, the folder belongs to root, and some room to spare harms nobody.
 */
function folderSize(diskMb: number, contentBytes: number): number {
  return diskMb * 1_024 + Math.ceil(contentBytes / 1_024 / STEP_KB) * STEP_KB + STEP_KB;
}
