import type Docker from "dockerode";
import { call, statusOf } from "./daemon/errors.ts";
import { LABEL } from "./labels.ts";
import { isDead } from "./owner.ts";

/** Whether a thing with these labels is to be removed. */
export type Choose = (labels: Readonly<Record<string, string>>, id: string) => boolean;

/** Things whose maker is certainly gone. */
export const ofTheDead: Choose = (labels) => isDead(labels[LABEL.owner] ?? "");

/**
 * Removes containers and volumes that Pawl has made. Only what carries Pawl's labels is ever looked at.
 * @returns how many containers were removed
 * @throws DaemonGone · PawlError `PAWL_SANDBOX_FAILED`
 */
export async function reap(docker: Docker, choose: Choose): Promise<number> {
  return call("remove what was left behind", async () => {
    const filters = JSON.stringify({ label: [LABEL.owner] });
    const containers = await docker.listContainers({ all: true, filters });
    const chosen = containers.filter(({ Labels, Id }) => choose(Labels, Id));
    const removed = await Promise.all(
      chosen.map(({ Id }) => unlessGone(docker.getContainer(Id).remove({ force: true, v: true }))),
    );
    // Volumes go with their containers; one is left where a container was removed by somebody without them.
    const { Volumes } = await docker.listVolumes({ filters });
    const volumes = (Volumes ?? []).filter(({ Labels, Name }) => choose(Labels ?? {}, Name));
    await Promise.all(volumes.map(({ Name }) => unlessGone(docker.getVolume(Name).remove({ force: true }))));
    // Some versions of Docker go on to list a few that are gone.
    return removed.filter(Boolean).length;
  });
}

/** 404: gone already. 409: being removed, or in use by a container that somebody else is removing. */
async function unlessGone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
    return false;
  }
}
