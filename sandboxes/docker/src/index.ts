import { defineExecutor } from "@pawl/plugin";
import { DockerExecutor } from "./executor.ts";
import { optionsSchema } from "./options.ts";

/**
 * The executor `docker`: candidates in any language, in hardened containers that are used once.
 *
 * @example
 * import { docker } from "@pawl/sandbox-docker";
 * export default defineConfig({ executor: docker({ image: "python:3.13-slim" }), … });
 */
export const docker = defineExecutor({
  name: "@pawl/sandbox-docker",
  version: "0.1.0",
  options: optionsSchema,
  create: (options, { root, notify }) => new DockerExecutor(options, root, notify),
});

export default docker;
export { DockerExecutor } from "./executor.ts";
export { buildNodeImage, type NodeImageOptions, nodeImageTag } from "./image/node-image.ts";
export { makeNodeImage } from "./image/make-image.ts";
export { type Endpoint, type EndpointOptions, findEndpoint } from "./daemon/endpoint.ts";
export type { DockerOptions } from "./options.ts";
