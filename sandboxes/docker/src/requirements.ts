import { type Job, type Limits, PawlError } from "@pawl/plugin";
import type Docker from "dockerode";
import type { DaemonFacts } from "./daemon/daemon.ts";
import type { Endpoint } from "./daemon/endpoint.ts";
import { call, statusOf } from "./daemon/errors.ts";
import type { DockerOptions } from "./options.ts";

/** @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where the daemon does not know the runtime */
export function assertRuntime(runtime: DockerOptions["runtime"], { runtimes }: DaemonFacts): void {
  if (runtime === undefined || runtimes.includes(runtime)) return;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `this Docker has no runtime "${runtime}"`, {
    path: "executor.options.runtime",
    details: [`it has: ${runtimes.join(", ")}`],
    remedy: "Install the runtime and name it in the daemon's configuration, or drop the option.",
  });
}

/**
 * Refuses what needs control groups where the daemon has none: there is nothing that could be tried out about it.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function assertControlGroups({ cgroup }: Pick<DaemonFacts, "cgroup">, { limits, entry }: Partial<Job>): void {
  if (cgroup !== "none") return;
  const artifacts = entry?.kind === "exec" && (entry.artifacts ?? []).length > 0;
  if (limits?.cpuMs === undefined && !artifacts) return;
  const what = artifacts ? "freeze a container while its artifacts are taken" : "measure CPU time";
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `this Docker has no control groups and cannot ${what}`, {
    path: artifacts ? "entry.artifacts" : "limits.cpuMs",
    remedy: "Use a daemon that has; a rootless one needs cgroup v2.",
  });
}

/** Runtimes whose containers share the host's kernel, and so its sockets. */
const SHARE_SOCKETS =
  /^(?:runc|crun|youki|nvidia(?:-.*)?|io\.containerd\.run[cs]\.v2|io\.containerd\.runtime\.v1\.linux)$/;

/**
 * Refuses the model gateway where a socket of this machine cannot be brought into a container.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function assertGateway(
  { network }: Pick<Limits, "network">,
  { local, name }: Pick<Endpoint, "local" | "name">,
  runtime: string,
): void {
  if (network !== "gateway") return;
  const refuse = (why: string, remedy: string): never => {
    throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `there is no way to the model gateway: ${why}`, {
      path: "limits.network",
      remedy,
    });
  };
  if (!local) {
    refuse(`the Docker at ${name} may be on another machine`, "Use a daemon of this machine, by its Unix socket.");
  }
  if (!SHARE_SOCKETS.test(runtime)) {
    refuse(`containers of the runtime "${runtime}" have a kernel of their own`, 'Use the runtime "runc" or "crun".');
  }
}

/**
 * Checks that data volumes are there and are what they seem: a named volume can stand for any folder of the host, the one
 * with Docker's own socket included.
 * @throws PawlError `PAWL_CONFIG_INVALID`
 */
export async function assertVolumes(docker: Docker, volumes: DockerOptions["volumes"]): Promise<void> {
  for (const [index, { name }] of volumes.entries()) {
    const path = `executor.options.volumes[${index}]`;
    const found = await call("inspect a volume", async () => {
      try {
        return await docker.getVolume(name).inspect();
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
    if (found === undefined) {
      // Docker would make an empty one.
      throw new PawlError("PAWL_CONFIG_INVALID", `there is no volume "${name}"`, {
        path,
        remedy: `Make and fill it first: "docker volume create ${name}".`,
      });
    }
    const { o = "", device = "", type = "" } = (found.Options ?? {}) as Record<string, string>;
    const bound =
      /(^|,)r?bind(,|$)/.test(o) ||
      (device.startsWith("/") && !device.startsWith("/dev/") && !["overlay", "tmpfs"].includes(type));
    if (!bound) continue;
    throw new PawlError("PAWL_CONFIG_INVALID", `the volume "${name}" is a folder of the host (${device})`, {
      path,
      remedy: "Copy the data into a volume of its own.",
    });
  }
}
