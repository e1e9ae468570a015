import { execFile } from "node:child_process";
import { createReadStream, realpathSync, statSync } from "node:fs";
import { promisify } from "node:util";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { PawlError } from "@pawl/plugin";
import type Docker from "dockerode";
import { pack as newPack } from "tar-stream";
import { call } from "../daemon/errors.ts";
import { LABEL } from "../labels.ts";

/** The image that is used where a config names none. */
export function nodeImageTag(): string {
  return `pawl/node:${process.version.slice(1)}-${process.arch}`;
}

export interface NodeImageOptions {
  /** Name and tag. Default: {@link nodeImageTag}. */
  readonly tag?: string;
  readonly onProgress?: (message: string) => void;
}

/**
 * Makes a minimal image from this machine's own Node, its shell, and the libraries of both, without a registry.
 * @returns the image's id
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where this machine's Node does not run in the daemon's containers,
 * `PAWL_SANDBOX_FAILED`
 */
export async function buildNodeImage(
  docker: Docker,
  { tag = nodeImageTag(), onProgress }: NodeImageOptions = {},
): Promise<string> {
  await assertSamePlatform(docker);
  const shell = realpathSync("/bin/sh");
  const files = new Map<string, string>([
    ["/usr/local/bin/node", realpathSync(process.execPath)],
    ["/bin/sh", shell],
  ]);
  for (const path of await librariesOf([process.execPath, shell])) files.set(path, realpathSync(path));
  onProgress?.(`packing Node ${process.version} and ${files.size - 2} libraries`);

  const tar = newPack();
  const packing = (async () => {
    const owner = { uid: 0, gid: 0, mtime: new Date(0) };
    const folders = new Set(["tmp/", "work/", "etc/"]);
    for (const path of files.keys()) {
      const parts = path.slice(1).split("/").slice(0, -1);
      for (let depth = 1; depth <= parts.length; depth++) folders.add(`${parts.slice(0, depth).join("/")}/`);
    }
    for (const name of [...folders].toSorted()) tar.entry({ name, type: "directory", mode: 0o755, ...owner });
    tar.entry({ name: "etc/passwd", mode: 0o644, ...owner }, "nobody:x:65534:65534:nobody:/work:/bin/sh\n");
    for (const [path, source] of files) {
      const entry = tar.entry({ name: path.slice(1), mode: 0o755, size: statSync(source).size, ...owner });
      await pipeline(createReadStream(source), entry);
    }
    tar.finalize();
  })();
  // Whoever reads the tar hears of it as well.
  packing.catch((error: Error) => tar.destroy(error));
  const [repo, name] = splitTag(tag);
  await call("import an image", async () => {
    const answer = (await docker.importImage(
      tar as unknown as NodeJS.ReadableStream as never,
      {
        repo,
        tag: name,
        changes: [`LABEL ${LABEL.image}=node`, "ENV PATH=/usr/local/bin:/bin"],
      } as never,
    )) as unknown as NodeJS.ReadableStream;
    assertNoError(await text(answer));
  });
  await packing;
  const { Id } = await call("inspect an image", () => docker.getImage(tag).inspect());
  onProgress?.(`made the image ${tag} (${Id.slice(0, 19)})`);
  return Id;
}

/** `name` and `tag` of an image's full name. A colon before a slash belongs to a host. */
export function splitTag(full: string): [repo: string, tag: string] {
  const at = full.lastIndexOf(":");
  return at > full.lastIndexOf("/") ? [full.slice(0, at), full.slice(at + 1)] : [full, "latest"];
}

/** A daemon's stream of progress says in its last lines what went wrong; the request itself has succeeded. */
function assertNoError(lines: string): void {
  for (const line of lines.split("\n")) {
    if (line.trim() === "") continue;
    const { error } = JSON.parse(line) as { error?: string };
    if (error !== undefined) throw new PawlError("PAWL_SANDBOX_FAILED", `Docker could not import an image: ${error}`);
  }
}

const DOCKER_ARCH: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  arm: "arm",
  s390x: "s390x",
  ppc64: "ppc64le",
  riscv64: "riscv64",
};
/** How daemons spell their architecture in `version` and in `info`. */
const SAME: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm" };

async function assertSamePlatform(docker: Docker): Promise<void> {
  const { Os, Arch } = await call("tell its version", () => docker.version());
  const arch = SAME[Arch] ?? Arch;
  if (process.platform === "linux" && Os === "linux" && arch === DOCKER_ARCH[process.arch]) return;
  throw new PawlError(
    "PAWL_SANDBOX_UNENFORCEABLE",
    `an image of this machine's Node (${process.platform}/${process.arch}) does not run in this daemon's containers (${Os}/${Arch})`,
    { path: "executor.options.image", remedy: "Name an image that holds Node 24 and /bin/sh, such as node:24-slim." },
  );
}

/** The shared libraries of programs, and the loader, by the paths under which programs look for them. */
async function librariesOf(programs: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const program of programs) {
    try {
      const { stdout } = await promisify(execFile)("ldd", [program], { env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } });
      // Lines are `name => /path (address)` or, for the loader, `/path (address)`.
      for (const [, path] of stdout.matchAll(/(?:=>\s+|^\s*)(\/\S+)\s+\(0x/gm)) found.add(path!);
    } catch (error) {
      throw new PawlError(
        "PAWL_SANDBOX_FAILED",
        `the libraries of ${program} cannot be listed: ${(error as Error).message}`,
        {
          remedy: "Install ldd, or name an image in executor.options.image.",
          cause: error,
        },
      );
    }
  }
  return [...found].toSorted();
}
