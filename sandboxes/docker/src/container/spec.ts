import type Docker from "dockerode";
import type { DeviceRequest } from "../gpu/gpu.ts";
import { SOCKET } from "../model/folders.ts";
import { SECCOMP_PROFILE } from "./seccomp.ts";

const MIB = 1_048_576;
/** The user and group `nobody`, by number: names need files that may not be in the image. */
export const NOBODY = "65534:65534";
/** Where an experiment's files are, and the only place that it may write to. */
export const WORK = "/work";
/** Where the way to models is, for a job that may ask them. */
export const MODELS = "/run/pawl";
/** The socket that leads to them. */
export const MODEL_SOCKET = `${MODELS}/${SOCKET}`;
/** Open files of a process. */
export const MAX_FILES = 1_024;
/** Files and folders that a candidate may create. */
export const MAX_INODES = 16_384;

/** What a container gets. Everything else is the same for all. */
export interface ContainerSpec {
  /** The image's id, so that a name that is moved in mid-run changes nothing. */
  readonly image: string;
  /** Paths that the image declares as volumes: Docker would put writable folders of the host there. */
  readonly imageVolumes: readonly string[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly name: string;
  /** Memory and swap together, in mebibytes. */
  readonly memoryMb: number;
  readonly pids: number;
  readonly cpus: number;
  /** CPU seconds of one process, after which the kernel ends it even if nobody watches any more. */
  readonly cpuSeconds: number;
  /** The folder for files; absent: there is none. */
  readonly work?: { readonly kilobytes: number; readonly writable: boolean };
  readonly runtime?: string;
  readonly volumes?: readonly { readonly name: string; readonly target: string }[];
  readonly devices?: DeviceRequest;
  /** The folder of the host with the socket that leads to models. Nothing else of the host's is ever mounted. */
  readonly modelFolder?: string;
  /** The disk whose use is to be counted, on cgroup v1: there the kernel counts only where there is a rule. */
  readonly countedDisk?: string;
}

/** A rule that no disk reaches, in bytes per second. */
const NO_RATE = 1e15;

/**
 * The request that makes a container. No capability, no new privileges, no network, no shared memory, no log, no device,
 * a root file system that cannot be written, and a user who is nobody.
 */
export function createOptions(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const memory = Math.ceil(spec.memoryMb * MIB);
  const labels = { ...spec.labels };
  const mounts: Docker.MountSettings[] = (spec.volumes ?? []).map(({ name, target }) => ({
    Type: "volume",
    Source: name,
    Target: target,
    ReadOnly: true,
    VolumeOptions: { NoCopy: true } as Docker.MountSettings["VolumeOptions"] & object,
  }));
  if (spec.modelFolder !== undefined) {
    // A socket can be connected to where nothing can be written.
    mounts.push({
      Type: "bind",
      Source: spec.modelFolder,
      Target: MODELS,
      ReadOnly: true,
      BindOptions: { Propagation: "rprivate" },
    });
  }
  if (spec.work !== undefined) {
    const { kilobytes, writable } = spec.work;
    // A volume in memory rather than a plain tmpfs: the daemon can put files into it and take files out of it.
    mounts.push({
      Type: "volume",
      Source: "",
      Target: WORK,
      VolumeOptions: {
        NoCopy: true,
        Labels: labels,
        DriverConfig: {
          Name: "local",
          Options: {
            type: "tmpfs",
            device: "tmpfs",
            o: `size=${kilobytes}k,nr_inodes=${MAX_INODES},mode=${writable ? 1777 : 755},noexec,nosuid,nodev`,
          },
        },
      },
    });
  }
  return {
    name: spec.name,
    Image: spec.image,
    Entrypoint: [spec.argv[0]!],
    Cmd: spec.argv.slice(1),
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    User: NOBODY,
    WorkingDir: spec.work === undefined ? "/" : WORK,
    Labels: labels,
    Hostname: "sandbox",
    NetworkDisabled: true,
    OpenStdin: true,
    // When the engine ends, however it ends, the container's stdin ends.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    // A check of the image's would be a process that nobody asked for.
    Healthcheck: { Test: ["NONE"] },
    // A daemon that stops need not wait for anyone here.
    StopSignal: "SIGKILL",
    StopTimeout: 0,
    HostConfig: {
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges", `seccomp=${SECCOMP_PROFILE}`],
      NetworkMode: "none",
      IpcMode: "none",
      CgroupnsMode: "private",
      LogConfig: { Type: "none", Config: {} },
      RestartPolicy: { Name: "no" },
      PidsLimit: spec.pids,
      Memory: memory,
      // Memory and swap together: no swap.
      MemorySwap: memory,
      NanoCpus: Math.round(spec.cpus * 1e9),
      Ulimits: [
        { Name: "core", Soft: 0, Hard: 0 },
        { Name: "nofile", Soft: MAX_FILES, Hard: MAX_FILES },
        { Name: "cpu", Soft: spec.cpuSeconds, Hard: spec.cpuSeconds },
      ],
      Tmpfs: Object.fromEntries(spec.imageVolumes.map((path) => [path, "ro,size=64k,mode=555,noexec,nosuid,nodev"])),
      Mounts: mounts,
      ...(spec.runtime === undefined ? {} : { Runtime: spec.runtime }),
      ...(spec.countedDisk === undefined ? {} : { BlkioDeviceReadBps: [{ Path: spec.countedDisk, Rate: NO_RATE }] }),
      ...(spec.devices === undefined ? {} : { DeviceRequests: [spec.devices] }),
    },
  } as Docker.ContainerCreateOptions;
}
