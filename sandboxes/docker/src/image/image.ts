import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { PawlError } from "@pawl/plugin";
import type Docker from "dockerode";
import { call, messageOf, statusOf } from "../daemon/errors.ts";
import { LABEL } from "../labels.ts";
import type { DockerOptions } from "../options.ts";
import { buildNodeImage, nodeImageTag } from "./node-image.ts";

/** An image that is there. */
export interface Image {
  /** `sha256:…` of its configuration: it names the content, and containers are made from it. */
  readonly id: string;
  /** How it was asked for. */
  readonly name: string;
  /** Paths that the image declares as volumes. */
  readonly volumes: readonly string[];
  /** What of it decides how programs behave in it. */
  readonly content: ImageContent;
}

/**
 * What is the same in two images if and only if programs find the same in both: it goes into the lock. The id is not
 * among it, since it also covers when the image was made: the same files, imported or built again, have another id. The
 * program, user and folder that an image names are not either, since they are never used here.
 */
export interface ImageContent {
  readonly platform: string;
  /** SHA-256 of each layer's files, the lowest first. */
  readonly layers: readonly string[];
  /** Variables that the image sets. */
  readonly env: readonly string[];
  readonly volumes: readonly string[];
}

export type Progress = (message: string) => void;

/**
 * Finds the image that the options ask for, and pulls, builds or makes it where it is missing.
 * @throws PawlError `PAWL_CONFIG_INVALID` where there is no such image, `PAWL_SANDBOX_FAILED`
 */
export async function resolveImage(
  docker: Docker,
  options: Pick<DockerOptions, "image" | "dockerfile" | "pull">,
  root: string,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<Image> {
  const { image, dockerfile, pull } = options;
  if (image !== undefined && dockerfile !== undefined) {
    throw new PawlError("PAWL_CONFIG_INVALID", "image and dockerfile cannot both be given", {
      path: "executor.options",
    });
  }
  if (dockerfile !== undefined)
    return inspect(docker, await buildDockerfile(docker, resolve(root, dockerfile), onProgress, signal));
  const name = image ?? nodeImageTag();
  const found = await find(docker, name);
  if (found !== undefined) return found;
  if (image === undefined) {
    await buildNodeImage(docker, { onProgress });
  } else if (pull === "never" || name.startsWith("sha256:")) {
    throw new PawlError("PAWL_CONFIG_INVALID", `the image ${name} is not there`, {
      path: "executor.options.image",
      remedy: `Get it ("docker pull ${name}"), or build it.`,
    });
  } else {
    await pullImage(docker, name, onProgress, signal);
  }
  return inspect(docker, name);
}

async function find(docker: Docker, name: string): Promise<Image | undefined> {
  return call("inspect an image", async () => {
    try {
      const { Id, Config, RootFS, Os, Architecture } = await docker.getImage(name).inspect();
      const volumes = Object.keys(Config?.Volumes ?? {}).toSorted();
      const env = (Config?.Env ?? []).toSorted();
      const layers = RootFS?.Layers ?? [];
      return { id: Id, name, volumes, content: { platform: `${Os}/${Architecture}`, layers, env, volumes } };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

async function inspect(docker: Docker, name: string): Promise<Image> {
  const image = await find(docker, name);
  if (image === undefined)
    throw new PawlError("PAWL_SANDBOX_FAILED", `the image ${name} has just been made and is not there`);
  return image;
}

async function pullImage(docker: Docker, name: string, onProgress: Progress, signal: AbortSignal): Promise<void> {
  try {
    onProgress(`pulling ${name}`);
    const stream = (await docker.pull(name)) as NodeJS.ReadableStream;
    await follow(docker, stream, onProgress, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new PawlError("PAWL_CONFIG_INVALID", `the image ${name} cannot be pulled: ${messageOf(error)}`, {
      path: "executor.options.image",
      remedy: `Correct its name, or get it by hand ("docker pull ${name}"), as private registries need it.`,
      cause: error,
    });
  }
}

async function buildDockerfile(
  docker: Docker,
  file: string,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const path = "executor.options.dockerfile";
  if (!existsSync(file)) throw new PawlError("PAWL_CONFIG_INVALID", `there is no file ${file}`, { path });
  // One tag for each Dockerfile, so that the last build of each stays.
  const tag = `pawl/dockerfile:${createHash("sha256").update(file).digest("hex").slice(0, 16)}`;
  try {
    onProgress(`building ${file}`);
    const context = { context: dirname(file), src: ["."] };
    const stream = await docker.buildImage(context, {
      dockerfile: basename(file),
      t: tag,
      labels: { [LABEL.image]: "dockerfile" },
      rm: true,
      forcerm: true,
    });
    await follow(docker, stream, onProgress, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new PawlError("PAWL_CONFIG_INVALID", `the image cannot be built: ${messageOf(error)}`, {
      path,
      cause: error,
    });
  }
  return tag;
}

interface ProgressLine {
  readonly status?: string;
  readonly stream?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** Follows a pull or a build to its end, telling what it says. */
async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve: done, reject } = Promise.withResolvers<void>();
  // A daemon whose answer nobody reads any more stops pulling and building.
  const abort = (): void => {
    reject(signal.reason);
    (stream as Readable).destroy();
  };
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  docker.modem.followProgress(
    stream,
    (error: Error | null) => (error === null || error === undefined ? done() : reject(error)),
    ({ status, stream: text, id, progress, error }: ProgressLine) => {
      if (error !== undefined) return reject(new Error(error));
      const line = (text ?? [id, status, progress].filter(Boolean).join(" ")).trim();
      if (line !== "") onProgress(line);
    },
  );
  await promise.finally(() => signal.removeEventListener("abort", abort));
}
