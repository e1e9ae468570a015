import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PawlError } from "@pawl/plugin";
import { isDead, ownOwner } from "../owner.ts";

/** The name of the socket in its folder. */
export const SOCKET = "model.sock";
/** What the kernel takes for the path of a Unix socket, in bytes; see unix(7). */
const LONGEST_PATH = 107;
const PREFIX = "pawl-models-";
const OWNER = "owner";

/**
 * Folders of the host that hold nothing but a socket, one for each container. They lie in a folder that no other user of
 * this machine can enter; the daemon mounts them read-only. What a dead engine has left is removed by the next.
 */
export class SocketFolders {
  readonly #parent: string;
  #made = 0;

  private constructor(parent: string) {
    this.#parent = parent;
  }

  /** @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` where the system's temporary folder has too long a name */
  static async open(): Promise<SocketFolders> {
    // Eight characters are more than the containers of a run.
    if (Buffer.byteLength(join(tmpdir(), `${PREFIX}XXXXXX`, "12345678", SOCKET)) > LONGEST_PATH) {
      throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `no socket can lie below ${tmpdir()}: the path is too long`, {
        path: "limits.network",
        remedy: "Set TMPDIR to a folder with a shorter path.",
      });
    }
    await removeDead();
    const parent = await mkdtemp(join(tmpdir(), PREFIX));
    await writeFile(join(parent, OWNER), ownOwner(), { mode: 0o600 });
    return new SocketFolders(parent);
  }

  async make(): Promise<string> {
    this.#made += 1;
    const folder = join(this.#parent, `${this.#made}`);
    await mkdir(folder);
    // The candidate is nobody, and may look and connect, no more. What the process masks out must not matter.
    await chmod(folder, 0o755);
    return folder;
  }

  async close(): Promise<void> {
    await rm(this.#parent, { recursive: true, force: true });
  }
}

async function removeDead(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const path of names.map((name) => join(tmpdir(), name))) {
    try {
      const { uid } = await lstat(path);
      if (uid !== process.getuid?.() || !isDead(await readFile(join(path, OWNER), "utf8"))) continue;
      await rm(path, { recursive: true, force: true });
    } catch {
      // Somebody else is removing it, or it is not ours.
    }
  }
}
