import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Files,
  type PawlConfig,
  type PawlEvent,
  createEngine,
  defineProposer,
  openProject,
  writeLock,
} from "@pawl/core";
import { isolate } from "@pawl/sandbox-isolate";
import { execa } from "execa";

type Ending = PawlEvent<"experiment.finished">["data"];

/** Runs the engine, with real isolates in a repository of its own, until all contents of the surface have been tried. */
export async function tryInEngine(
  files: Files,
  contents: readonly string[],
  config: Pick<PawlConfig, "scorer" | "gates"> & { readonly surface: string },
): Promise<Ending[]> {
  const queue = contents.map((text, i) => ({
    hypothesis: `content ${i + 1}`,
    change: { kind: "files" as const, files: { [config.surface]: text } },
  }));
  const listed = defineProposer({ name: "listed", create: () => ({ propose: async () => queue.shift() ?? null }) });
  const root = await mkdtemp(join(tmpdir(), "pawl-lock-"));
  try {
    for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    const whole: PawlConfig = {
      ...config,
      proposer: listed(),
      executor: isolate(),
      limits: { wallMs: 20_000, memoryMb: 64 },
      budget: { experiments: contents.length },
      concurrency: 1,
    };
    await writeLock(await openProject(whole, { root }), { signal: AbortSignal.timeout(60_000) });
    const ends: Ending[] = [];
    for await (const event of createEngine(whole, { root }).run()) {
      if (event.type === "experiment.finished" && event.data.experiment > 0) ends.push(event.data);
    }
    return ends;
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
