/**
 * An engine that is killed: it starts so many candidates that never end, says so, and waits. Started with the address of
 * the built package, the run's name and the number of candidates.
 */
import type { Job } from "@pawl/plugin";
import type { DockerExecutor } from "../executor.ts";

const [built, run, count] = process.argv.slice(2) as [string, string, string];
const { docker } = (await import(built)) as typeof import("../index.ts");
const configured = docker({ warm: 2 });
const executor = (await configured.create(configured.schema.parse({ warm: 2 }) as never, {
  root: "/",
})) as DockerExecutor;
const limits = { wallMs: 600_000, memoryMb: 64, diskMb: 0, outputBytes: 65_536, network: "none" } as const;
const signal = new AbortController().signal;
await executor.prepare({ limits, concurrency: Number(count), run }, signal);
for (let i = 0; i < Number(count); i++) {
  const job: Job = {
    id: `${i}/test`,
    files: { "main.sh": `echo up; while read -r x </dev/null || :; do :; done` },
    entry: { kind: "exec", argv: ["/bin/sh", "main.sh"] },
    inputs: { digest: "", items: [] },
    seed: 1,
    limits,
  };
  void executor.execute(job, signal);
}
process.stdout.write("started\n");
