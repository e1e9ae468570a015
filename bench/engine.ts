import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, defineGate, defineProposer, defineScorer, openProject, reject, writeLock } from "@pawl/core";
import { isolate } from "@pawl/sandbox-isolate";
import { execa } from "execa";

/**
 * The smallest experiment end to end: propose, a fresh isolate in a capped child, score, judge, durable ledger.
 * Nothing is ever kept, so git plays no part.
 */
const WORKERS = 2;

const count = defineProposer({
  name: "bench-count",
  create: () => ({
    propose: async ({ experiment }) => ({
      change: { kind: "files", files: { "noop.ts": `export default () => ${experiment};\n` } },
      hypothesis: "another number",
    }),
  }),
});
const constant = defineScorer({
  name: "bench-constant",
  create: () => ({
    metric: { name: "nothing", direction: "maximize" },
    load: async (split, seed) => (split === "validation" ? { split, seed, inputs: [0], reference: null } : null),
    score: async () => ({ value: 0 }),
  }),
});
const never = defineGate({ name: "bench-never", create: () => ({ judge: async () => reject("BENCH", "never") }) });

export async function benchEngine(experiments: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "pawl-bench-"));
  try {
    await writeFile(join(root, "noop.ts"), "export default () => 0;\n");
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Pawl", "-c", "user.email=pawl@localhost", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    const config = {
      surface: "noop.ts",
      proposer: count(),
      executor: isolate(),
      scorer: constant(),
      gates: [never()],
      limits: { wallMs: 2_000, memoryMb: 64 },
      budget: { experiments },
      concurrency: WORKERS,
    };
    await writeLock(await openProject(config, { root }), { signal: new AbortController().signal });

    const engine = createEngine(config, { root });
    let started = 0;
    let cpu = process.cpuUsage();
    let sandboxMs = 0;
    engine.on("experiment.finished", ({ data }) => {
      if (data.experiment > 0) sandboxMs += data.measured?.usage.wallMs ?? 0;
      if (data.experiment !== 0) return;
      started = performance.now();
      cpu = process.cpuUsage();
    });
    await engine.run().result;
    const wallMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    const perSecond = experiments / (wallMs / 1_000);
    const outside = 1 - sandboxMs / (wallMs * WORKERS);
    const row = (name: string, value: string, target: string): void =>
      console.log(`${name.padEnd(66)}${value.padStart(10)}  ${target}`);
    row(`no-op experiments a second, ${WORKERS} workers`, perSecond.toFixed(0), "at least 150");
    row(
      "share of the workers' time that is not spent in the sandbox",
      `${(outside * 100).toFixed(0)} %`,
      "at most 25 %",
    );
    row("CPU of the engine's process per experiment", `${((user + system) / 1_000 / experiments).toFixed(2)} ms`, "");
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

if (import.meta.main) await benchEngine(Number(process.argv[2] ?? 1_500));
