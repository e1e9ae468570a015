import { afterAll, beforeAll, expect, test } from "vitest";
import type { Execution } from "@pawl/plugin";
import { diskOf } from "./container/disk.ts";
import { describeDocker, describePython, docker, nothingLeft, PYTHON } from "./test/daemon.ts";
import { openSandbox, outputsOf, type Sandbox, valueOf } from "./test/sandbox.ts";

/**
 * Candidates that fight the sandbox. Each must end as its outcome within its limits, must leave the daemon well, and
 * must leave a sandbox that serves the next job.
 */
const LIMITS = { wallMs: 4_000, memoryMb: 96, pids: 24, diskMb: 4, outputBytes: 1_048_576 };

type Expected = Execution["outcome"] | readonly Execution["outcome"][];

/** Written in Node, for what a shell cannot do. */
const node = (code: string): string => `exec node -e '${code.replaceAll("'", `'\\''`)}'`;

const ATTACKS: Record<string, [expected: Expected, script: string]> = {
  "a fork bomb": [["timeout", "crashed"], `bomb() { bomb | bomb & bomb; }; bomb; while :; do :; done`],
  "a fork bomb that answers": ["crashed", `while :; do { read x <&0; } & done; echo 1`],
  "a memory bomb": ["out-of-memory", `x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done`],
  "a memory bomb in a child": [
    ["out-of-memory", "timeout"],
    node(`const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));`),
  ],
  "a bomb in the memory file system": [
    "crashed",
    node(`const fs = require("fs"); for (let i = 0; ; i++) fs.writeFileSync("/work/f" + i, Buffer.alloc(1e5, 1));`),
  ],
  "files without end": [
    "crashed",
    node(`const fs = require("fs"); for (let i = 0; ; i++) fs.writeFileSync("/work/f" + i, "");`),
  ],
  "a gigabyte of output": [
    "output-limit",
    node(`const b = Buffer.alloc(65536, 97); for (let i = 0; i < 16384; i++) require("fs").writeSync(1, b);`),
  ],
  "a gigabyte of errors": [
    "output-limit",
    node(`const b = Buffer.alloc(65536, 97); for (let i = 0; i < 16384; i++) require("fs").writeSync(2, b);`),
  ],
  "an endless loop": ["timeout", `while :; do :; done`],
  "a sleep that ignores SIGTERM and all else": [
    "timeout",
    `trap "" TERM INT HUP QUIT; while :; do read -r x </dev/zero || :; done`,
  ],
  "fewer answers than inputs": ["violation", `:`],
  "more answers than inputs": ["violation", `echo 1; echo 2`],
  "an exit code": ["crashed", `echo 1; exit 3`],
  "bytes that are no text": ["violation", `printf '\\377\\376\\n'`],
  "an end that it announces itself, and goes on": [
    "crashed",
    `read -r a </work/.pawl/start; while read -r line; do case $line in printf*) eval "code=9; $line";; esac; done </work/.pawl/start; while :; do :; done`,
  ],
  "killing the first process": ["ok", `kill -9 1; kill -15 1; echo 1`],
};

nothingLeft("hostile", "hostile-call", "hostile-python");
describeDocker("a hostile program", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox("hostile", { warm: 2 }, LIMITS);
  });
  afterAll(async () => sandbox?.[Symbol.asyncDispose]());
  const tell = async (script: string): Promise<unknown> => valueOf(await sandbox.sh(script));

  test.each(Object.entries(ATTACKS))("%s", async (_, [expected, script]) => {
    const started = performance.now();
    const execution = await sandbox.sh(script);
    expect([expected].flat()).toContain(execution.outcome);
    expect(execution.usage.wallMs).toBeLessThan(LIMITS.wallMs + 2_000);
    // A hang guard for all around it: a container to start, and one to be killed.
    expect(performance.now() - started).toBeLessThan(LIMITS.wallMs + 30_000);
    expect(execution.usage.peakMemoryMb ?? 0).toBeLessThan(LIMITS.memoryMb + 1);
    expect(await tell(`echo 42`)).toBe(42);
  });

  test("limits CPU time apart from wall time", async () => {
    const execution = await sandbox.sh(`while :; do :; done`, [1], { wallMs: 30_000, cpuMs: 500 });
    expect(execution).toMatchObject({ outcome: "timeout", reason: expect.stringContaining("500 ms of CPU time") });
    expect(execution.usage.cpuMs).toBeGreaterThanOrEqual(500);
    expect(execution.limits).toContainEqual(expect.objectContaining({ limit: "cpuMs", value: 500 }));
  });

  test("a child that lives on does not hold up the end, and does not live on", async () => {
    const started = performance.now();
    const execution = await sandbox.sh(`{ trap "" TERM HUP; while :; do :; done; } & echo 1`, [1], { wallMs: 30_000 });
    expect(valueOf(execution)).toBe(1);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("there is no way to write but to the work folder", async () => {
    const places = [
      "/",
      "/etc",
      "/usr/local/bin",
      "/bin",
      "/tmp",
      "/dev",
      "/dev/shm",
      "/run",
      "/proc/sys/kernel",
      "/sys",
    ];
    const script = places.map((place) => `(: >${place}/x) 2>/dev/null && echo '"${place}"' >>/work/out`).join("\n");
    expect(
      await tell(`${script}\n(: >/work/y) && echo '"work"' >>/work/out; read -r all </work/out; echo "$all"`),
    ).toBe("work");
  });

  test("files of the experiment cannot be changed, moved or removed", async () => {
    const code = `const fs = require("fs"); const tried = [() => fs.writeFileSync("/work/main.sh", "x"), () => fs.unlinkSync("/work/main.sh"), () => fs.renameSync("/work/main.sh", "/work/z"), () => fs.chmodSync("/work/main.sh", 0o777), () => fs.rmSync("/work/.pawl", { recursive: true }), () => fs.renameSync("/work/.pawl", "/work/z"), () => fs.writeFileSync("/work/.pawl/new", "x")].map((f) => { try { f(); return "done"; } catch (e) { return e.code; } }); console.log(JSON.stringify(tried));`;
    for (const each of (await tell(node(code))) as string[]) expect(each).toMatch(/^E(ACCES|PERM)$/);
  });

  test("nothing that it writes can be executed", async () => {
    const execution = await sandbox.sh(
      `printf '#!/bin/sh\\necho 1\\n' >/work/x; { read -r a; } </work/x; node -e 'require("fs").chmodSync("/work/x", 0o755)'; /work/x`,
    );
    expect(execution).toMatchObject({ outcome: "crashed", stderr: expect.stringMatching(/[Pp]ermission denied/) });
  });

  test("there is no network of any kind", async () => {
    const code = `
      const net = require("net"), dgram = require("dgram"), dns = require("dns"), os = require("os"), fs = require("fs");
      const connect = (options) => new Promise((r) => { const s = net.connect(options, () => r("connected")); s.on("error", (e) => r(e.code)); setTimeout(() => r("timeout"), 1000); });
      const udp = new Promise((r) => { const s = dgram.createSocket("udp4"); s.on("error", (e) => r(e.code)); s.send("x", 53, "8.8.8.8", (e) => r(e ? e.code : "sent")); });
      (async () => {
        const got = [
          await connect({ host: "169.254.169.254", port: 80 }), await connect({ host: "1.1.1.1", port: 443 }),
          await connect({ host: "::1", port: 80 }), await connect({ host: "172.17.0.1", port: 2375 }), await udp,
          await connect({ path: "/var/run/docker.sock" }),
          await new Promise((r) => new dns.Resolver({ timeout: 500, tries: 1 }).resolve4("example.com", (e) => r(e ? e.code : "resolved"))),
          
        ];
        console.log(JSON.stringify({ got, interfaces: Object.keys(os.networkInterfaces()).filter((n) => n !== "lo") })); process.exit();
      })();`;
    const { got, interfaces } = (await tell(node(code))) as { got: string[]; interfaces: string[] };
    expect(interfaces).toEqual([]);
    for (const each of got)
      expect(each).toMatch(
        /^(E(NETUNREACH|ADDRNOTAVAIL|NOENT|CONNREFUSED|ACCES|INVAL|PERM)|ENOTFOUND|ETIMEOUT|timeout)$/,
      );
    // Refused only where there is nobody: the loopback, and a name server that is not there.
    expect(got.slice(0, 2).every((each) => each === "ENETUNREACH")).toBe(true);
  });

  test("secrets and settings of the host are out of reach", async () => {
    const code = `const fs = require("fs"); const tried = {};
      for (const path of ["/proc/kcore", "/proc/1/mem", "/proc/sysrq-trigger", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/proc/scsi", "/proc/acpi", "/sys/firmware", "/root", "/etc/shadow", "/var/lib/docker", "/host", "/dev/sda", "/dev/vda", "/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm"]) {
        try { const s = fs.statSync(path); tried[path] = s.isDirectory() ? fs.readdirSync(path).length : (() => { const fd = fs.openSync(path, "r"); const n = fs.readSync(fd, Buffer.alloc(16)); return n; })(); } catch (e) { tried[path] = e.code; }
      }
      let write; try { fs.writeFileSync("/proc/sysrq-trigger", "h"); write = "done"; } catch (e) { write = e.code; }
      let adj; try { fs.writeFileSync("/proc/self/oom_score_adj", "-1000"); adj = "done"; } catch (e) { adj = e.code; }
      console.log(JSON.stringify({ tried, write, adj, env: Object.keys(process.env), host: require("os").hostname() }));`;
    const { tried, write, adj, env, host } = (await tell(node(code))) as {
      tried: Record<string, string | number>;
      write: string;
      adj: string;
      env: string[];
      host: string;
    };
    for (const [path, got] of Object.entries(tried)) {
      if (path === "/proc/1/mem") continue; // Its own shell, under its own user.
      expect([0, "ENOENT", "EACCES", "EPERM", "EIO", "ENXIO", "EISDIR", "ENOTDIR"]).toContain(got);
    }
    expect(write).toMatch(/^E(ROFS|ACCES|PERM|NOENT|IO)$/);
    expect(adj).toMatch(/^E/);
    expect(host).toBe("sandbox");
    expect(env.toSorted()).toEqual(
      ["HOME", "HOSTNAME", "PATH", "PAWL_SEED", "PWD", "TMPDIR"].filter((name) => env.includes(name)).toSorted(),
    );
  });

  test("users and rights cannot be changed", async () => {
    const code = `const tried = [() => process.setuid(0), () => process.setgid(0), () => process.setgroups([0]), () => require("os").setPriority(0, -10)].map((f) => { try { f(); return "done"; } catch (e) { return e.info?.code ?? e.code; } }); console.log(JSON.stringify([process.getuid(), process.getgid(), ...tried]));`;
    const [uid, gid, ...tried] = (await tell(node(code))) as [number, number, ...string[]];
    expect([uid, gid]).toEqual([65_534, 65_534]);
    for (const each of tried) expect(each).toMatch(/^E(PERM|ACCES)$/);
  });

  test("a candidate that stops its clock is stopped by ours", async () => {
    // SIGSTOP to itself and to its parent: nobody in the container runs any more.
    const execution = await sandbox.sh(`kill -STOP 1; kill -STOP $$; echo 1`, [1], { wallMs: 1_500 });
    expect(execution.outcome).toBe("timeout");
  });

  test("each breach of a limit is told as what it is", async () => {
    const write = (bytes: number): string =>
      `node -e 'require("fs").writeFileSync("model", Buffer.alloc(${bytes}, 1))'`;
    await using small = await openSandbox("hostile", { artifactMb: 1, warm: 0 }, LIMITS);
    const breach = async (script: string, artifacts: string[] = []): Promise<string> => {
      const program = { argv: ["/bin/sh", "main.sh"], artifacts };
      const execution = await small.exec(program, { "main.sh": `echo 1; ${script}` });
      return `${execution.outcome}: ${"reason" in execution ? execution.reason : ""}`;
    };
    const told = [
      await breach(`while :; do :; done`),
      await breach(`x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done`),
      await breach(`exec node -e 'const b = Buffer.alloc(65536, 97); for (;;) require("fs").writeSync(1, b)'`),
      await breach(write(1_048_576), ["model"]),
      await breach(write(1_048_577), ["model"]),
      await breach(`${write(700_000)}; node -e 'require("fs").copyFileSync("model", "other")'`, ["model", "other"]),
      await breach(
        `node -e 'const fs = require("fs"); fs.mkdirSync("tree"); for (let i = 0; i < 1000; i++) fs.writeFileSync("tree/" + i, "")'`,
        ["tree"],
      ),
    ];
    expect(told).toEqual([
      "timeout: not done after 4000 ms",
      expect.stringMatching(/^out-of-memory: .* 96 MB of memory$/),
      "output-limit: more than 1048576 bytes of output",
      "ok: ",
      "output-limit: the artifacts are larger than they may be together",
      "output-limit: the artifacts are larger than they may be together",
      "output-limit: the artifacts are more than 1000 files and folders",
    ]);
  });

  const artifact = (script: string, artifacts: string[], limits = {}) =>
    sandbox.exec({ argv: ["/bin/sh", "main.sh"], artifacts }, { "main.sh": `echo 1; ${script}` }, [1], { limits });
  const link = (target: string, path: string): string => `node -e 'require("fs").symlinkSync("${target}", "${path}")'`;

  test("artifacts come out as they are", async () => {
    const execution = await artifact(
      `printf abc >model.bin; printf d >out/d.txt; node -e 'require("fs").mkdirSync("tree/deep", { recursive: true })'; printf e >tree/deep/e`,
      ["model.bin", "out/d.txt", "tree"],
    );
    expect(outputsOf(execution)).toEqual([{ value: 1 }]);
    const artifacts = execution.outcome === "ok" ? (execution.artifacts ?? {}) : {};
    expect(
      Object.fromEntries(Object.entries(artifacts).map(([path, bytes]) => [path, Buffer.from(bytes).toString()])),
    ).toEqual({
      "model.bin": "abc",
      "out/d.txt": "d",
      "tree/deep/e": "e",
    });
  });
  test.each<[string, Execution["outcome"], string, string[]]>([
    ["a link to a file", "violation", link("/bin/sh", "model.bin"), ["model.bin"]],
    ["a link out of the container", "violation", link("../../../../etc/passwd", "model.bin"), ["model.bin"]],
    ["a link in a folder", "violation", `node -e 'require("fs").mkdirSync("tree")'; ${link("/", "tree/x")}`, ["tree"]],
    [
      "a link in place of a folder",
      "crashed",
      `node -e 'require("fs").rmdirSync("out"); require("fs").symlinkSync("/bin", "out")'`,
      ["out/sh"],
    ],
    [
      "a hard link to a file that it may not read",
      "crashed",
      `node -e 'require("fs").linkSync("/bin/sh", "model.bin")'`,
      ["model.bin"],
    ],
    [
      "a pipe",
      "violation",
      `node -e 'require("child_process").execFileSync("/bin/sh", ["-c", "exit 0"])'; mkfifo model.bin 2>/dev/null || node -e 'const s = require("net").createServer().listen("/work/model.bin"); setTimeout(() => process.kill(process.pid, 9), 100)'`,
      ["model.bin"],
    ],
    ["a missing artifact", "crashed", `:`, ["model.bin"]],
    [
      "a folder of thousands",
      "output-limit",
      `node -e 'const fs = require("fs"); fs.mkdirSync("tree"); for (let i = 0; i < 5000; i++) fs.writeFileSync("tree/" + i, "")'`,
      ["tree"],
    ],
    [
      "a sparse file",
      "output-limit",
      `node -e 'const fs = require("fs"); fs.writeFileSync("model.bin", ""); fs.truncateSync("model.bin", 5e9)'`,
      ["model.bin"],
    ],
    [
      "a name with a newline",
      "violation",
      `node -e 'const fs = require("fs"); fs.mkdirSync("tree"); fs.writeFileSync("tree/a\\nb", "")'`,
      ["tree"],
    ],
    [
      "a name with dots",
      "ok",
      `node -e 'const fs = require("fs"); fs.mkdirSync("tree"); fs.writeFileSync("tree/..x", "")'`,
      ["tree"],
    ],
  ])("artifacts: %s", async (_, outcome, script, paths) => {
    const execution = await artifact(script, paths);
    if (_ === "a pipe") expect(["violation", "crashed"]).toContain(execution.outcome);
    else expect(execution.outcome).toBe(outcome);
    expect(await tell(`echo 42`)).toBe(42);
  });
  test("artifacts: a hundred thousand of them", async () => {
    const execution = await artifact(
      `node -e 'const fs = require("fs"); fs.mkdirSync("tree"); for (let i = 0; i < 1e5; i++) fs.writeFileSync("tree/" + i, "")'`,
      ["tree"],
      { wallMs: 20_000 },
    );
    // The file system has not so many; where it had, they would be too many to take.
    expect(["crashed", "output-limit"]).toContain(execution.outcome);
  });
});

describeDocker("a hostile function", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox("hostile-call", { warm: 1 }, { wallMs: 3_000, memoryMb: 64, outputBytes: 1_048_576 });
  });
  afterAll(async () => sandbox?.[Symbol.asyncDispose]());

  const FUNCTIONS: Record<string, [Expected, string]> = {
    "an endless loop": ["timeout", `export default () => { for (;;); };`],
    "an endless loop while loading": ["timeout", `for (;;); export default 1;`],
    "an endless loop of microtasks": ["timeout", `export default async () => { for (;;) await null; };`],
    "new Array(1e9).fill()": [["timeout", "out-of-memory"], `export default () => new Array(1e9).fill();`],
    "a Map that grows": [
      ["timeout", "out-of-memory"],
      `export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, i); };`,
    ],
    "buffers that grow": [
      ["timeout", "out-of-memory"],
      `const all: any[] = []; export default () => { for (;;) all.push(new Uint8Array(1e7).fill(1)); };`,
    ],
    "an answer of half a gigabyte": ["output-limit", `export default () => "x".repeat(2 ** 29 - 24);`],
    "types that break the type stripper": [
      "crashed",
      `export default (): number => ${"(".repeat(20_000)}1${")".repeat(20_000)};`,
    ],
    "recursion without end": ["crashed", `export default function f(): number { return f() + 1; } f();`],
  };
  test.each(Object.entries(FUNCTIONS))("%s", async (_, [expected, code]) => {
    const execution = await sandbox.call(code);
    expect([expected].flat()).toContain(execution.outcome);
    expect(valueOf(await sandbox.call(`export default (x: number) => x + 41;`))).toBe(42);
  });
});

describePython("a hostile Python program", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox(
      "hostile-python",
      { image: PYTHON, warm: 1 },
      { wallMs: 10_000, memoryMb: 128, diskMb: 4 },
    );
  });
  afterAll(async () => sandbox?.[Symbol.asyncDispose]());
  const python = async (code: string) => sandbox.exec({ argv: ["python3", "main.py"] }, { "main.py": code });

  test("system calls that reach beyond are refused", async () => {
    const code = `
import ctypes, json, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(number, *args)
    return "done" if result >= 0 else os.strerror(ctypes.get_errno())
def open_socket(*args):
    try:
        socket.socket(*args); return "done"
    except OSError as error: return os.strerror(error.errno)
print(json.dumps({
  "mount": call(165, b"none", b"/work", b"tmpfs", 0, 0), "umount": call(166, b"/work", 0),
  "unshare user": call(272, 0x10000000), "unshare net": call(272, 0x40000000), "setns": call(308, 0, 0),
  "chroot": call(161, b"/work"), "pivot_root": call(155, b"/work", b"/work"), "reboot": call(169, 0xfee1dead, 672274793, 0, 0),
  "init_module": call(175, 0, 0, b""), "bpf": call(321, 0, 0, 0), "keyctl": call(250, 0, 0), "add_key": call(248, b"user", b"x", b"y", 1, -1),
  "settimeofday": call(227, 0, ctypes.byref((ctypes.c_long * 2)(0, 0))), "sethostname": call(170, b"x", 1),
  "kexec": call(246, 0, 0, 0, 0), "swapon": call(167, b"/work/main.py", 0),
  "perf": call(298, 0, 0, -1, -1, 0), "userfaultfd": call(323, 0), "mknod": call(133, b"/work/dev", 0o20666, 0x101),
  "raw socket": open_socket(socket.AF_INET, socket.SOCK_RAW, 1), "packet socket": open_socket(socket.AF_PACKET, socket.SOCK_RAW, 3),
  "vsock": open_socket(40, socket.SOCK_STREAM, 0), "ptrace": call(101, 16, 1, 0, 0), "process_vm_readv": call(310, 1, 0, 0, 0, 0, 0), "io_uring": call(425, 1, 0), "setuid": call(105, 0), "chown": call(92, b"/work/main.py", 0, 0),
}))`;
    const tried = valueOf(await python(code)) as Record<string, string>;
    expect(Object.entries(tried).filter(([, got]) => got === "done")).toEqual([]);
  });

  test("attacking the process that started it changes nothing but its own answer", async () => {
    const code = `
import ctypes, json, os, signal
libc = ctypes.CDLL(None, use_errno=True)
attached = libc.ptrace(16, 1, None, None)
try:
    with open("/proc/1/mem", "r+b", buffering=0) as memory: opened = True
except OSError: opened = False
for each in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV): os.kill(1, each)
print(json.dumps("done"))`;
    const execution = await python(code);
    // Its parent is a shell of its own user, which it may well stop. It stops nobody but itself.
    expect(["ok", "timeout", "crashed"]).toContain(execution.outcome);
    expect(valueOf(await python(`print(42)`))).toBe(42);
  });

  const TOUCH = `block = bytearray(100 * 2**20)\nfor i in range(0, len(block), 4096): block[i] = 1\n`;
  test.each([
    ["ends well", `import time\n${TOUCH}time.sleep(0.3)\ndel block\nprint(1)`, "ok"],
    ["ends with an error", `import time\n${TOUCH}time.sleep(0.3)\nraise SystemExit(3)`, "crashed"],
    ["is ended", `${TOUCH}while True: pass`, "timeout"],
  ])("the peak of a program that holds 100 MB for a moment and %s is measured", async (_, code, outcome) => {
    const execution = await sandbox.exec({ argv: ["python3", "main.py"] }, { "main.py": code });
    expect(execution.outcome).toBe(outcome);
    expect(execution.usage.peakMemoryMb).toBeGreaterThan(100);
    expect(execution.usage.peakMemoryMb).toBeLessThan(128);
    expect(execution.usage.cpuMs).toBeGreaterThan(5);
  });

  test("what is read from a disk is counted", async () => {
    const code = `
import os
files = (os.path.join(at, name) for at, _, names in os.walk("/usr/lib") for name in names)
file = os.open(max((path for path in files if not os.path.islink(path)), key=os.path.getsize), os.O_RDONLY)
print(os.fstat(file).st_size)
os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
while os.read(file, 1 << 20): pass`;
    const execution = await python(code);
    const size = valueOf(execution);
    const { blockReadBytes } = execution.usage;
    expect(size).toBeGreaterThan(1e6);
    const { CgroupVersion, DockerRootDir } = (await docker.info()) as { CgroupVersion?: string; DockerRootDir: string };
    // Images on no disk of their own, as in a container: nobody counts, and nothing is told.
    if (CgroupVersion !== "2" && diskOf(DockerRootDir) === undefined) return expect(blockReadBytes).toBeUndefined();
    // What others hold in memory need not be read again.
    expect(blockReadBytes).toBeGreaterThan(0);
  });

  test("numpy works, and every number that JSON has comes back", async () => {
    const code = `import sys, json, numpy\nfor line in sys.stdin: print(json.dumps(float(numpy.sqrt(json.loads(line)))))`;
    const execution = await sandbox.exec({ argv: ["python3", "main.py"] }, { "main.py": code }, [4, 9, 0.25]);
    expect(outputsOf(execution)).toEqual([{ value: 2 }, { value: 3 }, { value: 0.5 }]);
  });

  test("a line of NaN is that input's error", async () => {
    const code = `import sys\nfor line in sys.stdin: print("NaN" if line == "2\\n" else line.strip())`;
    const execution = await sandbox.exec({ argv: ["python3", "main.py"] }, { "main.py": code }, [1, 2, 3]);
    expect(outputsOf(execution)).toEqual([{ value: 1 }, { error: "the answer is not JSON: NaN" }, { value: 3 }]);
  });
});
