import { z } from "zod";

/** A thing that is not given to a sandbox. `false` may be written, for those who like to see it said. */
const never = (what: string) => z.literal(false, { error: `${what} is never given to a sandbox` }).optional();

/** Properties that preparation tries out, and that `allowUnenforced` may give up. */
export const PROBED = [
  "memoryMb",
  "swap",
  "pids",
  "diskMb",
  "network",
  "rootfs",
  "privileges",
  "nofile",
  "cpus",
] as const;
export type Probed = (typeof PROBED)[number];

const volume = z.strictObject({
  /** A named volume of the daemon. It is mounted read-only. */
  name: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "must be the name of a Docker volume; folders of the host are not mounted"),
  /** Where it appears in the sandbox. */
  target: z
    .string()
    .regex(/^\/[^/]+(\/[^/]+)*$/, "must be an absolute path without a slash at its end")
    .refine((path) => !path.split("/").some((part) => part === ".." || part === "."), "must not hold . or ..")
    .refine(
      (path) =>
        !["/proc", "/sys", "/dev", "/work", "/run", "/var/run"].some(
          (taken) => path === taken || path.startsWith(`${taken}/`),
        ),
      "is a path that the sandbox needs itself",
    ),
});

export const optionsSchema = z.strictObject({
  /**
   * The image to run: a name, a name with a digest, or an id. Default: the image that `pawl image build` makes from this
   * machine's own Node; it is made when it is missing.
   */
  image: z.string().min(1).optional(),
  /** A Dockerfile, relative to the config, that is built when preparing; its folder is the build's context. */
  dockerfile: z.string().min(1).optional(),
  /** When to pull `image`. */
  pull: z.enum(["missing", "never"]).default("missing"),
  /** The daemon, such as `unix:///run/docker.sock` or `tcp://gpu-1:2376`. Default: as the `docker` command finds it. */
  host: z.string().min(1).optional(),
  /** A context of the `docker` command. */
  context: z.string().min(1).optional(),
  /** Certificates for `host`, relative to the config. */
  tls: z.strictObject({ ca: z.string().optional(), cert: z.string(), key: z.string() }).optional(),
  /** An OCI runtime that the daemon knows. Default: the daemon's own default. */
  runtime: z.enum(["runc", "crun", "runsc", "kata"]).optional(),
  /** CPUs that one experiment may use at once. */
  cpus: z.number().min(0.01).max(1_024).default(1),
  /** Containers that are started ahead, for each kind of job. Default: half as many as are in flight, up to 4. */
  warm: z.int().min(0).max(64).optional(),
  /** Artifacts of one experiment together, in mebibytes. */
  artifactMb: z.int().min(1).max(4_096).default(64),
  /** Named volumes with data, mounted read-only. */
  volumes: z.array(volume).default([]),
  /** How long to wait for a daemon that went away, in milliseconds. Default: six hours. */
  daemonWaitMs: z.int().min(0).default(21_600_000),
  /** What this daemon cannot enforce and you accept: the ledger then says so in every experiment. */
  allowUnenforced: z.array(z.enum(PROBED)).default([]),
  /** The program that lists and watches GPUs. */
  nvidiaSmi: z.string().min(1).optional(),
  privileged: never("a privileged container"),
  hostNetwork: never("the host's network"),
  dockerSocket: never("the Docker socket"),
  hostMounts: never("a folder of the host"),
});
export type DockerOptions = z.output<typeof optionsSchema>;
