import { randomUUID } from "node:crypto";
import {
  type Check,
  type Execution,
  type Executor,
  type ExecutorTask,
  type Job,
  type Limits,
  PawlError,
} from "@pawl/plugin";
import PQueue from "p-queue";
import { runCall } from "./call/run-call.ts";
import type { Container } from "./container/container.ts";
import { Daemon } from "./daemon/daemon.ts";
import { findEndpoint } from "./daemon/endpoint.ts";
import { DaemonGone, statusOf } from "./daemon/errors.ts";
import { runProgram } from "./exec/run-program.ts";
import { checkGpus, type DeviceRequest, openGpus } from "./gpu/gpu.ts";
import { assertReach } from "./gpu/reach.ts";
import { type Image, resolveImage } from "./image/image.ts";
import { LABEL, labelsOf } from "./labels.ts";
import { assertEnforceable, assertEntry, attest } from "./limits.ts";
import type { DockerOptions, Probed } from "./options.ts";
import { ownOwner } from "./owner.ts";
import { kindOf, Prepared } from "./prepared.ts";
import { probe } from "./probe/probe.ts";
import { ofTheDead, reap } from "./reap.ts";
import type { Supervision } from "./supervise.ts";
import { assertRuntime, assertVolumes } from "./requirements.ts";

/** How often one job is run again because the daemon went away under it. */
const MAX_RERUNS = 5;

/** A job whose container is killed from outside so often, under a daemon that is well, has crashed. */
const ACCEPT_KILL = 2;

/** What happens beside the jobs, for people who watch. */
export type Notice =
  | { readonly kind: "image"; readonly message: string }
  | { readonly kind: "daemon-away"; readonly message: string }
  | { readonly kind: "daemon-back"; readonly message: string }
  | { readonly kind: "reaped"; readonly message: string };

/** Runs candidates in hardened, disposable containers. */
export class DockerExecutor implements Executor {
  /** Called with what a person who watches may want to know: progress of images, a daemon that is waited for. */
  onNotice: ((notice: Notice) => void) | undefined;
  readonly #options: DockerOptions;
  readonly #root: string;
  #prepared: Prepared | undefined;
  #queue = new PQueue();

  constructor(options: DockerOptions, root: string) {
    this.#options = options;
    this.#root = root;
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

  async prepare(task: ExecutorTask, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    assertEnforceable(task.limits);
    await this.close();
    const options = this.#options;
    const daemon = new Daemon(findEndpoint(options, this.#root));
    const facts = await daemon.facts();
    assertRuntime(options.runtime, facts);
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
    if (removed > 0) this.#tell("reaped", `removed ${removed} containers that an earlier engine left behind`);
    await assertVolumes(daemon.docker, options.volumes);
    signal.throwIfAborted();
    const image = await resolveImage(daemon.docker, options, this.#root, (message) => this.#tell("image", message));
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
        local: daemon.endpoint.local,
      },
      facts.swapLimit,
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
    const prepared = new Prepared({ daemon, facts, image, unenforced, gpus, options, task, id });
    this.#prepared = prepared;
    this.#queue = new PQueue({ concurrency: task.concurrency });
    if (gpus === null) return;
    try {
      const launch = (request: DeviceRequest): Promise<Container> =>
        prepared.launch(prepared.spec("exec", task.limits, 0, "probe", request));
      await assertReach(gpus, launch, signal);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async execute(job: Job, signal: AbortSignal): Promise<Execution> {
    const prepared = this.#prepared;
    if (prepared === undefined) throw new PawlError("PAWL_INTERNAL", "execute was called before prepare");
    signal.throwIfAborted();
    assertEnforceable(job.limits);
    assertEntry(job);
    const ending = AbortSignal.any([signal, prepared.closing.signal]);
    return this.#queue.add(() => this.#persist(prepared, job, ending), { signal: ending });
  }

  async close(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    if (prepared === undefined) return;
    prepared.closing.abort(new PawlError("PAWL_SANDBOX_FAILED", "the sandbox was closed"));
    await this.#queue.onIdle();
    await prepared.close();
  }

  /** Runs a job, again where the daemon went away under it. */
  async #persist(prepared: Prepared, job: Job, signal: AbortSignal): Promise<Execution> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(prepared, job, signal, attempt >= ACCEPT_KILL);
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
    this.#tell("daemon-away", `${error.message}; waiting until it is back`);
    await prepared.daemon.back(this.#options.daemonWaitMs, signal, async () => {
      await prepared.pool.clear();
      // What was running when it went away is of no more use.
      await reap(prepared.docker, (labels, id) => labels[LABEL.executor] === prepared.id && !prepared.holds(id));
      this.#tell("daemon-back", "Docker is back; going on");
    });
  }

  async #once(prepared: Prepared, job: Job, signal: AbortSignal, acceptKill: boolean): Promise<Execution> {
    // Removing is slower than answering: not more than a few may pile up.
    while (prepared.ending > MAX_ENDING) await prepared.oneEnded();
    const { entry } = job;
    const lease = await prepared.gpus?.lease(signal);
    const limits = attest(
      entry.kind,
      job.limits,
      { cgroup: prepared.facts.cgroup, unenforced: prepared.unenforced },
      prepared.gpus?.attested,
    );
    const supervision = { lease, signal, acceptKill };
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

  #tell(kind: Notice["kind"], message: string): void {
    this.onNotice?.({ kind, message });
  }
}

/** Containers that may be on their way out at once. */
const MAX_ENDING = 8;
