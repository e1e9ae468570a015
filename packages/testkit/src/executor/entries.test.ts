import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Execution, Executor, Json } from "@pawl/plugin";
import { expect, test } from "vitest";
import { type Behaviours, type EntryPrograms, testExecutor } from "../index.ts";
import { failuresOf } from "../test/failures.ts";

/** An executor for programs: JSON lines in and out, killed when time is up. It has no other limits. */
const programs = (wrong = false): Executor => ({
  async execute({ files, entry, inputs, limits }): Promise<Execution> {
    if (entry.kind !== "exec") throw new TypeError("only programs");
    const started = performance.now();
    const folder = await mkdtemp(join(tmpdir(), "pawl-programs-"));
    try {
      for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
      const [command = "", ...args] = entry.argv;
      const child = spawn(command, args, { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
      const timer = setTimeout(() => child.kill("SIGKILL"), limits.wallMs);
      child.stdin.on("error", () => undefined);
      child.stdin.end(inputs.items.map((item) => `${JSON.stringify(item)}\n`).join(""));
      const [out, [code, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
      clearTimeout(timer);
      const base = {
        usage: { wallMs: performance.now() - started },
        limits: Object.entries(limits).map(([limit, value]) => ({
          limit: limit as "wallMs",
          value: value as number,
          by: "hope",
        })),
        stdout: "",
        stderr: "",
      };
      if (signal !== null) return { ...base, outcome: "timeout", reason: "time is up" };
      if (code !== 0) return { ...base, outcome: "crashed", reason: `exit code ${code}` };
      const outputs = out
        .split("\n")
        .filter(Boolean)
        .map((line) => ({ value: JSON.parse(line) as Json }));
      if (wrong) outputs.reverse();
      const artifacts: Record<string, Uint8Array> = {};
      for (const path of entry.artifacts ?? []) artifacts[path] = await readFile(join(folder, path));
      return { ...base, outcome: "ok", outputs, artifacts };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

const program = (code: string, artifacts?: readonly string[]) => ({
  files: { "main.mjs": code },
  entry: {
    kind: "exec",
    argv: [process.execPath, "main.mjs"],
    ...(artifacts === undefined ? {} : { artifacts }),
  } as const,
});
// Split at line feeds alone: node:readline takes U+2028 for the end of a line as well.
const lines = (body: string) =>
  program(
    `import { readFileSync } from "node:fs";
    for (const line of readFileSync(0, "utf8").split("\\n")) { if (line === "") continue; const input = JSON.parse(line); ${body} }`,
  );
const answer = (expression: string) => lines(`console.log(JSON.stringify(${expression}));`);

const behaviours: Behaviours = {
  echo: answer("input"),
  crash: program("process.exit(3)"),
  spin: program("for (;;);"),
  wait: program("setInterval(() => {}, 1000)"),
  hog: program("const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))"),
  flood: answer(`"x".repeat(input)`),
  remember: answer("(globalThis.count = (globalThis.count ?? 0) + 1)"),
  meet: answer("[]"),
  artifact: program(
    `import { writeFileSync } from "node:fs"; writeFileSync("bytes.bin", Uint8Array.from({ length: 256 }, (_, i) => i))`,
    ["bytes.bin"],
  ),
};
const entries: readonly EntryPrograms[] = [
  { name: "programs", behaviours, hostile: { "an early end": { ...program("process.exit(1)"), ends: ["crashed"] } } },
];

test.each([
  "any JSON value",
  "order of the inputs",
  "no inputs",
  "breaks at the start",
  "waits for ever",
  "no state",
  "artifacts",
  "an early end",
  "batches of inputs",
])("an executor of programs is tested with programs of the author: %s", async (part) => {
  expect(await failuresOf((runner) => testExecutor(() => programs(), { runner, entries }), part)).toEqual([]);
});

test.each(["order of the inputs", "an entry that it does not understand", "more output than allowed is cut off"])(
  "and what is wrong with it is found: %s",
  async (part) => {
    expect(await failuresOf((runner) => testExecutor(() => programs(true), { runner, entries }), part)).not.toEqual([]);
  },
);
