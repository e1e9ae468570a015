import { randomUUID } from "node:crypto";
import { type Check, type Limits, PawlError } from "@pawl/plugin";
import { Daemon, meteringOf } from "./daemon/daemon.ts";
import { findEndpoint } from "./daemon/endpoint.ts";
import { messageOf } from "./daemon/errors.ts";
import { nodeImageTag } from "./image/node-image.ts";
import { labelsOf } from "./labels.ts";
import type { DockerOptions } from "./options.ts";
import { ownOwner } from "./owner.ts";
import { findingChecks, probe } from "./probe/probe.ts";
import { assertControlGroups, assertGateway, assertRuntime, assertVolumes } from "./requirements.ts";

/** The lines of `pawl doctor`. Pulls and builds nothing; throws nothing. */
export async function checkDocker(options: DockerOptions, root: string, limits: Limits): Promise<Check[]> {
  const checks: Check[] = [];
  const attempt = async <T>(
    name: string,
    work: () => T | Promise<T>,
    tell: (value: T) => string,
  ): Promise<T | undefined> => {
    try {
      const value = await work();
      checks.push({ name, ok: true, detail: tell(value) });
      return value;
    } catch (error) {
      const remedy = error instanceof PawlError ? error.remedy : undefined;
      checks.push({ name, ok: false, detail: messageOf(error), ...(remedy === undefined ? {} : { remedy }) });
      return undefined;
    }
  };
  const daemon = await attempt(
    "docker: address",
    () => new Daemon(findEndpoint(options, root)),
    ({ endpoint }) => endpoint.name,
  );
  if (daemon === undefined) return checks;
  const facts = await attempt(
    "docker: daemon",
    () => daemon.facts(),
    ({ version, cgroup, rootless }) => `Docker ${version}, ${cgroup}${rootless ? ", rootless" : ""}`,
  );
  if (facts === undefined) return checks;
  await attempt(
    "docker: runtime",
    () => assertRuntime(options.runtime, facts),
    () => options.runtime ?? `${facts.defaultRuntime} (the daemon's default)`,
  );
  await attempt(
    "docker: way to the model gateway",
    () => assertGateway(limits, daemon.endpoint, options.runtime ?? facts.defaultRuntime),
    () => (limits.network === "gateway" ? "a Unix socket, mounted" : "not asked for"),
  );
  await attempt(
    "docker: control groups",
    () => assertControlGroups(facts, { limits }),
    () => facts.cgroup,
  );
  await attempt(
    "docker: volumes",
    () => assertVolumes(daemon.docker, options.volumes),
    () => `${options.volumes.length} asked for`,
  );
  if (options.dockerfile !== undefined) {
    checks.push({ name: "docker: image", ok: true, detail: `${options.dockerfile} is built when a run is prepared` });
    return checks;
  }
  const name = options.image ?? nodeImageTag();
  const image = await attempt(
    "docker: image",
    async () => {
      try {
        return await daemon.docker.getImage(name).inspect();
      } catch (error) {
        throw new PawlError("PAWL_CONFIG_INVALID", `${name} is not there: ${messageOf(error)}`, {
          remedy:
            options.image === undefined ? "It is made when a run is prepared." : "It is pulled when a run is prepared.",
        });
      }
    },
    ({ Id }) => `${name} (${Id.slice(0, 19)})`,
  );
  if (image === undefined || checks.some(({ ok }) => !ok)) return checks;
  try {
    const findings = await probe(
      daemon.docker,
      {
        image: image.Id,
        imageVolumes: Object.keys(image.Config?.Volumes ?? {}),
        labels: labelsOf({ run: "doctor", experiment: "probe", owner: ownOwner(), executor: "doctor" }),
        cpus: options.cpus,
        ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
        name: () => `pawl-probe-${randomUUID()}`,
        metering: meteringOf(daemon.endpoint, facts),
      },
      facts.swapUncounted,
    );
    checks.push(...findingChecks(findings));
  } catch (error) {
    checks.push({ name: "docker: containers", ok: false, detail: messageOf(error) });
  }
  return checks;
}
