import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PawlError } from "@pawl/plugin";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Git, openGit } from "./git.ts";
import { formatMessage } from "./trailers.ts";

let folder: string;
let repo: string;

// What the machine's own git config says must not matter here.
const noConfig = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
const ada = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};
const date = new Date("2026-01-02T03:04:05.678Z");
const trailers = { experiment: 4, score: 0.5, championScore: 0.25, lock: "a".repeat(64), ledgerHash: "b".repeat(64) };

async function sh(cwd: string, ...args: string[]): Promise<string> {
  return (await execa("git", args, { cwd, env: { ...noConfig, ...ada } })).stdout;
}

async function makeRepo(path: string, ...options: string[]): Promise<void> {
  await mkdir(join(path, "sub"), { recursive: true });
  await sh(path, "init", "-q", "-b", "main", ...options);
  await writeFile(join(path, "sub", "rules.ts"), "export default 1;\n");
  await writeFile(join(path, "other.txt"), "other\n");
  await writeFile(join(path, "tool.sh"), "#!/bin/sh\n", { mode: 0o755 });
  await sh(path, "add", ".");
  await sh(path, "commit", "-q", "-m", "first");
}

/** Everything of the user's that Pawl must not touch. */
async function userState(path: string): Promise<unknown> {
  const gitDir = await sh(path, "rev-parse", "--absolute-git-dir");
  return {
    index: (await readFile(join(gitDir, "index"))).toString("base64"),
    head: await readFile(join(gitDir, "HEAD"), "utf8"),
    main: await sh(path, "rev-parse", "main"),
    status: await sh(path, "status", "--porcelain"),
    files: await Promise.all(
      (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.parentPath.includes(".git"))
        .map(async (entry) => [entry.name, (await readFile(join(entry.parentPath, entry.name))).toString("base64")]),
    ),
  };
}

async function failure(action: Promise<unknown>): Promise<PawlError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PawlError) return error;
  throw new Error("expected a PawlError", { cause: error });
}

async function commitOne(git: Git, files: Record<string, string>, parent?: string): Promise<string> {
  const { commit } = await git.createCommit({
    parent: parent ?? (await git.head()),
    files,
    message: formatMessage("an idea", trailers),
    date,
  });
  return commit;
}

function text(file: { content: Uint8Array } | null): string | undefined {
  return file === null ? undefined : Buffer.from(file.content).toString();
}

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "pawl-git-")));
  repo = join(folder, "repo with spaces ü");
  for (const [name, value] of Object.entries(noConfig)) vi.stubEnv(name, value);
  await makeRepo(repo);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe("openGit", () => {
  test("finds the top level from a subfolder", async () => {
    const git = await openGit(join(repo, "sub"));
    expect(git.root).toBe(repo);
    expect(git.commonDir).toBe(join(repo, ".git"));
    expect(await git.prefix(join(repo, "sub"))).toBe("sub/");
    expect(await git.prefix(repo)).toBe("");
    expect(await git.branchName()).toBe("main");
    expect(await git.head()).toBe(await sh(repo, "rev-parse", "HEAD"));
    await sh(repo, "checkout", "-q", "--detach");
    expect(await git.branchName()).toBeNull();
  });

  test("shares the common folder between worktrees, each with its own head", async () => {
    const tree = join(folder, "tree");
    await sh(repo, "worktree", "add", "-q", "-b", "side", tree);
    await sh(tree, "commit", "-q", "--allow-empty", "-m", "second");
    const git = await openGit(tree);
    expect(git.root).toBe(tree);
    expect(git.commonDir).toBe(join(repo, ".git"));
    expect(await git.branchName()).toBe("side");
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    await git.updateRef("refs/heads/pawl/night", commit, null);
    expect(await sh(repo, "rev-parse", "pawl/night")).toBe(commit);
    expect(await git.checkedOutAt("refs/heads/side")).toBe(tree);
    expect(await git.checkedOutAt("refs/heads/main")).toBe(repo);
    expect(await git.checkedOutAt("refs/heads/pawl/night")).toBeNull();
  });

  test("says what is wrong with a folder that it cannot use", async () => {
    const plain = join(folder, "plain");
    await mkdir(plain);
    expect(await failure(openGit(plain))).toMatchObject({ code: "PAWL_GIT_MISSING", path: plain });
    expect(await failure(openGit(join(folder, "absent")))).toMatchObject({ code: "PAWL_GIT_MISSING" });

    const empty = join(folder, "empty");
    await mkdir(empty);
    await sh(empty, "init", "-q");
    expect(await failure(openGit(empty))).toMatchObject({ code: "PAWL_GIT_NO_COMMIT", path: empty });

    const bare = join(folder, "bare.git");
    await sh(folder, "clone", "-q", "--bare", repo, bare);
    const error = await failure(openGit(bare));
    expect(error.code).toBe("PAWL_GIT_MISSING");
    expect(error.message).toContain("bare");
  });

  test("says that git is not installed", async () => {
    vi.stubEnv("PATH", folder);
    expect(await failure(openGit(repo))).toMatchObject({ code: "PAWL_GIT_NOT_INSTALLED" });
  });

  test("says what to do about a repository of another user", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("NOT TESTED: only root can give a folder away");
    await execa("chown", ["-R", "12345", repo]);
    vi.stubEnv("SUDO_UID", "0");
    const error = await failure(openGit(repo));
    expect(error.code).toBe("PAWL_GIT_FAILED");
    expect(error.message).toContain("dubious ownership");
    expect(error.remedy).toContain("belongs to another user");
    expect(error.details.join("\n")).toContain("safe.directory");
  });

  test("is not led astray by the variables that git sets for hooks", async () => {
    const other = join(folder, "other");
    await makeRepo(other);
    vi.stubEnv("GIT_DIR", join(other, ".git"));
    vi.stubEnv("GIT_WORK_TREE", other);
    vi.stubEnv("GIT_INDEX_FILE", join(other, "index"));
    vi.stubEnv("GIT_OBJECT_DIRECTORY", join(folder, "objects"));
    const git = await openGit(repo);
    expect(git.root).toBe(repo);
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    vi.unstubAllEnvs();
    expect(await sh(repo, "cat-file", "-t", commit)).toBe("commit");
    expect(await readdir(folder)).not.toContain("objects");
  });
});

describe("createCommit and updateRef", () => {
  test("make a commit on a branch and leave the working tree, the index and the head alone", async () => {
    await writeFile(join(repo, "other.txt"), "edited by the user\n");
    await writeFile(join(repo, "staged.txt"), "staged by the user\n");
    await sh(repo, "add", "staged.txt");
    await sh(repo, "status");
    const before = await userState(repo);
    const git = await openGit(repo);
    const head = await git.head();

    const commit = await commitOne(git, { "sub/rules.ts": "export default 2;\n" });
    await git.updateRef("refs/heads/pawl/night", commit, null);
    const next = await commitOne(git, { "sub/rules.ts": "export default 3;\n", "new file.ts": "n" }, commit);
    await git.updateRef("refs/heads/pawl/night", next, commit);

    expect(await userState(repo)).toEqual(before);
    expect(await sh(repo, "diff", "--name-only", head, next)).toBe("new file.ts\nsub/rules.ts");
    expect(text(await git.readFile(next, "sub/rules.ts"))).toBe("export default 3;\n");
    expect(await sh(repo, "fsck", "--strict")).toBe("");
    const log = await git.log("refs/heads/pawl/night", 2);
    expect(log.map((entry) => entry.commit)).toEqual([next, commit]);
    expect(log[0]).toMatchObject({ parents: [commit], trailers, committedAt: new Date("2026-01-02T03:04:05Z") });
    expect(log[0]?.tree).toBe(await sh(repo, "rev-parse", `${next}^{tree}`));
    expect(await git.log("refs/heads/pawl/night", 100)).toHaveLength(3);
    expect(await git.log("refs/heads/absent", 5)).toEqual([]);
  });

  test("the same request makes the same commit; the user commits what Pawl wrote", async () => {
    await sh(repo, "config", "user.name", "Grace Hopper");
    await sh(repo, "config", "user.email", "grace@example.org");
    const git = await openGit(repo);
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    expect(await commitOne(git, { "sub/rules.ts": "2" })).toBe(commit);
    const format = "%an <%ae> %aI|%cn <%ce> %cI";
    expect(await sh(repo, "log", "-1", `--format=${format}`, commit)).toBe(
      "Pawl <pawl@localhost> 2026-01-02T03:04:05+00:00|Grace Hopper <grace@example.org> 2026-01-02T03:04:05+00:00",
    );
    expect(await git.userName()).toBe("Grace Hopper");
  });

  test("works without any identity or home, but then nobody can sign", async () => {
    vi.stubEnv("HOME", folder);
    vi.stubEnv("XDG_CONFIG_HOME", folder);
    await sh(repo, "config", "user.useConfigOnly", "true");
    const git = await openGit(repo);
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    await git.updateRef("refs/heads/pawl/night", commit, null);
    expect(await sh(repo, "log", "-1", "--format=%cn <%ce>", "pawl/night")).toBe("Pawl <pawl@localhost>");
    expect(await failure(git.userName())).toMatchObject({ code: "PAWL_GIT_NO_IDENTITY" });
  });

  test("updateRef moves a branch only from where it is expected to be", async () => {
    const git = await openGit(repo);
    const head = await git.head();
    const one = await commitOne(git, { "sub/rules.ts": "1" });
    const two = await commitOne(git, { "sub/rules.ts": "2" });
    const ref = "refs/heads/pawl/night";
    await git.updateRef(ref, one, null);
    for (const from of [null, head, two]) {
      expect(await failure(git.updateRef(ref, two, from))).toMatchObject({ code: "PAWL_GIT_DIVERGED", path: ref });
    }
    expect(await git.resolve(ref)).toBe(one);
    await sh(repo, "update-ref", "-d", ref);
    expect(await failure(git.updateRef(ref, two, one))).toMatchObject({ code: "PAWL_GIT_DIVERGED" });
    expect(await git.resolve(ref)).toBeNull();
  });

  test("updateRef is content with a branch that is there already, and waits for a lock to pass", async () => {
    const git = await openGit(repo);
    const one = await commitOne(git, { "sub/rules.ts": "1" });
    const two = await commitOne(git, { "sub/rules.ts": "2" });
    const ref = "refs/heads/pawl/mended";
    await git.updateRef(ref, one, null);
    await git.updateRef(ref, one, null);
    const lock = join(repo, ".git", `${ref}.lock`);
    await writeFile(lock, "");
    const moved = git.updateRef(ref, two, one);
    setTimeout(() => void rm(lock), 300);
    await moved;
    expect(await git.resolve(ref)).toBe(two);
  });

  test("of many that move a branch at once, exactly one succeeds", async () => {
    const git = await openGit(repo);
    const commits = await Promise.all([1, 2, 3, 4, 5].map((n) => commitOne(git, { "sub/rules.ts": String(n) })));
    const results = await Promise.allSettled(
      commits.map((commit) => git.updateRef("refs/heads/pawl/night", commit, null)),
    );
    const won = results.flatMap((result, index) => (result.status === "fulfilled" ? [commits[index]] : []));
    expect(won).toEqual([await git.resolve("refs/heads/pawl/night")]);
    const codes = results.flatMap((result) =>
      result.status === "rejected" ? [(result.reason as PawlError).code] : [],
    );
    expect(new Set(codes)).toEqual(new Set(["PAWL_GIT_DIVERGED"]));
  });

  test("a symbolic ref on the run's branch does not drag another branch along", async () => {
    const git = await openGit(repo);
    const main = await git.head();
    await sh(repo, "symbolic-ref", "refs/heads/pawl/night", "refs/heads/main");
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    await git.updateRef("refs/heads/pawl/night", commit, main);
    expect(await git.resolve("refs/heads/main")).toBe(main);
    expect(await git.resolve("refs/heads/pawl/night")).toBe(commit);
  });

  test("says what is in the way of a branch", async () => {
    const git = await openGit(repo);
    const head = await git.head();
    await sh(repo, "branch", "pawl");
    const blocked = await failure(git.updateRef("refs/heads/pawl/night", head, null));
    expect(blocked).toMatchObject({ code: "PAWL_GIT_FAILED", remedy: expect.stringContaining("rename that branch") });
    const invalid = await failure(git.updateRef("refs/heads/a..b", head, null));
    expect(invalid).toMatchObject({ code: "PAWL_GIT_FAILED", remedy: expect.stringContaining("another name") });
    await writeFile(join(repo, ".git", "refs", "heads", "held.lock"), "");
    const locked = await failure(git.updateRef("refs/heads/held", head, null));
    expect(locked).toMatchObject({ code: "PAWL_GIT_FAILED", remedy: expect.stringContaining(".lock file") });
  });

  test("runs no hook, signs nothing, and asks nobody", async () => {
    const hooks = join(repo, ".git", "hooks");
    for (const hook of ["pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"]) {
      await writeFile(join(hooks, hook), `#!/bin/sh\ntouch '${folder}/ran-${hook}'\nexit 1\n`, { mode: 0o755 });
    }
    await sh(repo, "config", "commit.gpgSign", "true");
    await sh(repo, "config", "gpg.program", "/bin/false");
    await sh(repo, "config", "core.splitIndex", "true");
    await sh(repo, "config", "core.fsmonitor", `touch '${folder}/ran-fsmonitor'`);
    const git = await openGit(repo);
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    await git.updateRef("refs/heads/pawl/night", commit, null);
    await git.dirtyPaths(["sub/rules.ts"]);
    expect(await git.resolve("refs/heads/pawl/night")).toBe(commit);
    expect((await readdir(folder)).filter((name) => name.startsWith("ran-"))).toEqual([]);
    expect((await readdir(join(repo, ".git"))).filter((name) => name.startsWith("sharedindex"))).toEqual([]);
  });

  test("keeps every byte, whatever the settings for line ends and filters", async () => {
    await sh(repo, "config", "core.autocrlf", "true");
    await sh(repo, "config", "filter.shout.clean", "tr a-z A-Z");
    await writeFile(join(repo, ".gitattributes"), "* text=auto eol=crlf\n*.ts filter=shout\n");
    const git = await openGit(repo);
    for (const content of ["a\r\nb\nc\r", "", "no end", "\uFEFFbom\n", "snow ☃\n"]) {
      const commit = await commitOne(git, { "sub/rules.ts": content });
      expect(text(await git.readFile(commit, "sub/rules.ts"))).toBe(content);
    }
  });

  test("takes paths of every kind, and keeps modes", async () => {
    const git = await openGit(repo);
    const names = [
      "--all",
      "-",
      "a b",
      "ü/☃.ts",
      'quote".ts',
      "*.ts",
      ":(top)x",
      "line\nbreak",
      "tab\there",
      "sub/new.ts",
    ];
    const commit = await commitOne(git, {
      ...Object.fromEntries(names.map((name) => [name, `<${name}>`])),
      "tool.sh": "x",
    });
    for (const name of names) {
      expect(await git.readFile(commit, name)).toMatchObject({ mode: "100644" });
      expect(text(await git.readFile(commit, name))).toBe(`<${name}>`);
    }
    expect(await git.readFile(commit, "tool.sh")).toMatchObject({ mode: "100755" });
    for (const name of ["absent", "sub", "sub/", "s*b/rules.ts"]) {
      expect(await git.readFile(commit, name)).toBeNull();
    }
    for (const name of [
      "../outside",
      "sub/../../x",
      "/etc/passwd",
      "",
      "a//b",
      "./x",
      "sub/",
      "nul\0",
      ".git/config",
      "sub/.GIT/hooks/x",
    ]) {
      expect(await failure(commitOne(git, { [name]: "x" }))).toMatchObject({
        code: "PAWL_SURFACE_INVALID",
        path: name,
      });
      expect(await git.readFile(commit, name)).toBeNull();
    }
    // A file where the parent has a folder's place.
    expect(await failure(commitOne(git, { "other.txt/below": "x" }))).toMatchObject({
      code: "PAWL_SURFACE_INVALID",
      path: "other.txt",
    });
  });

  test("refuses to write through a link, a folder or a submodule", async () => {
    await symlink("/etc/passwd", join(repo, "link"));
    await sh(repo, "add", "link");
    await sh(repo, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
    await sh(repo, "commit", "-q", "-m", "link");
    const git = await openGit(repo);
    expect(await git.readFile(await git.head(), "link")).toMatchObject({ mode: "120000" });
    for (const path of ["link", "sub", "module"]) {
      expect(await failure(commitOne(git, { [path]: "x" }))).toMatchObject({ code: "PAWL_SURFACE_INVALID", path });
    }
  });

  test("works in a repository with SHA-256 object names", async () => {
    const modern = join(folder, "modern");
    await makeRepo(modern, "--object-format=sha256");
    const git = await openGit(modern);
    const commit = await commitOne(git, { "sub/rules.ts": "2" });
    expect(commit).toMatch(/^[0-9a-f]{64}$/);
    await git.updateRef("refs/heads/pawl/night", commit, null);
    await git.updateRef("refs/heads/pawl/night", await commitOne(git, { "sub/rules.ts": "3" }, commit), commit);
    expect((await git.log("refs/heads/pawl/night", 9)).map((entry) => entry.trailers !== null)).toEqual([
      true,
      true,
      false,
    ]);
    expect(await git.dirtyPaths(["sub/rules.ts", "other.txt"])).toEqual([]);
  });

  test("reads a commit's own content, whatever refs/replace says", async () => {
    const git = await openGit(repo);
    const head = await git.head();
    const blob = await sh(repo, "rev-parse", "HEAD:sub/rules.ts");
    await writeFile(join(folder, "evil"), "export default 666;\n");
    await sh(repo, "replace", blob, await sh(repo, "hash-object", "-w", join(folder, "evil")));
    expect(text(await git.readFile(head, "sub/rules.ts"))).toBe("export default 1;\n");
  });

  test("leaves no temporary index behind", async () => {
    const temporary = join(folder, "tmp");
    await mkdir(temporary);
    vi.stubEnv("TMPDIR", temporary);
    const git = await openGit(repo);
    await commitOne(git, { "sub/rules.ts": "2" });
    await failure(commitOne(git, { "../outside": "x" }));
    expect(await readdir(temporary)).toEqual([]);
    vi.stubEnv("TMPDIR", join(temporary, "absent"));
    expect(await failure(commitOne(git, { "sub/rules.ts": "2" }))).toMatchObject({
      code: "PAWL_GIT_FAILED",
      remedy: expect.stringContaining("TMPDIR"),
    });
  });
});

describe("resolve", () => {
  test("takes revisions of every kind and never an option", async () => {
    const git = await openGit(repo);
    const head = await git.head();
    for (const name of ["HEAD", "main", "refs/heads/main", head, head.slice(0, 12), "main^{commit}"]) {
      expect(await git.resolve(name)).toBe(head);
    }
    for (const name of [
      "absent",
      "--help",
      "-",
      "",
      "HEAD~9",
      "HEAD^{tree}",
      "main\nmain",
      "refs/heads/a b",
      `${head} x`,
    ]) {
      expect({ name, commit: await git.resolve(name) }).toEqual({ name, commit: null });
    }
  });
});

describe("dirtyPaths", () => {
  test("reports what differs from the last commit, and only that", async () => {
    const git = await openGit(join(repo, "sub"));
    const paths = ["sub/rules.ts", "other.txt", "tool.sh"];
    expect(await git.dirtyPaths(paths)).toEqual([]);
    expect(await git.dirtyPaths([])).toEqual([]);
    await writeFile(join(repo, "other.txt"), "changed\n");
    await writeFile(join(repo, "untracked.txt"), "");
    await rm(join(repo, "tool.sh"));
    expect(await git.dirtyPaths([...paths, "untracked.txt", "absent", "sub"])).toEqual([
      "other.txt",
      "tool.sh",
      "untracked.txt",
      "absent",
      "sub",
    ]);
  });

  test("is not deceived by the index", async () => {
    const git = await openGit(repo);
    await writeFile(join(repo, "other.txt"), "staged\n");
    await sh(repo, "add", "other.txt");
    expect(await git.dirtyPaths(["other.txt"])).toEqual(["other.txt"]);
    await writeFile(join(repo, "sub/rules.ts"), "export default 2;\n");
    await sh(repo, "update-index", "--assume-unchanged", "sub/rules.ts");
    await sh(repo, "update-index", "--skip-worktree", "tool.sh");
    await writeFile(join(repo, "tool.sh"), "changed");
    expect(await git.dirtyPaths(["sub/rules.ts", "tool.sh"])).toEqual(["sub/rules.ts", "tool.sh"]);
    await writeFile(join(repo, ".git", "info", "exclude"), "ignored.txt\n");
    await writeFile(join(repo, "ignored.txt"), "x");
    expect(await git.dirtyPaths(["ignored.txt"])).toEqual(["ignored.txt"]);
  });

  test("reports links, also those in a folder's place", async () => {
    const git = await openGit(repo);
    await writeFile(join(folder, "same.txt"), "other\n");
    await rm(join(repo, "other.txt"));
    await symlink(join(folder, "same.txt"), join(repo, "other.txt"));
    await mkdir(join(folder, "elsewhere"));
    await writeFile(join(folder, "elsewhere", "rules.ts"), "export default 1;\n");
    await rm(join(repo, "sub"), { recursive: true });
    await symlink(join(folder, "elsewhere"), join(repo, "sub"));
    await symlink("tool.sh", join(repo, "committed-link"));
    await sh(repo, "add", "committed-link");
    await sh(repo, "commit", "-q", "-m", "link");
    expect(await git.dirtyPaths(["other.txt", "sub/rules.ts", "committed-link"])).toEqual([
      "other.txt",
      "sub/rules.ts",
      "committed-link",
    ]);
  });

  test("a checkout with other line ends or a filter is clean; a mere mode change is too", async () => {
    await sh(repo, "config", "core.autocrlf", "true");
    await writeFile(join(repo, "sub/rules.ts"), "export default 1;\r\n");
    await chmod(join(repo, "other.txt"), 0o755);
    const git = await openGit(repo);
    expect(await git.dirtyPaths(["sub/rules.ts", "other.txt"])).toEqual([]);
    await writeFile(join(repo, "sub/rules.ts"), "export default 2;\r\n");
    expect(await git.dirtyPaths(["sub/rules.ts"])).toEqual(["sub/rules.ts"]);
    // Committed with CRLF before the setting came: byte by byte the same is clean.
    const commit = await commitOne(git, { "sub/rules.ts": "crlf\r\n" });
    await git.updateRef("refs/heads/main", commit, await git.head());
    await writeFile(join(repo, "sub/rules.ts"), "crlf\r\n");
    expect(await git.dirtyPaths(["sub/rules.ts"])).toEqual([]);
  });

  test("a thousand paths, odd names among them", async () => {
    const names = [...Array.from({ length: 1_000 }, (_, n) => `many/${n}.txt`), "many/--help", "many/a b", "many/x\ny"];
    await mkdir(join(repo, "many"));
    for (const name of names) await writeFile(join(repo, name), name);
    await sh(repo, "add", ".");
    await sh(repo, "commit", "-q", "-m", "many");
    const git = await openGit(repo);
    expect(await git.dirtyPaths(names)).toEqual([]);
    await writeFile(join(repo, "many/999.txt"), "changed");
    expect(await git.dirtyPaths(names)).toEqual(["many/999.txt"]);
  });
});

describe("signals", () => {
  test("a Ctrl-C at the terminal does not kill a git command half-way", async () => {
    // A git that takes its time, in a process group that gets SIGINT as a terminal would send it.
    const slow = join(folder, "bin");
    await mkdir(slow);
    const real = (await execa("which", ["git"])).stdout;
    await writeFile(join(slow, "git"), `#!/bin/sh\nsleep 0.3\nexec ${real} "$@"\n`, { mode: 0o755 });
    const code = `
      process.on("SIGINT", () => console.log("drains"));
      const { openGit } = await import(${JSON.stringify(new URL("git.ts", import.meta.url))});
      console.log("ready");
      const git = await openGit(process.argv[1]);
      console.log(await git.branchName());`;
    const child = execa(process.execPath, ["--input-type=module", "-e", code, repo], {
      detached: true,
      env: { PATH: `${slow}:${process.env["PATH"] ?? ""}` },
    });
    await new Promise<void>((resolve) => void child.stdout.once("data", () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 150));
    process.kill(-(child.pid ?? Number.NaN), "SIGINT");
    expect((await child).stdout.split("\n")).toEqual(["ready", "drains", "main"]);
  });
});
