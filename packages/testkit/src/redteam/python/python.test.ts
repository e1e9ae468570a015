import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../support/random.ts";
import type { Target } from "../attack.ts";
import { entryPath, languageOf } from "../bench.ts";
import { ATTACKS, HONEST_CHANGES } from "../corpus.ts";

const script = readFileSync(join(import.meta.dirname, "../../../../../examples/train/train.py"), "utf8");

const target = (text: string): Target => ({
  files: { "train.py": text },
  entry: "train.py",
  language: "python",
  metric: { name: "bits", direction: "minimize" },
  guardrails: [],
  inputs: [],
  outputs: [],
  random: createRandom(1),
  measure: () => Promise.reject(new Error("a program is not measured here")),
  answers: async () => [],
});

const python = [...ATTACKS, ...HONEST_CHANGES].filter(({ language }) => language === "python");
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) process.stderr.write("SKIPPED: whether attacks in Python can be parsed: there is no python3\n");

const SHORT = "from __future__ import annotations\nimport os\n\nprint(os.name)\n";

describe.each([
  ["the training of the example", script],
  ["a short script", SHORT],
])("attacks and changes of %s", (_, text) => {
  test.skipIf(!hasPython)("are programs in Python", async () => {
    for (const { name, make } of python) {
      const made = await make(target(text));
      if (!("files" in made)) continue;
      const parsed = spawnSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], {
        input: made.files["train.py"] ?? "",
        encoding: "utf8",
      });
      expect(parsed.stderr, name).toBe("");
      expect(made.files["train.py"], name).not.toBe(text);
    }
  });

  test("keep what was there", async () => {
    const attacks = ATTACKS.filter(({ language, technique }) => language === "python" && technique !== "proposals");
    for (const { name, make } of attacks) {
      const made = await make(target(text));
      const lines = "files" in made ? (made.files["train.py"] ?? "").split("\n") : [];
      for (const line of text.split("\n")) expect(lines, name).toContain(line);
    }
  });
});

test("every attack in Python can be tried on two surfaces", async () => {
  for (const { name, make } of ATTACKS.filter(({ language }) => language === "python")) {
    const made = await Promise.all([script, SHORT].map((text) => make(target(text))));
    expect(made.filter((each) => !("skip" in each)).length, name).toBeGreaterThanOrEqual(2);
  }
});

test("a program is attacked by what its file is", () => {
  const entry = { kind: "exec", argv: ["/usr/bin/python3", "-B", "train.py"] } as const;
  expect(entryPath(entry, { "train.py": "" })).toBe("train.py");
  expect(languageOf(entry, "train.py")).toBe("python");
  expect(languageOf({ kind: "exec", argv: ["./run"] }, "run.c")).toBe("other");
  expect(languageOf({ kind: "call", file: "module.wat" }, "module.wat")).toBe("other");
  expect(languageOf({ kind: "call", file: "rules.mts" }, "rules.mts")).toBe("javascript");
});
