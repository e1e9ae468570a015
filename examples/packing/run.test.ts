import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, openProject, type PawlEvent, writeLock } from "@pawl/core";
import { type ConfiguredPlugin, defineProposer, type Entry, limitsSchema, type PawlConfig } from "@pawl/plugin";
import { expect, it } from "vitest";
import assemblyscript from "./assemblyscript.config.ts";
import config from "./pawl.config.ts";
import quickjs from "./quickjs.config.ts";

const surface = await readFile(join(import.meta.dirname, "packing.ts"), "utf8");
const never = new AbortController().signal;

/** What the surface answers in the sandbox of a config, and how long it takes, in milliseconds. */
async function answerIn({ executor, entry, limits: own }: PawlConfig): Promise<{ value: unknown; wallMs: number }> {
  const configured = executor as ConfiguredPlugin<"executor">;
  const sandbox = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
  const limits = limitsSchema.parse(own);
  try {
    await sandbox.prepare!({ limits, concurrency: 1, run: "test" }, never);
    const inputs = { items: [26], digest: createHash("sha256").update("[26]").digest("hex") };
    const started = (entry ?? { kind: "call", file: "packing.ts" }) as Entry;
    const execution = await sandbox.execute(
      { id: "1", files: { "packing.ts": surface }, entry: started, inputs, seed: 1, limits },
      never,
    );
    if (execution.outcome !== "ok") throw new Error(`${execution.outcome}: ${execution.reason}`);
    return { value: execution.outputs[0], wallMs: execution.usage.wallMs };
  } finally {
    await sandbox.close!();
  }
}

it("places the same circles, bit for bit, in V8, in QuickJS and as WebAssembly", async () => {
  const { value } = await answerIn(config);
  expect(value).toMatchObject({ value: expect.any(Array) });
  expect((await answerIn(quickjs)).value).toEqual(value);
  expect((await answerIn(assemblyscript)).value).toEqual(value);
});

/** Runs a config in a repository of its own and tells how each experiment ended. */
async function run(config_: PawlConfig): Promise<readonly PawlEvent<"experiment.finished">["data"][]> {
  const root = await mkdtemp(join(tmpdir(), "pawl-packing-"));
  try {
    const files = (await readdir(import.meta.dirname)).filter((file) => /(?<!\.test)\.ts$/.test(file));
    for (const file of files) await copyFile(join(import.meta.dirname, file), join(root, file));
    const git = (...args: string[]): void => {
      execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
    };
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "start");
    await writeLock(await openProject(config_, { root }), { signal: never });
    const finished: PawlEvent<"experiment.finished">["data"][] = [];
    for await (const event of createEngine(config_, { root }).run()) {
      if (event.type === "experiment.finished") finished.push((event as PawlEvent<"experiment.finished">).data);
    }
    return finished;
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

it("is improved by the offline search", async () => {
  const finished = await run({ ...config, budget: { experiments: 60 }, concurrency: 1 });
  const [baseline, ...kept] = finished.filter(({ status }) => status === "kept").map(({ score }) => score!);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.at(-1)).toBeGreaterThan(baseline!);
});

it("is improved as WebAssembly, and what does not compile is a failed experiment with the compiler's message", async () => {
  const ideas = [
    surface.replace("return placed;", "return nothing;"),
    surface.replace("rs[k]! * 0.999999999999", "rs[k]! * 1.000001"),
    surface.replace("const rounds = 400.0;", "const rounds = 4000.0;"),
  ];
  const listed = defineProposer({
    name: "listed",
    create: () => ({
      async propose({ experiment }) {
        const idea = ideas[experiment - 1];
        return idea === undefined
          ? null
          : { change: { kind: "files", files: { "packing.ts": idea } }, hypothesis: `idea ${experiment}` };
      },
    }),
  });
  const finished = await run({ ...assemblyscript, proposer: listed(), concurrency: 1 });
  expect(finished.map(({ status }) => status)).toEqual(["kept", "failed", "rejected", "kept"]);
  expect(finished[1]).toMatchObject({ reason: expect.stringContaining("Cannot find name 'nothing'") });
  expect(finished[2]).toMatchObject({ score: 0 });
  expect(finished[3]!.score).toBeGreaterThan(finished[0]!.score!);
});
