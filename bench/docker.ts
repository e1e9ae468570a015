import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { docker, type DockerExecutor, nodeImageTag } from "@pawl/sandbox-docker";
import { type Job, limitsSchema } from "@pawl/plugin";

/**
 * An experiment in a container against the `docker` command line with the same image, the same program and the same
 * hardening, in one run. Without a daemon it says so and measures nothing.
 */
const run = promisify(execFile);
const limits = limitsSchema.parse({ wallMs: 60_000, memoryMb: 128 });
const signal = new AbortController().signal;
const inputs = [1];

/** The line that the program answers with; a program that does as little as the surface below. */
const PROGRAM = "console.log(2)";
const HARDENED = (
  "--user 65534:65534 --network none --read-only --cap-drop ALL --ipc none --security-opt no-new-privileges " +
  "--pids-limit 17 --memory 192m --memory-swap 192m --cpus 1 --log-driver none --ulimit core=0 --ulimit nofile=1024 " +
  "--interactive"
).split(" ");

async function command(): Promise<void> {
  await run("docker", ["run", "--rm", ...HARDENED, nodeImageTag(), "node", "-e", PROGRAM]);
}

const job = (id: number): Job => ({
  id: `${id}/bench`,
  files: { "main.js": "export default (x) => x + 1;\n" },
  entry: { kind: "call", file: "main.js" },
  inputs: { items: inputs, digest: createHash("sha256").update(JSON.stringify(inputs)).digest("hex") },
  seed: 1,
  limits,
});

async function open(warm: number | undefined, concurrency: number): Promise<DockerExecutor> {
  const options = warm === undefined ? {} : { warm };
  const configured = docker(options);
  const executor = (await configured.create(configured.schema.parse(options) as never, {
    root: "/",
  })) as DockerExecutor;
  await executor.prepare({ limits, concurrency, run: "bench" }, signal);
  return executor;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** @param rounds how often each thing is measured; medians are compared */
export async function benchDocker(rounds: number): Promise<void> {
  const row = (name: string, value: string, target = ""): void =>
    console.log(`${name.padEnd(66)}${value.padStart(10)}  ${target}`);
  try {
    await run("docker", ["version"]);
  } catch {
    row("docker", "skipped", "no Docker daemon answers");
    return;
  }
  const cold = await open(0, 1);
  const warm = await open(1, 1);
  const times = { command: [] as number[], cold: [] as number[], warm: [] as number[] };
  try {
    await warm.execute(job(0), signal);
    await command();
    // In turns, so that whatever else this machine does meets all of them.
    for (let i = 1; i <= rounds; i++) {
      await pause(1_500);
      times.command.push(await timed(command));
      await pause(500);
      times.cold.push(await timed(() => cold.execute(job(i), signal)));
      await pause(1_500);
      times.warm.push(await timed(() => warm.execute(job(i), signal)));
    }
  } finally {
    await cold.close();
    await warm.close();
  }
  const base = median(times.command);
  row("docker run --rm, same image and hardening", `${base.toFixed(0)} ms`);
  row("cold experiment, share of docker run", (median(times.cold) / base).toFixed(2), "at most 0.80");
  row("warm pool to first output, share of docker run", (median(times.warm) / base).toFixed(3), "at most 0.150");

  const LOOPS = 4;
  const each = Math.max(12, rounds);
  const loops = async (work: (id: number) => Promise<unknown>): Promise<number> =>
    timed(() =>
      Promise.all(
        Array.from({ length: LOOPS }, async (_, loop) => {
          for (let i = 0; i < each; i++) await work(loop * each + i);
        }),
      ),
    );
  const commands = await loops(command);
  const four = await open(undefined, LOOPS);
  let experiments: number;
  try {
    experiments = await timed(async () => {
      await loops((id) => four.execute(job(id), signal));
      // What is left to be removed belongs to the work.
      await four.close();
    });
  } finally {
    await four.close();
  }
  row(
    `throughput at ${LOOPS} in flight, times ${LOOPS} docker run loops`,
    (commands / experiments).toFixed(2),
    "at least 1.30",
  );
}

if (import.meta.main) await benchDocker(Number(process.argv[2] ?? 7));
