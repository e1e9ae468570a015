import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Bench, PYTHON, reportPython } from "./test/python.ts";

reportPython("the tests of evaluate.py");

/** A small model with random weights over the bytes a, b, c and the line break: three bytes of context, two layers. */
const SMALL = {
  alphabet: "np.array([10, 97, 98, 99], dtype=np.uint8)",
  activation: 'np.array("tanh")',
  embedding: "np.random.default_rng(1).normal(size=(4, 2))",
  hidden_0: "np.random.default_rng(2).normal(size=(6, 5))",
  bias_0: "np.random.default_rng(3).normal(size=5)",
  hidden_1: "np.random.default_rng(4).normal(size=(5, 3)).astype(np.float32)",
  bias_1: "np.zeros(3)",
  output: "np.random.default_rng(5).normal(size=(3, 4))",
  output_bias: "np.random.default_rng(6).normal(size=4)",
};
const SHARE = 1e-4;

describe.skipIf(PYTHON === undefined)("the evaluator", () => {
  it.each(["tanh", "relu", "silu"])(
    "gives each byte a probability that depends on what came before alone: %s",
    (activation) => {
      using bench = new Bench(["evaluate.py"]);
      bench.save({ ...SMALL, activation: `np.array("${activation}")` });
      const contexts = ["", "a", "ab", "\ncb", "abcabc", "aXb"];
      const bytes = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
      const all = bench.evaluate(contexts.flatMap((text) => [text, ...bytes.map((byte) => text + byte)]));
      for (const [index] of contexts.entries()) {
        const [before = 0, ...after] = all.slice(index * 129, (index + 1) * 129);
        const chances = after.map((bits) => 2 ** (before - bits));
        // The other half of the bytes is outside of ASCII and of the alphabet.
        expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1 - (SHARE * 128) / 256, 9);
        expect(Math.min(...chances)).toBeCloseTo(SHARE / 256, 9);
      }
      // Only three bytes count: after `xbca` and `ybca` the same comes with the same chance.
      const [left = 0, longer = 0, right = 0, other = 0] = bench.evaluate(["aabca", "aabcab", "cabca", "cabcab"]);
      expect(longer - left).toBeCloseTo(other - right, 9);
    },
  );

  it("measures nothing where nothing was learnt", () => {
    using bench = new Bench(["evaluate.py"]);
    bench.save({ ...SMALL, output: "np.zeros((3, 4))", output_bias: "np.zeros(4)" });
    const [known = 0, unknown = 0, empty] = bench.evaluate(["abc\n", "é", ""]);
    expect(known).toBeCloseTo(-4 * Math.log2((1 - SHARE) / 4 + SHARE / 256), 9);
    expect(unknown).toBeCloseTo(-2 * Math.log2(SHARE / 256), 9);
    expect(empty).toBe(0);
  });

  it("needs no hidden layer", () => {
    using bench = new Bench(["evaluate.py"]);
    const { alphabet, activation, embedding, output_bias } = SMALL;
    bench.save({ alphabet, activation, embedding, output: "np.ones((32 * 2, 4))", output_bias });
    expect(bench.evaluate(["abc"])[0]).toBeGreaterThan(0);
  });

  const refused: [string, Partial<Record<keyof typeof SMALL | "extra", string>>, string][] = [
    ["code", { embedding: "np.array([[print, print]] * 4, dtype=object)" }, "Object arrays cannot be loaded"],
    ["code in an array of its own", { extra: "np.array([print], dtype=object)" }, "Object arrays cannot be loaded"],
    ["more than a model", { extra: "np.zeros(3)" }, "more than a model: extra"],
    ["numbers that are no numbers", { bias_1: "np.full(3, np.nan)" }, "not finite"],
    ["infinite numbers", { output: "np.full((3, 4), np.inf)" }, "not finite"],
    ["huge numbers", { output: "np.full((3, 4), 1e7)" }, "too large"],
    ["whole numbers", { bias_1: "np.zeros(3, dtype=np.int64)" }, "int64"],
    ["complex numbers", { bias_1: "np.zeros(3, dtype=complex)" }, "complex"],
    ["a wrong shape", { bias_1: "np.zeros((3, 1))" }, "shape"],
    ["layers that do not fit", { hidden_1: "np.zeros((4, 3))" }, "shape"],
    ["a byte twice", { alphabet: "np.array([10, 97, 97, 99], dtype=np.uint8)" }, "twice"],
    ["no alphabet", { alphabet: "np.zeros(0, dtype=np.uint8)" }, "alphabet"],
    ["an alphabet of other numbers", { alphabet: "np.arange(4)" }, "alphabet"],
    ["an unknown activation", { activation: 'np.array("__import__")' }, "activation"],
    ["a context that is too long", { hidden_0: "np.zeros((66, 5))" }, "embedded bytes"],
    ["half a byte of context", { hidden_0: "np.zeros((5, 5))" }, "embedded bytes"],
    [
      "too many units",
      { hidden_0: "np.zeros((6, 513))", bias_0: "np.zeros(513)", hidden_1: "np.zeros((513, 3))" },
      "units",
    ],
    ["a model that is too large", { extra: "np.zeros(3_000_000)" }, "bytes"],
  ];
  it.each(refused)("refuses %s", (_, changes, why) => {
    using bench = new Bench(["evaluate.py"]);
    bench.save({ ...SMALL, ...changes });
    const { status, stdout, stderr } = bench.run(["evaluate.py"], { input: '{"text": "abc"}\n' });
    expect(stderr).toContain("model.npz is refused");
    expect(stderr).toContain(why);
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  it.each([
    ["no archive", "not a zip"],
    ["nothing", ""],
  ])("refuses %s", (_, content) => {
    using bench = new Bench(["evaluate.py"]);
    writeFileSync(join(bench.folder, "model.npz"), content);
    expect(bench.run(["evaluate.py"], { input: '{"text": "abc"}\n' })).toMatchObject({ status: 1, stdout: "" });
  });

  it.each([
    ["a bomb of zeros", 'z.writestr("embedding.npy", bytes(200_000_000))', "bytes"],
    [
      "a bomb with a false size",
      'z.writestr("embedding.npy", b"\\x93NUMPY\\x01\\x00v\\x00" + repr({"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**3)}).ljust(117).encode() + b"\\n")',
      "cannot be read",
    ],
    ["two arrays of one name", 'z.writestr("a.npy", b"1"); z.writestr("a.npy", b"2")', "same name"],
    ["a name that leads elsewhere", 'z.writestr("../evaluate.py", b"1")', "refused"],
  ])("refuses %s", (_, code, why) => {
    using bench = new Bench(["evaluate.py"]);
    const made = bench.run([
      "-W",
      "ignore",
      "-c",
      `import zipfile\nwith zipfile.ZipFile("model.npz", "w", 8) as z: ${code}`,
    ]);
    expect(made).toMatchObject({ status: 0, stderr: "" });
    const { status, stdout, stderr } = bench.run(["evaluate.py"], { input: '{"text": "abc"}\n' });
    expect(stderr).toContain(why);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });
});
