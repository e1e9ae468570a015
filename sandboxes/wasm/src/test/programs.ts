import { answer } from "./sandbox.ts";

/** The small candidates of the conformance suite in AssemblyScript, for a sandbox whose build compiles `main.ts`. */
const SOURCES = {
  echo: answer(`return input;`),
  crash: answer(`return input;`, `unreachable();`),
  spin: answer(`while (true) {} return "";`),
  wait: answer(
    `store<u64>(p, 0xffffffffffff, 24); poll_oneoff(p, p + 64, 1, p + 128); return "1";`,
    `@external("wasi_snapshot_preview1", "poll_oneoff") declare function poll_oneoff(a: usize, b: usize, n: i32, r: usize): i32;\nconst p = memory.data(256);`,
  ),
  hog: answer(
    `while (true) { const more = new StaticArray<u8>(1000000); memory.fill(changetype<usize>(more), 1, 1000000); all.push(more); } return "";`,
    `const all: StaticArray<u8>[] = [];`,
  ),
  flood: answer(`return '"' + "x".repeat(i32(parseInt(input))) + '"';`),
  remember: answer(`count++; return count.toString();`, `let count = 0;`),
  // There is no place where another job could leave anything but its own memory.
  meet: answer(`return seen;`, `let seen = "[]";`),
  print: answer(`trace("printed by the candidate"); return input;`),
  printFlood: answer(`for (let i = 0; i < 512; i++) trace(text); return input;`, `const text = "x".repeat(65536);`),
  random: answer(`return Math.random().toString();`),
  garbage: answer(`return input == "0" ? "NaN" : input == "1" ? "1e999" : input == "2" ? "undefined" : "{";`),
};

const program = (code: string) => ({ files: { "main.ts": code }, entry: { kind: "exec" as const, argv: ["main"] } });

export const assemblyScriptPrograms = {
  name: "AssemblyScript",
  behaviours: Object.fromEntries(Object.entries(SOURCES).map(([name, code]) => [name, program(code)])) as Record<
    keyof typeof SOURCES,
    ReturnType<typeof program>
  >,
};
