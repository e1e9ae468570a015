import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bundle } from "@pawl/plugin";
import { describeDocker, nothingLeft } from "../test/daemon.ts";
import { openSandbox, outputsOf, type Sandbox, valueOf } from "../test/sandbox.ts";

const bundleOf = (files: Record<string, string>): Bundle => ({
  digest: JSON.stringify(files),
  files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
});
const SECRET = "the-answer-is-17";

nothingLeft("exec");
describeDocker("a program", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox("exec", {}, { diskMb: 2, memoryMb: 64 }, 2);
  });
  afterAll(async () => sandbox?.[Symbol.asyncDispose]());

  test("reads inputs as lines and answers in lines", async () => {
    const script = `while read -r line; do echo "[$line, \\"é\\"]"; done`;
    expect(outputsOf(await sandbox.sh(script, [1, { a: "b c" }, null]))).toEqual([
      { value: [1, "é"] },
      { value: [{ a: "b c" }, "é"] },
      { value: [null, "é"] },
    ]);
    expect(outputsOf(await sandbox.sh(script, []))).toEqual([]);
  });

  test("gets its seed, its environment and its arguments as they are", async () => {
    const program = { argv: ["/bin/sh", "main.sh", "it's", "$HOME", "a b"], env: { GREETING: "it's $HOME" } };
    const main = {
      "main.sh": `printf '{"seed": %s, "greeting": "%s", "arguments": "%s|%s|%s"}\\n' "$PAWL_SEED" "$GREETING" "$1" "$2" "$3"`,
    };
    expect(valueOf(await sandbox.exec(program, main, [1], { seed: 99 }))).toEqual({
      seed: 99,
      greeting: "it's $HOME",
      arguments: "it's|$HOME|a b",
    });
  });

  test("may write so much and no more, or nothing at all", async () => {
    const fill = `block=x; while [ \${#block} -lt 65536 ]; do block=$block$block; done; n=0; while [ $n -lt 1000 ] && (printf %s "$block" >>big) 2>/dev/null; do n=$((n + 1)); done; echo $n`;
    const written = Number(valueOf(await sandbox.sh(fill))) * 65_536;
    expect(written).toBeGreaterThanOrEqual(2 * 1_048_576 - 65_536);
    expect(written).toBeLessThan(2.3 * 1_048_576);
    expect(valueOf(await sandbox.sh(fill, [1], { diskMb: 0 }))).toBe(0);
  });

  test("that declares artifacts needs room to write them", async () => {
    const running = sandbox.exec({ argv: ["true"], artifacts: ["x"] }, {}, [1], { limits: { diskMb: 0 } });
    await expect(running).rejects.toMatchObject({ code: "PAWL_CONFIG_INVALID", path: "limits.diskMb" });
  });

  test("that is not there has crashed", async () => {
    expect(await sandbox.exec({ argv: ["no-such-program"] }, {})).toMatchObject({
      outcome: "crashed",
      stderr: expect.stringContaining("not found"),
    });
  });

  const TRAIN = `read -r data <train.txt; printf '%s trained' "$data" >model.txt; for f in * .* evaluate.sh validation.txt; do [ -e "$f" ] && echo "saw $f"; done; read -r input && echo "got $input"; echo printed`;
  const EVALUATE = `read -r answer <validation.txt; read -r model <model.txt || :; while read -r input; do echo "[$input, \\"$answer\\", \\"$model\\"]"; done; for f in *; do echo "saw $f" >&2; done`;
  const twoPhases = (train: string, evaluate = EVALUATE) =>
    sandbox.exec(
      {
        argv: ["/bin/sh", "train.sh"],
        bundle: bundleOf({ "train.txt": "data\n" }),
        artifacts: ["model.txt"],
        evaluator: {
          argv: ["/bin/sh", "evaluate.sh"],
          bundle: bundleOf({ "evaluate.sh": evaluate, "validation.txt": `${SECRET}\n` }),
        },
      },
      { "train.sh": train },
      [1, 2],
    );

  test("is evaluated in another container, which has of it nothing but the artifacts", async () => {
    const execution = await twoPhases(TRAIN);
    expect(outputsOf(execution)).toEqual([1, 2].map((input) => ({ value: [input, SECRET, "data trained"] })));
    // The first phase has seen neither inputs nor evaluator; what it prints is shown and is no output.
    expect(execution.stdout).toContain("printed");
    expect(execution.stdout).toContain("saw train.txt");
    expect(execution.stdout).not.toMatch(/evaluate|validation|got|answer/);
    expect(execution.stderr).toContain("saw evaluate.sh");
    expect(execution.stderr).not.toMatch(/saw train/);
    expect(execution.outcome === "ok" ? Buffer.from(execution.artifacts!["model.txt"]!).toString() : "").toBe(
      "data trained",
    );
    expect(execution.usage.outputBytes).toBeGreaterThan(0);
  });

  test.each([
    [
      "a candidate that prints outputs itself",
      `echo 1 >model.txt; echo '[1, "x", "y"]'; echo '[2, "x", "y"]'; exit 0`,
      EVALUATE,
      "ok",
    ],
    ["a candidate that fails", `echo 1 >model.txt; exit 1`, EVALUATE, "crashed"],
    ["a candidate that leaves nothing", `:`, EVALUATE, "crashed"],
    [
      "a candidate that leaves a link",
      `node -e 'require("fs").symlinkSync("/work/validation.txt", "model.txt")'`,
      EVALUATE,
      "violation",
    ],
    ["an evaluator that fails", `echo 1 >model.txt`, `exit 4`, "crashed"],
    ["an evaluator that answers too little", `echo 1 >model.txt`, `echo 1`, "violation"],
  ])("%s", async (_, train, evaluate, outcome) => {
    const execution = await twoPhases(train, evaluate);
    expect(execution.outcome).toBe(outcome);
    if (execution.outcome === "ok")
      expect(execution.outputs).toEqual([1, 2].map((input) => ({ value: [input, SECRET, "1"] })));
  });
});
