import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const EXAMPLE = join(import.meta.dirname, "..");

/** A Python of this machine that has numpy. */
export const PYTHON = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import numpy"]).status === 0,
);

/** Why tests that need it are skipped; where `PAWL_REQUIRE_PYTHON` is set to 1, as in CI, that is an error. */
export function reportPython(what: string): void {
  if (PYTHON !== undefined) return;
  const why = "no python3 here has numpy";
  if (process.env["PAWL_REQUIRE_PYTHON"] === "1") throw new Error(`PAWL_REQUIRE_PYTHON is set, and ${why}`);
  process.stderr.write(`SKIPPED: ${what}, because ${why}\n`);
}

/** A folder to train and to evaluate in, as the sandbox makes them. Use with `using`. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "pawl-train-"));

  constructor(files: readonly string[]) {
    for (const file of files) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      copyFileSync(join(EXAMPLE, file), join(this.folder, file));
    }
  }

  /** Runs a program of the folder. */
  run(argv: readonly string[], { env = {}, input = "" }: { env?: Record<string, string>; input?: string } = {}) {
    const { status, stdout, stderr } = spawnSync(PYTHON ?? "python3", argv, {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], OPENBLAS_NUM_THREADS: "1", ...env },
      input,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  /** Bits of each text, by the evaluator. */
  evaluate(texts: readonly string[]): number[] {
    const input = texts.map((text) => `${JSON.stringify({ text })}\n`).join("");
    const { status, stdout, stderr } = this.run(["evaluate.py"], { input });
    if (status !== 0) throw new Error(stderr);
    return stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { bits: number }).bits);
  }

  /** Writes an artifact with a Python expression for each of its arrays. */
  save(arrays: Readonly<Record<string, string>>): void {
    const parts = Object.entries(arrays).map(([name, code]) => `${name}=${code}`);
    const { status, stderr } = this.run(["-c", `import numpy as np; np.savez("model.npz", ${parts.join(", ")})`]);
    if (status !== 0) throw new Error(stderr);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
