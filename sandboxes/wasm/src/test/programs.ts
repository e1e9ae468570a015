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
  // The only place where another job could leave anything is memory: a static, and bytes that were never written.
  meet: answer(
    `const from = input.indexOf('"mark":') + 7;
    const mark = input.substring(from, input.indexOf('"', from + 1) + 1);
    const fresh = usize(memory.grow(8)) << 16;
    let stale = false;
    for (let i: usize = 0; i < 8 << 16; i++) if (load<u8>(fresh + i) != 0) stale = true;
    memory.fill(fresh, 1, 8 << 16);
    const seen = left != "" && left != mark ? left : stale ? '"bytes of somebody"' : "";
    left = mark;
    return "[" + seen + "]";`,
    `let left = "";`,
  ),
  print: answer(`trace("printed by the candidate"); return input;`),
  printFlood: answer(`for (let i = 0; i < 512; i++) trace(text); return input;`, `const text = "x".repeat(65536);`),
  random: answer(`return Math.random().toString();`),
  garbage: answer(`return input == "0" ? "NaN" : input == "1" ? "1e999" : input == "2" ? "undefined" : "{";`),
};

const program = (file: string, code: string) => ({
  files: { [file]: code },
  entry: { kind: "exec" as const, argv: ["main"] },
});

export const assemblyScriptPrograms = {
  name: "AssemblyScript",
  behaviours: Object.fromEntries(
    Object.entries(SOURCES).map(([name, code]) => [name, program("main.ts", code)]),
  ) as Record<keyof typeof SOURCES, ReturnType<typeof program>>,
};

const eachLine = (body: string): string => `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static char *kept; static int count; static char left[256];
int main(void) {
  char *line = 0; size_t room = 0; ssize_t length;
  while ((length = getline(&line, &room, stdin)) > 0) { ${body} }
  return 0;
}`;

/** The same in C, for a sandbox whose build compiles `main.c`. */
const C_SOURCES: Record<keyof typeof SOURCES, string> = {
  echo: eachLine(`fputs(line, stdout);`),
  crash: `int main(void) { return 3; }`,
  spin: `int main(void) { volatile int i = 0; for (;;) i++; }`,
  wait: eachLine(`for (;;) sleep(1000000);`),
  hog: eachLine(
    `for (;;) { char *more = malloc(1000000); if (more) { memset(more, 1, 1000000); *(char **)more = kept; kept = more; } else if (kept) putc(kept[9], stderr); }`,
  ),
  flood: eachLine(`putchar('"'); for (int i = atoi(line); i > 0; i--) putchar('x'); puts("\\"");`),
  // A static, and a file, if only there were one.
  remember: eachLine(
    `FILE *file = fopen("/tmp/count", "a+"); if (file) { int found = 0; rewind(file); while (fgetc(file) != EOF) found++; if (found > count) count = found; fputc('x', file); fclose(file); } printf("%d\\n", ++count);`,
  ),
  meet: eachLine(
    `char *mark = strstr(line, "\\"mark\\":") + 7; char *end = strchr(mark + 1, '"') + 1; *end = 0; printf("[%s]\\n", strcmp(left, mark) ? left : ""); strcpy(left, mark);`,
  ),
  print: eachLine(`fputs("printed by the candidate\\n", stderr); fputs(line, stdout);`),
  printFlood: eachLine(
    `for (int i = 0; i < 33554432 / 64; i++) fputs("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\n", stderr); fputs(line, stdout);`,
  ),
  random: eachLine(`unsigned drawn; getentropy(&drawn, sizeof drawn); printf("%u\\n", drawn);`),
  garbage: eachLine(`puts(length % 2 ? "nan" : "{");`),
};

export const cPrograms = {
  name: "C",
  behaviours: Object.fromEntries(
    Object.entries(C_SOURCES).map(([name, code]) => [name, program("main.c", code)]),
  ) as typeof assemblyScriptPrograms.behaviours,
};
