import { ask } from "./nvidia-smi.ts";

/** A device that an experiment can have: a whole GPU, or one MIG instance of a GPU that is divided. */
export interface Device {
  /** `GPU-…` or `MIG-…`. */
  readonly uuid: string;
  /** What a human calls it: `0`, or `0:1` for the second instance of the first GPU. */
  readonly index: string;
  readonly name: string;
  /** The GPU that readings are reported for: itself, or the GPU of which it is an instance. */
  readonly gpu: string;
  /** Present for MIG instances alone. */
  readonly mig?: MigShape;
}

/** What the name of a MIG instance says about its memory. */
export interface MigShape {
  /** Nominal memory of the instance, in mebibytes; the real one is a little smaller. Absent where the name has none. */
  readonly memoryMb?: number;
  /** It shares its memory with other compute instances, so nothing divides that between them. */
  readonly shared: boolean;
}

export type Listing = { readonly devices: readonly Device[] } | { readonly why: string };

const GPU_LINE = /^GPU (\d+): (.*) \(UUID: (GPU-[0-9a-f-]+)\)$/i;
const MIG_LINE = /^MIG (\S+)\s+Device\s+(\d+):\s+\(UUID: (MIG-[0-9a-z/-]+)\)$/i;
/** `1g.10gb`, `1g.10gb+me`, and `1c.3g.20gb`, where the leading part counts the slices of a shared instance. */
const MIG_NAME = /^(\d+c\.)?\d+g\.(\d+)gb(\+\S+)?$/i;

/** The devices of this machine, as `nvidia-smi -L` names them. Throws nothing. */
export async function listDevices(nvidiaSmi: string): Promise<Listing> {
  const answer = await ask(nvidiaSmi, ["-L"]);
  return answer.ok ? { devices: parseListing(answer.stdout) } : { why: answer.why };
}

/** Reads the output of `nvidia-smi -L`. Lines that are neither a GPU nor an instance (complaints, notes) are left out. */
export function parseListing(text: string): readonly Device[] {
  const gpus: Device[] = [];
  const instances: Device[] = [];
  for (const line of text.split("\n")) {
    const gpu = GPU_LINE.exec(line.trim());
    if (gpu !== null) gpus.push({ index: gpu[1]!, name: gpu[2]!, uuid: gpu[3]!, gpu: gpu[3]! });
    const mig = MIG_LINE.exec(line.trim());
    const parent = gpus.at(-1);
    if (mig !== null && parent !== undefined) {
      const [, name = "", index = "", uuid = ""] = mig;
      instances.push({
        index: `${parent.index}:${index}`,
        name: `MIG ${name}`,
        uuid,
        gpu: parent.uuid,
        mig: migShape(name),
      });
    }
  }
  return [...gpus, ...instances];
}

function migShape(name: string): MigShape {
  const shape = MIG_NAME.exec(name);
  if (shape === null) return { shared: true };
  return { memoryMb: Number(shape[2]) * 1024, shared: shape[1] !== undefined };
}

/** GPUs on which programs compute at the moment, by UUID. Throws nothing. */
export async function busyGpus(
  nvidiaSmi: string,
): Promise<{ readonly busy: ReadonlySet<string> } | { readonly why: string }> {
  const answer = await ask(nvidiaSmi, ["--query-compute-apps=gpu_uuid,pid", "--format=csv,noheader"]);
  if (!answer.ok) return { why: answer.why };
  return { busy: new Set(answer.stdout.match(/\b(?:GPU|MIG)-[0-9a-z/-]+/gi)) };
}
