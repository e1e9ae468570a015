import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, isNumeric } from "../search/coordinate.ts";
import { Steps } from "../search/steps.ts";
import type { Parameter } from "../surface/parameters.ts";
import { Surface } from "../surface/surface.ts";
import { createSearch, Drive } from "../test/drive.ts";
import { TRAIN } from "../test/python.ts";
import { lex } from "./lex.ts";

const LIMITS = { maxBytes: 65_536, strict: true };
const surfaceOf = (text: string): Surface => new Surface({ "train.py": text }, LIMITS);
const keyOf = (text: string): string => surfaceOf(text).key;
const named = (text: string): Map<string, Parameter> =>
  new Map(surfaceOf(text).parameters.map((parameter) => [parameter.label, parameter]));

const PYTHON = spawnSync("python3", ["--version"], { encoding: "utf8" }).status === 0;
if (!PYTHON && process.env["PAWL_REQUIRE_PYTHON"] === "1")
  throw new Error("PAWL_REQUIRE_PYTHON is set, and there is no python3");
if (!PYTHON) process.stderr.write("SKIPPED: comparisons with Python's own tokenizer, because there is no python3\n");

/** Runs a program in Python; what it prints is read as JSON. */
function python<T>(program: string, input: unknown): T {
  const options = { input: JSON.stringify(input), encoding: "utf8", maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync("python3", ["-W", "ignore", "-c", program], options);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout) as T;
}

describe("what is tuned", () => {
  test("constants that are measured, and not those that give the program its shape", () => {
    const found = surfaceOf(TRAIN).parameters.map(({ label, value }) => [label, value]);
    expect(found).toEqual([
      ["LEARNING_RATE", 3e-3],
      ["HIDDEN", 64],
      ["ACTIVATION", "relu"],
      ["NESTEROV", true],
      ["MOMENTUM", 0.9],
      ["OPTIONS.decay", 1e-3],
      ["OPTIONS.clip", -1.5],
      ["OPTIONS.shape", 3],
      ["OPTIONS.shape", 4],
      ["step.beta", 0.99],
      ["the … of `w = w * beta - …*g`", 0.5],
      ["the … of `if w[0] > …: return -2 ** 2`", 1.25],
      ["the … of `if w[0] > 1.25: return -… ** 2`", 2],
      ["the … of `if w[0] > 1.25: return -2 ** …`", 2],
      ["self.temperature", 1],
      ["the … of `self.w = np.zeros((28, 28)) + …`", 0.01],
      ["a constant in line 23", 0.25],
      ["a constant in line 23", 2],
    ]);
  });

  test("within the ranges of the comments", () => {
    const domains = named(TRAIN);
    expect(domains.get("LEARNING_RATE")?.domain).toEqual({
      kind: "range",
      min: 1e-4,
      max: 0.1,
      log: true,
      integer: false,
    });
    expect(domains.get("HIDDEN")?.domain).toEqual({ kind: "range", min: 8, max: 256, log: false, integer: true });
    expect(domains.get("ACTIVATION")?.domain).toEqual({ kind: "choice", options: ["relu", "tanh"] });
    expect(domains.get("NESTEROV")?.domain).toEqual({ kind: "choice", options: [true, false] });
  });

  test.each([
    ["x = 1.  # @tune 0.5..2", 1],
    ["x = 1_000.5e-1_0  # @tune 0..1", 1_000.5e-10],
    ["# @tune 1..9\nx = 4", 4],
    ["## @tune 1..9\nx = 4", 4],
    ["x = [\n  4,  # @tune 1..9\n  ]", 4],
    ["x = 0x1F  # @tune 1..99", 31],
    ["x = f(1 - y)  # @tune 0..9", 1],
  ])("reads %j", (text, value) => {
    expect(surfaceOf(text).parameters).toMatchObject([{ value, domain: { kind: "range" } }]);
  });

  test("but hardly what programs are full of", () => {
    const [one, half] = surfaceOf("y = (1 - x) * 0.5\n").parameters.filter(isNumeric);
    if (one === undefined || half === undefined) throw new Error("no parameters");
    const steps = new Steps();
    expect(steps.weight(one)).toBeLessThan(0.1 * steps.weight(half));
  });

  test("prose about @tune is no instruction", () => {
    expect(surfaceOf("# a comment such as @tune low..high would bound it\nx = f()  # see @tune\n").parameters).toEqual(
      [],
    );
  });

  test.each([
    ["a value outside of its range", "a = 1\n\nb = 7 # @tune 0..5\n", 3],
    ["a comment that is not understood", "b = 3 # @tune 0 to 5\n", 1],
    ["a comment without a literal", "# @tune 0..5\nb = f()\n", 1],
    ["a string without an end", "a = 1\nb = 'x\n", 2],
    ["a bracket without an end", "a = 1\nb = f(2\n", 2],
    ["a bracket that closes another", "a = (1]\n", 1],
    ["an indentation that fits nothing", "if a:\n    b = 1\n  c = 2\n", 3],
  ])("%s is named with its line", (_what, text, line) => {
    expect(() => surfaceOf(text)).toThrow(
      expect.objectContaining({ code: "PAWL_SURFACE_INVALID", path: `train.py:${line}` }),
    );
  });
});

describe("the fingerprint", () => {
  test.each([
    ["comments", TRAIN.replace("# one step", "# two steps")],
    ["spaces", TRAIN.replace("w * beta", "w  *  beta").replace("HIDDEN: int   =", "HIDDEN : int=")],
    ["blank lines", TRAIN.replaceAll("\n\n", "\n   \n\n")],
    ["breaks within brackets", TRAIN.replace("(28, 28)", "(28,\n  28)")],
    ["the width of an indentation", TRAIN.replaceAll("    ", "  ")],
    [
      "number spelling",
      TRAIN.replace("3e-3", "0.003").replace(".9", "0.90").replace("0x1F", "31").replace("12", "1_2"),
    ],
    ["quotes", TRAIN.replace("'relu'", '"relu"').replace('"clip"', "'clip'")],
    ["line ends", TRAIN.replaceAll("\n", "\r\n")],
  ])("does not see %s", (_what, other) => {
    expect(other).not.toBe(TRAIN);
    expect(keyOf(other)).toBe(keyOf(TRAIN));
  });

  test.each([
    ["a number", TRAIN.replace("0.99", "0.98")],
    ["a sign", TRAIN.replace("-1.5", "1.5")],
    ["an integer for a float", TRAIN.replace("= 1.0", "= 1")],
    ["an imaginary number for a real one", TRAIN.replace("2j", "2")],
    ["a space in a string", TRAIN.replace("Trains a model", "Trains  a model")],
    ["a comment sign in a string", TRAIN.replace("# @tune is no comment here", "")],
    ["a format", TRAIN.replace(":.3f", ":.4f")],
    ["a name", TRAIN.replace("w * beta", "g * beta")],
    ["an operator", TRAIN.replace("w * beta", "w ** beta")],
    [
      "a statement in another block",
      TRAIN.replace("    if w[0]", "if w[0]").replace('    return f"', '        return f"'),
    ],
  ])("sees %s", (_what, other) => {
    expect(other).not.toBe(TRAIN);
    expect(new Surface({ "train.py": other }, { maxBytes: 65_536 }).key).not.toBe(keyOf(TRAIN));
  });
});

describe("a change", () => {
  const surface = surfaceOf(TRAIN);
  const numeric = surface.parameters.filter(isNumeric);

  test("leaves everything else as it was, and is what a new reading finds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: numeric.length - 1 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (i, at) => {
          const parameter = numeric[i] as (typeof numeric)[number];
          const assignment = decode(parameter, at, 0.1);
          const { files, key } = surface.assign([assignment]);
          const text = files["train.py"] ?? "";
          const { start, end } = parameter.site.node;
          expect(text.startsWith(TRAIN.slice(0, start))).toBe(true);
          expect(text.endsWith(TRAIN.slice(end))).toBe(true);
          const again = new Surface(files, { maxBytes: 65_536 });
          expect(again.key).toBe(key);
          expect(again.parameters[surface.parameters.indexOf(parameter)]?.value).toBe(assignment.value);
        },
      ),
    );
  });

  test("writes words, strings and negative numbers as Python wants them", () => {
    const text = 'a = True # @tune True|False\nb = \'x\' # @tune ["x", "y"]\nc = y-3 + 2 ** z # @tune -9..9\n';
    const before = surfaceOf(text);
    const [a, b, ...numbers] = before.parameters;
    if (a === undefined || b === undefined) throw new Error("no parameters");
    const changed = before.assign([
      { parameter: a, value: false, written: a.file.literal(false) },
      { parameter: b, value: "y", written: "'y'" },
      ...numbers.map((parameter) => ({ parameter, value: -4, written: "-4" })),
    ]);
    expect(changed.files["train.py"]).toBe(
      'a = False # @tune True|False\nb = \'y\' # @tune ["x", "y"]\nc = y-(-4) + (-4) ** z # @tune -9..9\n',
    );
  });
});

test("the search proposes constants of a Python file, each candidate once, and edits nothing else", async () => {
  const proposer = await createSearch();
  const drive = new Drive({ "train.py": TRAIN });
  const seen = new Set([keyOf(TRAIN)]);
  const shape = (text: string): string =>
    new Surface({ "train.py": text }, LIMITS).sources[0]?.canonical
      .map((token) => (token.startsWith("#") ? "#" : token))
      .join(" ")
      .replaceAll(/True|False|"relu"|"tanh"/g, "?") ?? "";
  for (let number = 1; number <= 150; number += 1) {
    const proposal = await drive.propose(proposer);
    if (proposal === null) throw new Error("no more ideas");
    const text = drive.filesOf(proposal)["train.py"] ?? "";
    expect(shape(text)).toBe(shape(TRAIN));
    const key = keyOf(text);
    expect(seen.has(key)).toBe(false);
    seen.add(key);
    await proposer.observe?.(drive.finish(number, proposal));
  }
});

const TOKENIZE = `
import sys, json, io, tokenize
NAMES = {tokenize.NUMBER: "number", tokenize.NAME: "name", tokenize.STRING: "string", tokenize.OP: "operator",
         tokenize.INDENT: "indent", tokenize.DEDENT: "dedent", tokenize.NEWLINE: "newline"}
START, END = getattr(tokenize, "FSTRING_START", None), getattr(tokenize, "FSTRING_END", None)
def read(source):
    tokens, depth = [], 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == START:
            depth += 1
        elif token.type == END:
            depth -= 1
            if depth == 0: tokens.append(["string", ""])
        elif depth == 0 and token.type in NAMES:
            kind = NAMES[token.type]
            text = token.string if kind in ("number", "name", "operator", "string") else ""
            tokens.append([kind, "" if kind == "string" else text])
    return tokens
print(json.dumps([read(source) for source in json.load(sys.stdin)]))
`;

describe.skipIf(!PYTHON)("against Python itself", () => {
  test("splits files of its library as its own tokenizer does", () => {
    const root = python<string>("import json, sysconfig; print(json.dumps(sysconfig.get_paths()['stdlib']))", null);
    const files = readdirSync(root)
      .filter((name) => name.endsWith(".py"))
      .toSorted();
    const sources = files.slice(0, 60).map((name) => readFileSync(join(root, name), "utf8"));
    expect(sources.length).toBeGreaterThan(20);
    const theirs = python<string[][][]>(TOKENIZE, sources);
    for (const [index, source] of sources.entries()) {
      const lexed = lex(source);
      if ("problem" in lexed) throw new Error(`${files[index]}: ${lexed.problem}`);
      const ours = lexed.tokens.map(({ kind, text }) => [kind, kind === "string" ? "" : text]);
      expect({ file: files[index], tokens: ours }).toEqual({ file: files[index], tokens: theirs[index] });
    }
  });

  test("writes programs that mean the same but for their constants", () => {
    const surface = surfaceOf(TRAIN);
    const candidates = surface.parameters
      .filter(isNumeric)
      .flatMap((parameter) =>
        [-2.7, -0.4, 0.3, 1.9].map((at) => surface.assign([decode(parameter, at, 0.1)]).files["train.py"] ?? ""),
      );
    const program = `
import ast, json, sys
class Blank(ast.NodeTransformer):
    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return node.operand if isinstance(node.operand, ast.Constant) else node
    def visit_Constant(self, node):
        return ast.Constant(type(node.value).__name__)
shape = lambda source: ast.dump(Blank().visit(ast.parse(source)))
print(json.dumps([shape(source) for source in json.load(sys.stdin)]))
`;
    const [baseline, ...shapes] = python<string[]>(program, [TRAIN, ...candidates]);
    expect(new Set(shapes)).toEqual(new Set([baseline]));
  });
});
