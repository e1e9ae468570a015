import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isIPv4 } from "node:net";
import { isAbsolute, join, resolve } from "node:path";
import { PawlError } from "@pawl/plugin";
import type Docker from "dockerode";

/** Where the daemon is. */
export interface Endpoint {
  readonly connection: Docker.DockerOptions;
  /** For messages. */
  readonly name: string;
  /** Whether it runs on this machine, as far as its address tells. */
  readonly local: boolean;
}

/** The part of the options that names a daemon. */
export interface EndpointOptions {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly tls?: { readonly ca?: string | undefined; readonly cert: string; readonly key: string } | undefined;
}

/** Certificate, key and authority as texts. */
interface Tls {
  readonly ca?: string;
  readonly cert: string;
  readonly key: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the daemon as the `docker` command does: the options, then `DOCKER_HOST`, then `DOCKER_CONTEXT`, then the
 * current context, then the usual sockets, that of a rootless daemon among them.
 * @throws PawlError `PAWL_CONFIG_INVALID`, `PAWL_CONFIG_UNREADABLE`
 */
export function findEndpoint(options: EndpointOptions, root: string, env: Environment = process.env): Endpoint {
  if (options.host !== undefined)
    return parseHost(options.host, readOptionsTls(options.tls, root), "executor.options.host");
  if (options.context !== undefined) return readContext(options.context, env);
  const host = env["DOCKER_HOST"];
  if (host !== undefined && host !== "") return parseHost(host, readEnvironmentTls(env), "DOCKER_HOST");
  const context = env["DOCKER_CONTEXT"] || currentContext(env);
  if (context !== undefined && context !== "default") return readContext(context, env);
  return parseHost(`unix://${defaultSocket(env)}`, undefined, "the default socket");
}

function defaultSocket(env: Environment): string {
  const usual = "/var/run/docker.sock";
  const runtime = env["XDG_RUNTIME_DIR"];
  const candidates = [
    usual,
    ...(runtime ? [join(runtime, "docker.sock")] : []),
    join(homedir(), ".docker/run/docker.sock"),
  ];
  return candidates.find((path) => existsSync(path)) ?? usual;
}

function configFolder(env: Environment): string {
  return env["DOCKER_CONFIG"] || join(homedir(), ".docker");
}

function currentContext(env: Environment): string | undefined {
  const file = join(configFolder(env), "config.json");
  if (!existsSync(file)) return undefined;
  const { currentContext: name } = readJson(file) as { currentContext?: unknown };
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** A context of the `docker` command: its folder is named by the SHA-256 of its name. */
function readContext(name: string, env: Environment): Endpoint {
  const id = createHash("sha256").update(name).digest("hex");
  const folder = join(configFolder(env), "contexts");
  const file = join(folder, "meta", id, "meta.json");
  if (!existsSync(file)) {
    throw new PawlError("PAWL_CONFIG_INVALID", `there is no Docker context "${name}"`, {
      path: "executor.options.context",
      remedy: '"docker context ls" lists them.',
    });
  }
  const { Endpoints } = readJson(file) as { Endpoints?: { docker?: { Host?: unknown } } };
  const host = Endpoints?.docker?.Host;
  if (typeof host !== "string")
    throw new PawlError("PAWL_CONFIG_UNREADABLE", `the Docker context "${name}" has no host`, { path: file });
  const tls = join(folder, "tls", id, "docker");
  return parseHost(host, existsSync(join(tls, "cert.pem")) ? readTls(tls) : undefined, `the Docker context "${name}"`);
}

/** @throws PawlError `PAWL_CONFIG_INVALID` */
function parseHost(host: string, tls: Tls | undefined, path: string): Endpoint {
  const refuse = (why: string, remedy: string): never => {
    throw new PawlError("PAWL_CONFIG_INVALID", `the Docker host ${JSON.stringify(host)} cannot be used: ${why}`, {
      path,
      remedy,
    });
  };
  if (host.startsWith("unix://")) {
    const socketPath = host.slice("unix://".length);
    if (!isAbsolute(socketPath)) refuse("the path of its socket is not absolute", "Write unix:///path/to/docker.sock.");
    return { connection: { socketPath }, name: host, local: true };
  }
  if (host.startsWith("npipe://")) {
    return { connection: { socketPath: host.slice("npipe://".length) }, name: host, local: true };
  }
  const url = URL.canParse(host)
    ? new URL(host)
    : refuse("it is not an address", "Write unix:///… or tcp://host:2376.");
  if (url.protocol === "ssh:") {
    refuse(
      "addresses with ssh:// are not spoken here",
      "Forward the socket: ssh -L /tmp/docker.sock:/var/run/docker.sock <host>.",
    );
  }
  if (!["tcp:", "http:", "https:"].includes(url.protocol))
    refuse("its protocol is not known", "Write unix:///… or tcp://host:2376.");
  // Of an address such as [::1] the brackets belong to the URL.
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const loopback = name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
  const secure = tls !== undefined || url.protocol === "https:";
  if (!secure && !loopback) {
    refuse(
      "without TLS anybody on the way could be root there",
      "Give certificates: executor.options.tls, or DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.",
    );
  }
  const port = url.port === "" ? (secure ? 2376 : 2375) : Number(url.port);
  return {
    connection: { protocol: secure ? "https" : "http", host: name, port, ...tls },
    name: host,
    // A loopback port may be forwarded from anywhere.
    local: false,
  };
}

function readOptionsTls(tls: EndpointOptions["tls"], root: string): Tls | undefined {
  if (tls === undefined) return undefined;
  const path = "executor.options.tls";
  const { ca, cert, key } = tls;
  return {
    cert: readText(resolve(root, cert), path),
    key: readText(resolve(root, key), path),
    ...(ca === undefined ? {} : { ca: readText(resolve(root, ca), path) }),
  };
}

function readEnvironmentTls(env: Environment): Tls | undefined {
  if (!env["DOCKER_TLS_VERIFY"] && !env["DOCKER_CERT_PATH"]) return undefined;
  return readTls(env["DOCKER_CERT_PATH"] || configFolder(env));
}

function readTls(folder: string): Tls {
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((name) => readText(join(folder, name), folder));
  return { ca: ca!, cert: cert!, key: key! };
}

function readText(file: string, path: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PawlError(
      "PAWL_CONFIG_UNREADABLE",
      `a certificate for Docker cannot be read: ${(error as Error).message}`,
      {
        path,
        cause: error,
      },
    );
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new PawlError(
      "PAWL_CONFIG_UNREADABLE",
      `a file of the docker command cannot be read: ${(error as Error).message}`,
      {
        path: file,
        cause: error,
      },
    );
  }
}
