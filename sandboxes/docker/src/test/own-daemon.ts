import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { suite } from "./daemon.ts";

const DOCKERD = "/usr/sbin/dockerd";

/** Waits until something is true, and fails where that takes longer than anything should. */
export async function until(what: () => boolean | Promise<boolean>, guardMs = 60_000): Promise<void> {
  const started = performance.now();
  while (!(await what())) {
    if (performance.now() - started > guardMs) throw new Error(`still not true: ${what.toString()}`);
    await delay(50);
  }
}

/** How a daemon differs from the ordinary. Both are given the folder that holds all of it. */
export interface DaemonSetup {
  /** More arguments. */
  more?(folder: string): readonly string[];
  /** What stands before the daemon in its command line. */
  wrap?(folder: string): readonly string[];
}

/** A daemon of a test's own, which it may stop. Needs root and dockerd. */
export class OwnDaemon {
  readonly folder: string;
  readonly docker: Docker;
  readonly #command: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, { more, wrap }: DaemonSetup) {
    this.folder = folder;
    this.docker = new Docker({ socketPath: join(folder, "docker.sock") });
    this.#command = [
      ...(wrap?.(folder) ?? []),
      ...[DOCKERD, "--host", this.host, "--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
      ...["--pidfile", join(folder, "pid"), "--bridge=none", "--iptables=false", "--ip6tables=false"],
      ...(more?.(folder) ?? []),
    ];
  }

  static async start(setup: DaemonSetup = {}): Promise<OwnDaemon> {
    const folder = await mkdtemp(join(tmpdir(), "pawl-dockerd-"));
    const daemon = new OwnDaemon(folder, setup);
    await daemon.start();
    return daemon;
  }

  get host(): string {
    return `unix://${join(this.folder, "docker.sock")}`;
  }

  async start(): Promise<void> {
    // What a daemon that was killed has left: a number here that is taken, if only by a process that nobody has buried,
    // keeps the next one from starting.
    for (const name of ["pid", "exec/containerd/containerd.pid"]) await rm(join(this.folder, name), { force: true });
    const log = openSync(join(this.folder, "log"), "a");
    const [program, ...rest] = this.#command;
    this.#process = spawn(program!, rest, { stdio: ["ignore", log, log] });
    const started = this.#process;
    await until(() => {
      if (started.exitCode !== null)
        throw new Error(`the daemon ended: ${readFileSync(join(this.folder, "log"), "utf8")}`);
      return this.docker.ping().then(
        () => true,
        () => false,
      );
    });
  }

  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const daemon = this.#process!;
    const gone = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill(signal);
    await gone;
  }

  /** Ends it and removes all that it had. */
  async remove(): Promise<void> {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.stop("SIGTERM");
    // The containerd of a daemon that was killed lives on.
    const pid = await readFile(join(this.folder, "exec/containerd/containerd.pid"), "utf8").catch(() => "");
    if (/^\d+$/.test(pid)) {
      try {
        process.kill(Number(pid), "SIGTERM");
      } catch {
        // It was gone already.
      }
    }
    await delay(1_000);
    // So may what held its containers.
    for (const shim of readdirSync("/proc").filter((name) => this.#isShim(name))) process.kill(Number(shim), "SIGKILL");
    // A daemon that was killed leaves its data folder mounted on itself.
    while (spawnSync("umount", [join(this.folder, "data")]).status === 0);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Whether a number in procfs is that of a process between this daemon and one of its containers. */
  #isShim(pid: string): boolean {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return /containerd-shim/.test(words[0] ?? "") && words.some((word) => word.startsWith(`${this.folder}/`));
    } catch {
      return false;
    }
  }
}

const mayStart = process.getuid?.() === 0 && existsSync(DOCKERD);

/** `describe` where a daemon can be started; its name says why it was skipped elsewhere. */
export function describeOwnDaemon(name: string, body: () => void): void {
  suite(mayStart, "root or no dockerd")(mayStart ? name : `${name} (skipped: needs root and dockerd)`, body);
}
