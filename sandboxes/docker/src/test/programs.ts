import type { EntryPrograms, SurfaceProgram } from "@pawl/testkit";

/** The testkit's candidates as programs: one JSON line in, one JSON line out. */

type Argv = readonly [program: string, file: string];
const programOf =
  (argv: Argv) =>
  (code: string, artifacts?: readonly string[]): SurfaceProgram => ({
    files: { [argv[1]]: code },
    entry: { kind: "exec", argv, ...(artifacts === undefined ? {} : { artifacts }) },
  });

const node = programOf(["node", "main.mjs"]);
// Split at line feeds alone: node:readline takes U+2028 for the end of a line as well.
const nodeLines = (body: string, before = ""): SurfaceProgram =>
  node(`import fs from "node:fs"; ${before}
    for (const line of fs.readFileSync(0, "utf8").split("\\n")) { if (line === "") continue; const input = JSON.parse(line); ${body} }`);
const nodeAnswer = (expression: string, before = ""): SurfaceProgram =>
  nodeLines(`fs.writeSync(1, JSON.stringify(${expression}) + "\\n");`, before);
const NODE_PLACES = `const places = ["/work/mark", "/tmp/mark", "/dev/shm/mark", "/work/.pawl/tmp/mark", "/work/.pawl/mark"];
  const read = (path) => { try { return fs.readFileSync(path, "utf8"); } catch { return undefined; } };
  const write = (path, text) => { try { fs.writeFileSync(path, text); } catch {} };`;

export const NODE_PROGRAMS: EntryPrograms = {
  name: "programs for Node",
  behaviours: {
    echo: nodeAnswer("input"),
    crash: node("process.exit(3)"),
    spin: node("for (;;);"),
    wait: node("setInterval(() => {}, 1000)"),
    hog: node("const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))"),
    flood: nodeLines(`fs.writeFileSync(1, JSON.stringify("x".repeat(input)) + "\\n");`),
    remember: nodeAnswer(
      `(() => { const highest = Math.max(...places.map((path) => Number(read(path) ?? 0))); for (const path of places) write(path, String(highest + 1)); return highest + 1; })()`,
      NODE_PLACES,
    ),
    meet: nodeAnswer(
      `(() => { const seen = new Set(); for (let i = 0; i < Math.min(input.rounds, 500); i++) for (const path of places) { const found = read(path); if (found !== undefined && found !== input.mark) seen.add(found); write(path, input.mark); } return [...seen]; })()`,
      NODE_PLACES,
    ),
    print: nodeLines(`fs.writeSync(2, "printed by the candidate\\n"); fs.writeSync(1, JSON.stringify(input) + "\\n");`),
    printFlood: nodeLines(
      `for (let i = 0; i < 512; i++) fs.writeFileSync(2, "x".repeat(65536)); fs.writeSync(1, JSON.stringify(input) + "\\n");`,
    ),
    random: nodeAnswer("(seed = (seed * 48271) % 2147483647)", "let seed = Number(process.env.PAWL_SEED);"),
    garbage: nodeLines(
      `fs.writeSync(1, ["NaN", "undefined", "{'a': 1}", "[1,", "Infinity", "1e999", "nope", "01", "+1"][input % 9] + "\\n");`,
    ),
    artifact: node(
      `import fs from "node:fs"; fs.writeFileSync("bytes.bin", Uint8Array.from({ length: 256 }, (_, i) => i))`,
      ["bytes.bin"],
    ),
  },
  hostile: {
    "an early end": { ...node("process.exit(0)"), ends: ["violation"] },
    "an answer too many": { ...node(`console.log("1\\n2")`), ends: ["violation"] },
    "a child that outlives it": {
      ...node(
        `import { spawn } from "node:child_process"; spawn("/bin/sh", ["-c", "trap '' TERM HUP; while :; do :; done"], { detached: true, stdio: "inherit" }).unref(); console.log(1); process.exit(0);`,
      ),
      ends: ["ok"],
    },
    "a program that stops everybody": {
      ...node(`process.kill(1, "SIGSTOP"); process.kill(process.pid, "SIGSTOP");`),
      ends: ["timeout"],
    },
  },
};

const python = programOf(["python3", "main.py"]);
const pythonLines = (body: string, before = ""): SurfaceProgram =>
  python(`import json, os, sys\n${before}\nfor line in sys.stdin:\n    input = json.loads(line)\n    ${body}\n`);
const pythonAnswer = (expression: string, before = ""): SurfaceProgram =>
  pythonLines(`print(json.dumps(${expression}))`, before);
const PYTHON_PLACES = `places = ["/work/mark", "/tmp/mark", "/dev/shm/mark", "/work/.pawl/tmp/mark", "/work/.pawl/mark"]
def read(path):
    try:
        with open(path) as file: return file.read()
    except OSError: return None
def write(path, text):
    try:
        with open(path, "w") as file: file.write(text)
    except OSError: pass
def remember():
    highest = max(int(read(path) or 0) for path in places)
    for path in places: write(path, str(highest + 1))
    return highest + 1
def meet(mark, rounds):
    seen = set()
    for _ in range(min(rounds, 500)):
        for path in places:
            found = read(path)
            if found not in (None, "", mark): seen.add(found)
            write(path, mark)
    return sorted(seen)`;

export const PYTHON_PROGRAMS: EntryPrograms = {
  name: "programs in Python",
  behaviours: {
    echo: pythonAnswer("input"),
    crash: python("raise SystemExit(3)"),
    spin: python("while True: pass"),
    wait: python("import time\nwhile True: time.sleep(1)"),
    hog: python("all = []\nwhile True: all.append(bytearray(b'x' * 1_000_000))"),
    flood: pythonAnswer(`"x" * input`),
    remember: pythonAnswer("remember()", PYTHON_PLACES),
    meet: pythonAnswer(`meet(input["mark"], input["rounds"])`, PYTHON_PLACES),
    print: pythonLines(`print("printed by the candidate", file=sys.stderr); print(json.dumps(input))`),
    printFlood: pythonLines(`[sys.stderr.write("x" * 65536) for _ in range(512)]; print(json.dumps(input))`),
    random: pythonAnswer("stream.random()", `import random\nstream = random.Random(int(os.environ["PAWL_SEED"]))`),
    garbage: pythonLines(
      `print([float("nan"), {"a"}, "x", [1, None], float("inf"), None, b"x", 1j, {1: ()}][input % 9])`,
    ),
    artifact: python(`with open("bytes.bin", "wb") as file: file.write(bytes(range(256)))`, ["bytes.bin"]),
  },
  hostile: {
    "a fork bomb": { ...python("import os\nwhile True: os.fork()"), ends: ["crashed", "timeout", "out-of-memory"] },
    "an end in the middle of a line": {
      ...python(`import sys\nsys.stdout.write("[1, 2")`),
      ends: ["error", "violation"],
    },
    "an exit of its parent": {
      ...python("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nraise SystemExit(1)"),
      ends: ["crashed"],
    },
  },
};
