import { PawlError } from "@pawl/plugin";
import Docker from "dockerode";
import { findEndpoint } from "../daemon/endpoint.ts";
import { type NodeImageOptions, buildNodeImage } from "./node-image.ts";

/**
 * Makes the minimal Node image in the daemon that `DOCKER_HOST` or the current context names, as `pawl image build` does.
 * @returns the image's id
 * @throws PawlError `PAWL_SANDBOX_FAILED` where the daemon does not answer, `PAWL_SANDBOX_UNENFORCEABLE`
 */
export async function makeNodeImage(options: NodeImageOptions = {}): Promise<string> {
  const { connection, name } = findEndpoint({}, process.cwd());
  const docker = new Docker(connection);
  try {
    await docker.ping();
  } catch (error) {
    throw new PawlError("PAWL_SANDBOX_FAILED", `the Docker daemon does not answer: ${(error as Error).message}`, {
      path: name,
      remedy: "Start it, or point DOCKER_HOST to one that runs.",
      cause: error,
    });
  }
  return buildNodeImage(docker, options);
}
