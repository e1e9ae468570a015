import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ConfiguredPlugin, type Entry, type Executor, type Job, type Json, limitsSchema } from "@pawl/core";
import { isolate } from "@pawl/sandbox-isolate";
import { wasm } from "@pawl/sandbox-wasm";

/**
 * The same surfaces in V8, as WebAssembly and in QuickJS: one file each, in what TypeScript and AssemblyScript have in
 * common. Times are medians of jobs in warm children that take turns, so that a busy machine is busy for all.
 */
const ROUNDS = 25;
const limits = limitsSchema.parse({ wallMs: 60_000, memoryMb: 128 });
const { signal } = new AbortController();

const source = (body: string): string => `
export default function work(input: number): number {
${body}
}
export function answer(input: string): string { return work(parseFloat(input)).toString(); }
`;

/** Points of the complex plane that stay near zero when they are squared and added again and again: nothing but floats. */
const MANDELBROT = source(`
  let inside = 0.0;
  for (let row = 0.0; row < input; row++) {
    for (let column = 0.0; column < input; column++) {
      const x0 = (column / input) * 3.0 - 2.0;
      const y0 = (row / input) * 2.0 - 1.0;
      let x = 0.0;
      let y = 0.0;
      let steps = 0.0;
      while (steps < 200.0 && x * x + y * y < 4.0) {
        const next = x * x - y * y + x0;
        y = 2.0 * x * y + y0;
        x = next;
        steps++;
      }
      if (steps == 200.0) inside++;
    }
  }
  return inside;`);

/** A generator of pseudo-random numbers: one long chain of whole-number products and remainders in floats. */
const CHAIN = source(`
  let state = 1.0;
  let sum = 0.0;
  for (let i = 0.0; i < input; i++) {
    state = (state * 69069.0 + 12345.0) - Math.floor((state * 69069.0 + 12345.0) / 4294967296.0) * 4294967296.0;
    sum += state / 4294967296.0;
  }
  return Math.floor(sum);`);

const DOUBLE = source("  return input * 2.0;");
const PACKING = readFileSync(new URL("../examples/packing/packing.ts", import.meta.url), "utf8");

interface Engine {
  readonly executor: Executor;
  readonly entry: Entry;
}

async function open(plugin: ConfiguredPlugin<"executor">, entry: Entry): Promise<Engine> {
  const executor = await plugin.create(plugin.schema.parse(plugin.options) as never, { root: "/" });
  await executor.prepare!({ limits, concurrency: 1, run: "bench" }, signal);
  return { executor, entry };
}

const call: Entry = { kind: "call", file: "work.ts" };
const v8 = await open(isolate({ spares: 0 }), call);
const build = { language: "assemblyscript", source: "work.ts", optimize: 3 } as const;
const modules = await open(wasm({ spares: 0, build }), { kind: "exec", argv: ["work"] });
const quickjs = await open(wasm({ spares: 0 }), call);

async function timeOf(
  { executor, entry }: Engine,
  code: string,
  items: readonly Json[],
): Promise<{ ms: number; answer: string }> {
  const inputs = { items, digest: createHash("sha256").update(JSON.stringify(items)).digest("hex") };
  const job: Job = { id: "bench", files: { "work.ts": code }, entry, inputs, seed: 1, limits };
  const started = performance.now();
  const execution = await executor.execute(job, signal);
  const ms = performance.now() - started;
  if (execution.outcome !== "ok") throw new Error(`${execution.outcome}: ${execution.reason}`);
  return { ms, answer: JSON.stringify(execution.outputs) };
}

/** Median milliseconds of each engine for the same work, after enough jobs for everything to be warm. */
async function compare(
  engines: readonly Engine[],
  code: string,
  items: readonly Json[],
  rounds = ROUNDS,
): Promise<number[]> {
  const times = engines.map((): number[] => []);
  for (let round = -3; round < rounds; round++) {
    const answers = new Set<string>();
    for (const [i, engine] of engines.entries()) {
      const { ms, answer } = await timeOf(engine, code, items);
      answers.add(answer);
      if (round >= 0) times[i]!.push(ms);
    }
    if (answers.size !== 1) throw new Error("the engines do not agree");
  }
  return times.map((each) => each.toSorted((a, b) => a - b)[rounds >> 1]!);
}

const row = (name: string, value: string, target: string): void =>
  console.log(`${name.padEnd(66)}${value.padStart(10)}  ${target}`);

export async function benchWasm(): Promise<void> {
  const numbers = Array.from({ length: 1_000 }, (_, i) => i);
  const jobs: [string, string, readonly Json[]][] = [
    ["one number", DOUBLE, [1]],
    ["1,000 numbers", DOUBLE, numbers],
    ["the packing example", PACKING, [26]],
  ];
  for (const [name, code, items] of jobs) {
    const [plain, module, script] = (await compare([v8, modules, quickjs], code, items)) as [number, number, number];
    row(`a warm job, ${name}: in the isolate`, `${plain.toFixed(1)} ms`, "");
    row(`a warm job, ${name}: WASI over the isolate`, (module / plain).toFixed(2), "at most 1.5");
    row(`a warm job, ${name}: QuickJS over the isolate`, (script / plain).toFixed(2), "");
  }
  const loops: [string, string, number][] = [
    ["Mandelbrot set", MANDELBROT, 600],
    ["chain of products", CHAIN, 2e7],
  ];
  for (const [name, code, size] of loops) {
    const [plain, module] = (await compare([v8, modules], code, [size], 7)) as [number, number];
    row(`numeric code, ${name}: in V8`, `${plain.toFixed(0)} ms`, "");
    row(`numeric code, ${name}: WebAssembly over V8`, (module / plain).toFixed(2), "at most 1.3");
    const [alone, script] = (await compare([v8, quickjs], code, [name === "Mandelbrot set" ? 600 : size], 1)) as [
      number,
      number,
    ];
    row(`numeric code, ${name}: QuickJS over V8`, (script / alone).toFixed(0), "");
  }
}

if (import.meta.main) {
  try {
    await benchWasm();
  } finally {
    for (const { executor } of [v8, modules, quickjs]) await executor.close!();
  }
}
