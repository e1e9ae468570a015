import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { Demux } from "./container/demux.ts";
import { createOptions } from "./container/spec.ts";
import { findEndpoint } from "./daemon/endpoint.ts";
import { type Allowance, readArtifact } from "./exec/artifacts.ts";
import { Collector } from "./exec/collector.ts";
import { packContents } from "./exec/pack.ts";
import { quote, startScript } from "./exec/script.ts";
import { splitTag } from "./image/node-image.ts";
import { readLines, readOutputs } from "./json.ts";
import { optionsSchema } from "./options.ts";

const left = (): Allowance => ({ bytes: 1_000_000, entries: 100 });
const cut = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const points = [...new Set(at.map((each) => each % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...points, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : points[i - 1], end));
};

describe("options", () => {
  test.each([
    ["privileged", { privileged: true }],
    ["the host's network", { hostNetwork: true }],
    ["the Docker socket", { dockerSocket: true }],
    ["a host's folder", { hostMounts: ["/data"] }],
    ["a host's folder as a volume", { volumes: [{ name: "/data", target: "/data" }] }],
    ["a relative folder as a volume", { volumes: [{ name: "./data", target: "/data" }] }],
    ["a writable volume", { volumes: [{ name: "data", target: "/data", readOnly: false }] }],
    ["a volume over the socket's folder", { volumes: [{ name: "data", target: "/var/run" }] }],
    ["a volume over /proc", { volumes: [{ name: "data", target: "/proc/sys" }] }],
    ["a volume with dots", { volumes: [{ name: "data", target: "/a/../proc" }] }],
    ["capabilities", { capAdd: ["SYS_ADMIN"] }],
    ["an unknown runtime", { runtime: "other" }],
    ["giving up what is never probed", { allowUnenforced: ["everything"] }],
  ])("refuse %s", (_, options) => expect(optionsSchema.safeParse(options).success).toBe(false));
  test("grant named data, read-only", () => {
    const { volumes } = optionsSchema.parse({ volumes: [{ name: "data", target: "/data" }] });
    const spec = {
      image: "x",
      imageVolumes: ["/var/lib/x"],
      argv: ["a"],
      env: {},
      labels: {},
      name: "n",
      memoryMb: 64,
      pids: 5,
      cpus: 1,
      cpuSeconds: 9,
      volumes,
    };
    const { HostConfig } = createOptions(spec) as { HostConfig: Record<string, unknown> };
    expect(HostConfig["Mounts"]).toMatchObject([{ Type: "volume", Source: "data", Target: "/data", ReadOnly: true }]);
    // What an image declares as a volume would be a folder of the host, and writable.
    expect(HostConfig["Tmpfs"]).toEqual({ "/var/lib/x": expect.stringContaining("ro,") });
    expect(HostConfig).toMatchObject({
      Memory: 67_108_864,
      MemorySwap: 67_108_864,
      CapDrop: ["ALL"],
      ReadonlyRootfs: true,
      Privileged: false,
    });
  });
});

describe("the daemon's address", () => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-docker-config-"));
  for (const name of ["ca.pem", "cert.pem", "key.pem"]) writeFileSync(join(folder, name), name);
  const id = createHash("sha256").update("lab").digest("hex");
  mkdirSync(join(folder, "contexts/meta", id), { recursive: true });
  mkdirSync(join(folder, "contexts/tls", id, "docker"), { recursive: true });
  writeFileSync(
    join(folder, "contexts/meta", id, "meta.json"),
    JSON.stringify({ Name: "lab", Endpoints: { docker: { Host: "tcp://lab:2376" } } }),
  );
  for (const name of ["ca.pem", "cert.pem", "key.pem"])
    writeFileSync(join(folder, "contexts/tls", id, "docker", name), `lab ${name}`);
  const env = { DOCKER_CONFIG: folder };

  test("comes from DOCKER_HOST, with certificates", () => {
    expect(findEndpoint({}, "/", { ...env, DOCKER_HOST: "unix:///x.sock" })).toMatchObject({
      connection: { socketPath: "/x.sock" },
      local: true,
    });
    const remote = findEndpoint({}, "/", {
      ...env,
      DOCKER_HOST: "tcp://far:2376",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: folder,
    });
    expect(remote).toMatchObject({
      connection: { protocol: "https", host: "far", port: 2376, ca: "ca.pem", cert: "cert.pem", key: "key.pem" },
      local: false,
    });
  });
  test("comes from a context, by option, variable or the current one", () => {
    const lab = { connection: { protocol: "https", host: "lab", port: 2376, cert: "lab cert.pem" } };
    expect(findEndpoint({ context: "lab" }, "/", env)).toMatchObject(lab);
    expect(findEndpoint({}, "/", { ...env, DOCKER_CONTEXT: "lab" })).toMatchObject(lab);
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "lab" }));
    expect(findEndpoint({}, "/", env)).toMatchObject(lab);
    expect(findEndpoint({}, "/", { ...env, DOCKER_HOST: "unix:///x.sock" })).toMatchObject({ local: true });
  });
  test("comes from the options before all else", () => {
    const tls = { cert: "cert.pem", key: "key.pem" };
    expect(findEndpoint({ host: "tcp://gpu-1:2376", tls }, folder, { DOCKER_HOST: "unix:///x.sock" })).toMatchObject({
      connection: { host: "gpu-1", cert: "cert.pem" },
    });
  });
  test.each([
    "tcp://far:2375",
    "tcp://127.evil.example:2375",
    "ssh://user@host",
    "unix://relative.sock",
    "nonsense",
    "ftp://x",
  ])("%s is refused", (host) => {
    let code: unknown;
    try {
      findEndpoint({ host }, "/", {});
    } catch (error) {
      ({ code } = error as { code?: unknown });
    }
    expect(code).toBe("PAWL_CONFIG_INVALID");
  });
  test("a loopback address needs no certificate", () => {
    expect(findEndpoint({ host: "tcp://127.0.0.1" }, "/", {})).toMatchObject({
      connection: { protocol: "http", port: 2375 },
    });
  });
});

describe("what comes out of a container", () => {
  test("is taken apart wherever it is cut", () => {
    const part = fc.record({ stream: fc.constantFrom("stdout", "stderr"), data: fc.uint8Array({ maxLength: 50 }) });
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat()), (parts, at) => {
        const bytes = Buffer.concat(
          parts.flatMap(({ stream, data }) => {
            const header = Buffer.alloc(8);
            header[0] = stream === "stdout" ? 1 : 2;
            header.writeUInt32BE(data.length, 4);
            return [header, data];
          }),
        );
        const got: Record<string, Buffer[]> = { stdout: [], stderr: [] };
        const demux = new Demux((stream, chunk) => got[stream]!.push(chunk));
        for (const chunk of cut(bytes, at)) demux.push(chunk);
        for (const stream of ["stdout", "stderr"]) {
          const expected = Buffer.concat(parts.filter((each) => each.stream === stream).map(({ data }) => data));
          expect(Buffer.concat(got[stream]!)).toEqual(expected);
        }
      }),
    );
  });

  test("ends at its mark, wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(255),
        fc.uint8Array({ maxLength: 20 }),
        fc.array(fc.nat()),
        (output, code, after, at) => {
          const collector = new Collector("mark-0123");
          const bytes = Buffer.concat([output, Buffer.from(`\nmark-0123 ${code}\n`), after]);
          const ends = cut(bytes, at).flatMap((chunk) => collector.push(chunk) ?? []);
          expect(ends[0]).toEqual({ code, stdout: Buffer.from(output) });
        },
      ),
    );
  });

  test("lines are outputs, one for each input", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), (values) => {
        const clean = JSON.parse(
          JSON.stringify(values)
            .replaceAll("__proto__", "p")
            .replace(/-0(?=[,\]}])/g, "0"),
        ) as never[];
        const text = Buffer.from(clean.map((value) => `${JSON.stringify(value)}\n`).join(""));
        expect(readLines(text, clean.length)).toEqual(clean.map((value) => ({ value })));
        expect(typeof readLines(text, clean.length + 1)).toBe("string");
      }),
    );
  });
  test.each([
    ["1e999", "not plain JSON"],
    ["NaN", "not JSON: NaN"],
    ["", "not JSON"],
    [`{"__proto__": 1}`, "not plain JSON"],
    ["[".repeat(500) + "]".repeat(500), "not plain JSON"],
  ])("%s is that input's error", (line, message) => {
    expect(readLines(Buffer.from(`1\n${line}\n2\n`), 3)).toEqual([
      { value: 1 },
      { error: expect.stringContaining(message) },
      { value: 2 },
    ]);
  });
  test.each([
    `[{"value":-0}]`,
    `[{"value":1e999}]`,
    `[{"value":1,"error":"x"}]`,
    `[{"error":1}]`,
    `[1]`,
    `{}`,
    `[{"value":1},{"value":1}]`,
    `[]`,
    `\xff`,
  ])("%s is no answer of a runner", (body) =>
    expect(typeof readOutputs(Buffer.from(body, "latin1"), 1)).toBe("string"),
  );
});

describe("artifacts", () => {
  const tarOf = (fill: (tar: ReturnType<typeof pack>) => void): Readable => {
    const tar = pack();
    fill(tar);
    tar.finalize();
    return tar as unknown as Readable;
  };
  const outcomeOf = async (tar: Readable, path = "out"): Promise<unknown> =>
    readArtifact(tar, path, left()).then(
      (files) => Object.keys(files),
      (error: { outcome?: string }) => error.outcome,
    );
  test.each<[string, Parameters<typeof tarOf>[0], unknown]>([
    [
      "a folder of files",
      (tar) => {
        tar.entry({ name: "out/", type: "directory" });
        tar.entry({ name: "out/a" }, "x");
      },
      ["out/a"],
    ],
    ["a name with ..", (tar) => tar.entry({ name: "out/../../a" }, "x"), "violation"],
    ["an absolute name", (tar) => tar.entry({ name: "/out/a" }, "x"), "violation"],
    ["another name", (tar) => tar.entry({ name: "other" }, "x"), "violation"],
    ["a symbolic link", (tar) => tar.entry({ name: "out", type: "symlink", linkname: "/etc/passwd" }), "violation"],
    ["a hard link", (tar) => tar.entry({ name: "out", type: "link", linkname: "out" }), "violation"],
    ["a device", (tar) => tar.entry({ name: "out", type: "character-device", devmajor: 1 }), "violation"],
    ["a pipe", (tar) => tar.entry({ name: "out", type: "fifo" }), "violation"],
    [
      "a file twice",
      (tar) => {
        tar.entry({ name: "out" }, "x");
        tar.entry({ name: "out" }, "y");
      },
      "violation",
    ],
    ["too many bytes", (tar) => tar.entry({ name: "out" }, Buffer.alloc(1_000_001)), "output-limit"],
    [
      "too many entries",
      (tar) => {
        for (let i = 0; i < 101; i++) tar.entry({ name: `out/${i}` }, "");
      },
      "output-limit",
    ],
    ["a field named __proto__", (tar) => tar.entry({ name: "out/__proto__" }, "x"), ["out/__proto__"]],
  ])("%s", async (_, fill, expected) => expect(await outcomeOf(tarOf(fill))).toEqual(expected));

  test("extended headers without end are cut off", async () => {
    const endless = Readable.from(
      (function* () {
        const header = Buffer.alloc(512);
        header.write("PaxHeader");
        header.write("0000644\0", 100);
        header.write("77777777777\0", 124);
        header.write("        x", 148);
        header.write("ustar\x0000", 257);
        const sum = header.reduce((a, b) => a + b, 0);
        header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
        yield header;
        for (let i = 0; i < 100_000; i++) yield Buffer.alloc(65_536, 97);
      })(),
    );
    expect(await outcomeOf(endless)).toBe("violation");
  });

  test("bytes of no tar never hang and never throw anything else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (bytes) => {
        const settled = await readArtifact(Readable.from([Buffer.from(bytes)]), "out", left()).then(
          () => "done",
          (error: Error) => error.name,
        );
        expect(["done", "ArtifactFault", "DaemonGone"]).toContain(settled);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what goes into a container", () => {
  const start = "x";
  const contents = { start, artifacts: [], writable: true };
  test.each([
    ["a path that leads out", { files: { "../x": "" } }],
    ["an absolute path", { files: { "/x": "" } }],
    ["Pawl's own folder", { files: { ".pawl/start": "" } }],
    ["two files at one path", { files: { a: "" }, bundle: { digest: "", files: { a: new Uint8Array() } } }],
    ["a file at the place of a folder", { files: { a: "", "a/b": "" } }],
    [
      "an artifact over a locked file",
      { files: {}, bundle: { digest: "", files: { a: new Uint8Array() } }, artifacts: ["a"] },
    ],
  ])("%s is refused", async (_, more) => {
    await expect(packContents({ ...contents, ...more })).rejects.toMatchObject({ code: "PAWL_CONFIG_INVALID" });
  });
  test("a word of the shell is that word", () => {
    expect(quote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
    const program = { argv: ["a b", "$(reboot)"], env: { "A-B": "x" } };
    expect(() => startScript({ program, seed: 1, inputs: true, mark: "m" })).toThrow("environment variable");
    expect(startScript({ program: { argv: ["a b", "$(x)"] }, seed: 1, inputs: false, mark: "m" })).toContain(
      `'a b' '$(x)' </dev/null`,
    );
  });
  test("a tag is found behind a host's port", () => {
    expect(splitTag("host:5000/a/b")).toEqual(["host:5000/a/b", "latest"]);
    expect(splitTag("host:5000/a/b:1")).toEqual(["host:5000/a/b", "1"]);
  });
});
