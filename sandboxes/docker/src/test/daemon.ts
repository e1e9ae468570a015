import { existsSync } from "node:fs";
import Docker from "dockerode";
import { afterAll, describe, expect } from "vitest";
import { findEndpoint } from "../daemon/endpoint.ts";
import { buildNodeImage, nodeImageTag } from "../image/node-image.ts";

/** Where `scripts/docker/daemon.sh` puts its socket. */
const OWN_SOCKET = "/run/pawl-docker.sock";
if (process.env["DOCKER_HOST"] === undefined && existsSync(OWN_SOCKET))
  process.env["DOCKER_HOST"] = `unix://${OWN_SOCKET}`;

export const docker = new Docker(findEndpoint({}, "/").connection);

/** Set where a skipped Docker test is a failure, as it is in CI. */
const required = process.env["PAWL_REQUIRE_DOCKER"] === "1";

const has = async (image: string): Promise<boolean> =>
  docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );

export const hasDaemon = await docker.ping().then(
  () => true,
  () => false,
);
export const PYTHON = "pawl/python-numpy:latest";
export const hasPython = hasDaemon && (await has(PYTHON));

/** `describe`, or what skips it where something is missing: an error where Docker tests are required. */
export function suite(there: boolean, what: string): typeof describe | typeof describe.skip {
  if (there) return describe;
  if (required) throw new Error(`PAWL_REQUIRE_DOCKER is set and there is no ${what}`);
  return describe.skip;
}

/** Says once, from the one test file that calls it, what is skipped and why. */
export function tellSkips(): void {
  const why = hasDaemon
    ? `Docker tests in Python are skipped: no image ${PYTHON} (scripts/docker/python-image.sh makes it)`
    : "Docker tests are skipped: no Docker daemon answers (scripts/docker/daemon.sh starts one)";
  if (!hasPython) process.stderr.write(`${why}\n`);
}

/** `describe` where there is a daemon; its name says why it was skipped elsewhere. */
export function describeDocker(name: string, body: () => void): void {
  suite(hasDaemon, "Docker daemon")(hasDaemon ? name : `${name} (skipped: no Docker daemon answers)`, body);
}

/** `describe` where there is a daemon with the Python image of `scripts/docker/python-image.sh`. */
export function describePython(name: string, body: () => void): void {
  suite(hasPython, `image ${PYTHON}`)(hasPython ? name : `${name} (skipped: no image ${PYTHON})`, body);
}

/** The name of the minimal Node image, made where it is missing. */
export async function nodeImage(): Promise<string> {
  if (!(await has(nodeImageTag()))) await buildNodeImage(docker);
  return nodeImageTag();
}

/** Removes images, as far as they are there. */
export async function removeImages(...names: string[]): Promise<void> {
  for (const name of names)
    await docker
      .getImage(name)
      .remove({ force: true })
      .catch(() => undefined);
}

/** The containers of a run that are there, running or not. */
export async function containersOf(run: string): Promise<string[]> {
  const filters = JSON.stringify({ label: [`dev.pawl.run=${run}`] });
  const listed = await docker.listContainers({ all: true, filters });
  // Docker 20.10 may go on to list one that is gone, where it ended by itself while it was removed.
  const there = await Promise.all(
    listed.map(({ Id }) =>
      docker
        .getContainer(Id)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  return listed.filter((_, index) => there[index]).map(({ Id }) => Id);
}

/** The volumes of a run that are there. */
export async function volumesOf(run: string): Promise<string[]> {
  const filters = JSON.stringify({ label: [`dev.pawl.run=${run}`] });
  return ((await docker.listVolumes({ filters })).Volumes ?? []).map(({ Name }) => Name);
}

/** After all tests of a file: nothing of these runs is left, and the daemon is well. */
export function nothingLeft(...runs: string[]): void {
  afterAll(async () => {
    if (!hasDaemon) return;
    for (const run of runs) {
      expect(await containersOf(run)).toEqual([]);
      expect(await volumesOf(run)).toEqual([]);
    }
    expect(String(await docker.ping())).toBe("OK");
  });
}
