import { randomUUID } from "node:crypto";
import {
  type Check,
  type Execution,
  type Executor,
  type ExecutorTask,
  type GatewaySession,
  type Job,
  type Json,
  type Limits,
  type Notice,
  PawlError,
} from "@pawl/plugin";
import PQueue from "p-queue";
import { runCall } from "./call/run-call.ts";
import type { Container } from "./container/container.ts";
import { Daemon, meteringOf } from "./daemon/daemon.ts";
import { findEndpoint } from "./daemon/endpoint.ts";
import { DaemonGone, statusOf } from "./daemon/errors.ts";
import { runProgram } from "./exec/run-program.ts";
import { checkGpus, type DeviceRequest, openGpus } from "./gpu/gpu.ts";
import { assertReach } from "./gpu/reach.ts";
import { type Image, resolveImage } from "./image/image.ts";
import { LABEL, labelsOf } from "./labels.ts";
import { SocketFolders } from "./model/folders.ts";
import { assertSocket, assertWay } from "./model/reach.ts";
import { assertEntry, attest } from "./limits.ts";
import type { DockerOptions, Probed } from "./options.ts";
import { ownOwner } from "./owner.ts";
import { kindOf, Prepared } from "./prepared.ts";
import { probe } from "./probe/probe.ts";
import { ofTheDead, reap } from "./reap.ts";
import type { Supervision } from "./supervise.ts";
import { assertControlGroups, assertGateway, assertRuntime, assertVolumes } from "./requirements.ts";

/** How often one job is run again because the daemon went away under it. */
const MAX_RERUNS = 5;

/** A job whose container is killed from outside so often, under a daemon that is well, has crashed. */
const ACCEPT_KILL = 2;

/** Runs candidates in hardened, disposable containers. */
export class DockerExecutor implements Executor {
  readonly #options: DockerOptions;
  readonly #root: string;
  readonly #notify: (notice: Notice) => void;
  /** The image whose fingerprint was told. Nothing else runs afterwards, whatever its name stands for by then. */
  #locked: Image | undefined;
  #prepared: Prepared | undefined;
  #queue = new PQueue();
  #away = false;

  constructor(options: DockerOptions, root: string, notify: (notice: Notice) => void = () => undefined) {
    this.#options = options;
    this.#root = root;
    this.#notify = notify;
  }

  /** The image that experiments run in, once prepared: its id names its content. */
  get image(): Image | undefined {
    return this.#prepared?.image;
  }

  async doctor(limits: Limits): Promise<readonly Check[]> {
    const { checkDocker } = await import("./doctor.ts");
    const gpus = await checkGpus(limits.gpu, this.#options.nvidiaSmi);
    return [...(await checkDocker(this.#options, this.#root, limits)), ...gpus];
  }

  /**
   * The content of the image and the runtime. The image is pulled, built or made where that has not been done yet: what
   * is going to run cannot be told otherwise.
   */
  async fingerprint(signal: AbortSignal): Promise<Json> {
    signal.throwIfAborted();
    const daemon = new Daemon(findEndpoint(this.#options, this.#root));
    const facts = await daemon.facts();
    assertRuntime(this.#options.runtime, facts);
    this.#locked = await this.#resolve(daemon, signal);
    return { image: { ...this.#locked.content }, runtime: this.#options.runtime ?? facts.defaultRuntime };
  }

  async prepare(task: ExecutorTask, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#closePrepared();
    const options = this.#options;
    const daemon = new Daemon(findEndpoint(options, this.#root));
    const facts = await daemon.facts();
    assertRuntime(options.runtime, facts);
    assertGateway(task.limits, daemon.endpoint, options.runtime ?? facts.defaultRuntime);
    assertControlGroups(facts, task);
    if (task.limits.gpu !== undefined && !daemon.endpoint.local) {
      throw new PawlError(
        "PAWL_SANDBOX_UNENFORCEABLE",
        "GPUs of a daemon on another machine cannot be watched from here",
        {
          path: "limits.gpu",
          remedy: "Run Pawl on the machine that has the GPUs.",
        },
      );
    }
    const removed = await reap(daemon.docker, ofTheDead);
    if (removed > 0) {
      const what = removed === 1 ? "a container" : `${removed} containers`;
      this.#notify({ kind: "note", message: `removed ${what} that an earlier engine had left behind` });
    }
    await assertVolumes(daemon.docker, options.volumes);
    signal.throwIfAborted();
    const image = this.#locked ?? (await this.#resolve(daemon, signal));
    signal.throwIfAborted();
    const id = randomUUID();
    const findings = await probe(
      daemon.docker,
      {
        image: image.id,
        imageVolumes: image.volumes,
        labels: labelsOf({ run: task.run, experiment: "probe", owner: ownOwner(), executor: id }),
        cpus: options.cpus,
        ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
        name: () => `pawl-probe-${randomUUID()}`,
        metering: meteringOf(daemon.endpoint, facts),
      },
      facts.swapUncounted,
    );
    const missing = findings.filter(({ ok }) => !ok);
    const refused = missing.filter(({ what }) => !options.allowUnenforced.includes(what));
    if (refused.length > 0) {
      const names = refused.map(({ what }) => what);
      throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `this Docker was seen not to enforce ${names.join(", ")}`, {
        path: "executor",
        details: refused.map(({ what, detail }) => `${what}: ${detail}`),
        remedy: `Use a daemon that does, or accept it with allowUnenforced: ${JSON.stringify(names)}.`,
      });
    }
    signal.throwIfAborted();
    const gpus = await openGpus(task.limits.gpu, {
      concurrency: task.concurrency,
      ...(options.nvidiaSmi === undefined ? {} : { nvidiaSmi: options.nvidiaSmi }),
    });
    const unenforced = new Set<Probed>(missing.map(({ what }) => what));
    const folders = task.limits.network === "gateway" ? await SocketFolders.open() : undefined;
    const prepared = new Prepared({ daemon, facts, image, unenforced, gpus, options, task, id, folders });
    this.#prepared = prepared;
    this.#queue = new PQueue({ concurrency: task.concurrency });
    try {
      if (folders !== undefined) await assertSocket(prepared, task.limits);
      if (gpus === null) return;
      const launch = (request: DeviceRequest): Promise<Container> =>
        prepared.launch(prepared.spec("exec", task.limits, 0, "probe", request));
      await assertReach(gpus, launch, signal);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async execute(job: Job, signal: AbortSignal, gateway?: GatewaySession): Promise<Execution> {
    const prepared = this.#prepared;
    if (prepared === undefined) throw new PawlError("PAWL_INTERNAL", "execute was called before prepare");
    signal.throwIfAborted();
    assertEntry(job);
    assertWay(prepared, job.limits, gateway);
    assertControlGroups(prepared.facts, job);
    const ending = AbortSignal.any([signal, prepared.closing.signal]);
    return this.#queue.add(() => this.#persist(prepared, job, gateway, ending), { signal: ending });
  }

  async close(): Promise<void> {
    this.#locked = undefined;
    await this.#closePrepared();
  }

  async #resolve(daemon: Daemon, signal: AbortSignal): Promise<Image> {
    const onProgress = (message: string): void => this.#notify({ kind: "progress", message });
    return resolveImage(daemon.docker, this.#options, this.#root, onProgress, signal);
  }

  async #closePrepared(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    if (prepared === undefined) return;
    prepared.closing.abort(new PawlError("PAWL_SANDBOX_FAILED", "the sandbox was closed"));
    await this.#queue.onIdle();
    await prepared.close();
  }

  /** Runs a job, again where the daemon went away under it. */
  async #persist(
    prepared: Prepared,
    job: Job,
    gateway: GatewaySession | undefined,
    signal: AbortSignal,
  ): Promise<Execution> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(prepared, job, { gateway, signal, acceptKill: attempt >= ACCEPT_KILL });
      } catch (error) {
        signal.throwIfAborted();
        // A daemon on its way out fails in ways of its own.
        const gone = error instanceof DaemonGone ? error : await this.#goneAfter(prepared, error);
        if (gone === undefined) throw error;
        if (attempt === MAX_RERUNS) {
          throw new PawlError(
            "PAWL_SANDBOX_FAILED",
            `Docker went away ${attempt + 1} times while ${job.id} was running`,
            {
              cause: error,
            },
          );
        }
        await this.#waitForDaemon(prepared, gone, signal);
      }
    }
  }

  async #goneAfter(prepared: Prepared, error: unknown): Promise<DaemonGone | undefined> {
    const { cause } = error as { cause?: unknown };
    if ((statusOf(cause) ?? 0) < 500 || (await prepared.daemon.answers())) return undefined;
    return new DaemonGone(cause);
  }

  async #waitForDaemon(prepared: Prepared, error: DaemonGone, signal: AbortSignal): Promise<void> {
    this.#tellAway(error);
    await prepared.daemon.back(this.#options.daemonWaitMs, signal, async () => {
      await prepared.pool.clear();
      // What was running when it went away is of no more use.
      await reap(prepared.docker, (labels, id) => labels[LABEL.executor] === prepared.id && !prepared.holds(id));
      this.#away = false;
      this.#notify({ kind: "resumed", message: "Docker is back; what was running runs again" });
    });
  }

  async #once(
    prepared: Prepared,
    job: Job,
    by: Pick<Supervision, "gateway" | "signal" | "acceptKill">,
  ): Promise<Execution> {
    // Removing is slower than answering: not more than a few may pile up.
    while (prepared.ending > MAX_ENDING) await prepared.oneEnded();
    const { entry } = job;
    const lease = await prepared.gpus?.lease(by.signal);
    const limits = attest(
      entry.kind,
      job.limits,
      { cgroup: prepared.facts.cgroup, unenforced: prepared.unenforced },
      prepared.gpus?.attested,
    );
    const supervision = { ...by, lease };
    try {
      const execution =
        entry.kind === "call"
          ? await this.#call(prepared, { ...job, entry }, supervision, limits)
          : await runProgram(prepared, { ...job, entry }, this.#options.artifactMb, supervision, limits);
      if (lease === undefined) return execution;
      return { ...execution, usage: { ...execution.usage, ...lease.usage() } };
    } finally {
      lease?.release();
    }
  }

  async #call(
    prepared: Prepared,
    job: Job & { entry: { kind: "call" } },
    supervision: Omit<Supervision, "limits">,
    limits: Execution["limits"],
  ): Promise<Execution> {
    const { lease } = supervision;
    const container: Container =
      lease === undefined
        ? await prepared.acquire(job, job.limits, 0)
        : await prepared.launch(prepared.spec(kindOf(job.entry), job.limits, 0, job.id, lease.request));
    try {
      return await runCall(container, job, { limits: job.limits, ...supervision }, limits);
    } finally {
      prepared.drop(container);
      // The devices are given back when nothing can use them any more.
      if (lease !== undefined) await container.remove().catch(() => undefined);
    }
  }

  /** Many jobs lose the daemon at once; once is enough. */
  #tellAway({ message }: DaemonGone): void {
    if (this.#away) return;
    this.#away = true;
    this.#notify({ kind: "waiting", message: `${message}; the run waits until it is back` });
  }
}

/** Containers that may be on their way out at once. */
const MAX_ENDING = 8;
