import { extract } from "tar-stream";
import { DaemonGone, isGone, messageOf } from "../daemon/errors.ts";

/** Files and folders of all artifacts together. */
export const MAX_ENTRIES = 1_000;

/** Why artifacts were refused. */
export class ArtifactFault extends Error {
  readonly outcome: "violation" | "output-limit" | "crashed";

  constructor(outcome: ArtifactFault["outcome"], message: string) {
    super(message);
    this.name = "ArtifactFault";
    this.outcome = outcome;
  }
}

/** What is left of the caps while the artifacts of one experiment are read. */
export interface Allowance {
  bytes: number;
  entries: number;
}

/** A name in a tar as a relative path, or undefined. */
function cleanName(name: string): string | undefined {
  const trimmed = name.endsWith("/") ? name.slice(0, -1) : name;
  const parts = trimmed.split("/");
  const odd = parts.some((part) => part === "" || part === "." || part === "..") || /[\0\\\n]/.test(trimmed);
  return odd ? undefined : trimmed;
}

/**
 * Reads the tar that the daemon sends of one declared path, which a hostile program has filled. Nothing is unpacked to a
 * disk: only plain files with plain names are taken, into memory, while the caps hold. Links, devices, pipes, sparse files
 * (they are files of their full size, and count as such), names that lead elsewhere and extended headers that grow are
 * refused as soon as they are seen.
 * @param path the declared path; the tar holds its last part
 * @throws ArtifactFault · DaemonGone where the tar does not come to its end
 */
export async function readArtifact(
  tar: NodeJS.ReadableStream,
  path: string,
  left: Allowance,
): Promise<Record<string, Uint8Array>> {
  const base = path.split("/").at(-1)!;
  const files: Record<string, Uint8Array> = Object.create(null) as Record<string, Uint8Array>;
  const reader = extract();
  // What a tar spends beside contents: a header and padding for each entry, and room for long names. More than that is
  // an extended header that somebody grew.
  let raw = 0;
  const rawCap = left.bytes + left.entries * 4_096 + 65_536;
  tar.on("data", (chunk: Buffer) => {
    raw += chunk.length;
    if (raw > rawCap)
      tar.emit("error", new ArtifactFault("output-limit", `the artifact ${path} is larger than it may be`));
  });
  tar.on("error", (error: Error) => reader.destroy(error));
  tar.pipe(reader);
  try {
    for await (const entry of reader) {
      const { name, type, size = 0 } = entry.header;
      left.entries -= 1;
      if (left.entries < 0)
        throw new ArtifactFault("output-limit", `the artifacts are more than ${MAX_ENTRIES} files and folders`);
      const clean = cleanName(name);
      const inside = clean !== undefined && (clean === base || clean.startsWith(`${base}/`));
      if (!inside) throw new ArtifactFault("violation", `the artifact ${path} holds an entry with a forbidden name`);
      if (type === "directory") {
        entry.resume();
        continue;
      }
      if (type !== "file" && type !== "contiguous-file") {
        throw new ArtifactFault(
          "violation",
          `the artifact ${path} holds a ${type ?? "strange entry"}, and only files are taken`,
        );
      }
      left.bytes -= size;
      if (left.bytes < 0) throw new ArtifactFault("output-limit", `the artifacts are larger than they may be together`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const full = path.slice(0, path.length - base.length) + clean;
      if (full in files) throw new ArtifactFault("violation", `the artifact ${path} holds ${full} twice`);
      files[full] = new Uint8Array(Buffer.concat(chunks));
    }
  } catch (error) {
    (tar as { destroy?: () => void }).destroy?.();
    if (error instanceof ArtifactFault) throw error;
    // The files are frozen, so a tar that is cut short is the daemon's doing.
    if (isGone(error) || /unexpected end/i.test(messageOf(error))) throw new DaemonGone(error);
    throw new ArtifactFault("violation", `the artifact ${path} cannot be read: ${messageOf(error)}`);
  }
  return files;
}
