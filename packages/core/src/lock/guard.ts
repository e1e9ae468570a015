import { PawlError } from "@pawl/plugin";
import type { LockReference, SealVerified } from "../events.ts";
import { type Project, relativePath } from "../project.ts";
import { tamperedIntrinsics } from "../seal/intrinsics.ts";
import { judges } from "./code.ts";
import { compareLocks } from "./compare.ts";
import { type LockFile, contentDigest, readLockFile } from "./lock-file.ts";
import { measureLock } from "./measure.ts";
import { type WatchedFile, changedFiles, signatureOf, watchFile } from "./watched.ts";

/**
 * Stands between every experiment and the lock. {@link check} is cheap enough for each experiment: it looks at a
 * file's content again when its inode, size or times have moved. {@link verify}, for each commit, reads all files,
 * and looks at what this process holds in its memory.
 */
export class LockGuard {
  readonly reference: LockReference;
  readonly #project: Project;
  /** Files of the project: whoever works there may change one at any time. */
  readonly #files: WatchedFile[];
  /** Files of packages: many, and read again for each commit only. */
  readonly #packaged: readonly WatchedFile[];
  /** Files that were written to, and then had the same content. */
  readonly #touched = new Set<string>();

  static {
    // Whoever could replace a method of this class would need nothing else.
    Object.freeze(this.prototype);
  }

  private constructor(reference: LockReference, project: Project, files: WatchedFile[], packaged: WatchedFile[]) {
    this.reference = reference;
    this.#project = project;
    this.#files = files;
    this.#packaged = packaged;
  }

  /**
   * Compares everything with the lock.
   * @throws PawlError `PAWL_LOCK_MISSING`, `PAWL_LOCK_INVALID`, `PAWL_LOCK_VIOLATION`, `PAWL_SEAL_BROKEN`
   */
  static async open(project: Project, signal: AbortSignal): Promise<LockGuard> {
    assertIntact(project, "all");
    const lock = await requireLock(project);
    const lockFile = watchFile(project.lockPath);
    const { content, files, packaged, changedInLoading } = await measureLock(project, signal);
    if (contentDigest(content) !== lock.digest) {
      const translated = changedInLoading.map((path) => `${path}: was loaded as something else than it is on the disk`);
      const details = lock.content["loader"] === content["loader"] ? [] : translated;
      throw violation(project.lockPath, [...compareLocks(lock.content, content), ...details]);
    }
    const guard = new LockGuard(
      { digest: lock.digest, epoch: lock.epoch },
      project,
      [...files, lockFile],
      [...packaged],
    );
    project.evaluations.guardLoads(() => guard.#beforeLoad());
    return guard;
  }

  /** @throws PawlError `PAWL_LOCK_VIOLATION`, `PAWL_SEAL_BROKEN` */
  check(): void {
    assertIntact(this.#project, "basic");
    for (let index = 0; index < this.#files.length; index += 1) {
      const file = this.#files[index] as WatchedFile;
      const signature = signatureOf(file.path);
      if (signature === file.signature) continue;
      assertUnchanged([file]);
      this.#files[index] = { ...file, signature };
      this.#touched.add(relativePath(this.#project, file.path));
    }
  }

  /**
   * The language, the libraries and the plugins' methods alone.
   * @throws PawlError `PAWL_SEAL_BROKEN`
   */
  checkMemory(): void {
    assertIntact(this.#project, "all");
  }

  /**
   * The whole comparison, as far as it can be made again: every file, every built-in, the plugins' methods, and the
   * cases and answers in memory. Large evaluations are frozen, and digested again at the end only.
   * @returns what the ledger says of it
   * @throws PawlError `PAWL_LOCK_VIOLATION`, `PAWL_SEAL_BROKEN`
   */
  verify(moment: SealVerified["moment"], experiment?: number): SealVerified {
    this.checkMemory();
    this.check();
    assertUnchanged([...this.#files, ...this.#packaged]);
    const { changed, digested } = this.#project.evaluations.verify({ whole: moment === "end" });
    if (changed.length > 0) throw broken(changed);
    // Again, since whatever was compared just now was compared with these.
    this.checkMemory();
    return {
      moment,
      ...(experiment === undefined ? {} : { experiment }),
      lock: this.reference.digest,
      files: this.#files.length + this.#packaged.length,
      evaluations: digested,
      touched: [...this.#touched].toSorted(),
    };
  }

  /** Cases that are made in mid-run may come from files: these must not change while they are read. */
  #beforeLoad(): () => void {
    this.check();
    const before = this.#files.map(({ signature }) => signature);
    return () => {
      this.check();
      const changed = this.#files.filter(({ signature }, index) => signature !== before[index]);
      if (changed.length === 0) return;
      throw violation(
        this.#project.lockPath,
        changed.map(({ path }) => `${path}: was written to while cases were read`),
      );
    };
  }
}

/** @throws PawlError `PAWL_SEAL_BROKEN` where the language or a plugin is not what it was when it was loaded */
function assertIntact(project: Project, extent: "basic" | "all"): void {
  const intrinsics = tamperedIntrinsics(extent);
  if (intrinsics !== "") throw broken(intrinsics.trimEnd().split("\n"));
  const plugins = judges(project).flatMap(({ name, tampered }) => tampered().map((change) => `${name}: ${change}`));
  if (plugins.length > 0) throw broken(plugins);
}

function assertUnchanged(files: readonly WatchedFile[]): void {
  const changes = changedFiles(files);
  if (changes.length > 0) throw violation(undefined, changes);
}

function violation(path: string | undefined, details: readonly string[]): PawlError {
  return new PawlError("PAWL_LOCK_VIOLATION", "what defines the metric has changed since it was locked", {
    path,
    details,
    remedy:
      'Undo the change, or accept it as a new, incomparable epoch: pawl lock --accept --reason "why it had to change".',
  });
}

function broken(details: readonly string[]): PawlError {
  return new PawlError("PAWL_SEAL_BROKEN", "something that the metric rests on was changed inside of this process", {
    details,
    remedy: "Find the plugin or package that does it; a proposer has no reason to. Then pawl resume goes on.",
  });
}

async function requireLock(project: Project): Promise<LockFile> {
  const lock = await readLockFile(project.lockPath);
  if (lock !== null) return lock;
  throw new PawlError("PAWL_LOCK_MISSING", "the metric is not locked yet", {
    path: project.lockPath,
    remedy: 'Run "pawl lock" and commit the file that it writes.',
  });
}
