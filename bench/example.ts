import { readdirSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { PawlConfig } from "@pawl/core";
import { execa } from "execa";

const repository = fileURLToPath(new URL("../", import.meta.url));

/** A copy of an example, in a git repository of its own. */
interface Copy {
  readonly root: string;
  readonly config: PawlConfig;
  /** Imports one of the copy's files. */
  load<T>(file: string): Promise<T>;
}

/** Copies an example, hands it over, and removes it. */
export async function withExample(name: string, use: (copy: Copy) => Promise<void>): Promise<void> {
  // Inside the repository, so that the copy finds its packages.
  const root = join(repository, ".cache", `bench-${name}-${process.pid}`);
  const source = join(repository, "examples", name);
  await mkdir(root, { recursive: true });
  try {
    for (const file of readdirSync(source).filter((each) => each.endsWith(".ts") && !each.endsWith(".test.ts"))) {
      await cp(join(source, file), join(root, file));
    }
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Pawl", "-c", "user.email=pawl@localhost", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    const load = async <T>(file: string): Promise<T> => (await import(pathToFileURL(join(root, file)).href)) as T;
    const { default: config } = await load<{ default: PawlConfig }>("pawl.config.ts");
    await use({ root, config, load });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
