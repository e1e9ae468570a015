import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNodeImage } from "../image/node-image.ts";
import { describeOwnDaemon, OwnDaemon } from "../test/own-daemon.ts";
import { executorOf, limitsOf, never, openSandbox, valueOf } from "../test/sandbox.ts";
import { findEndpoint } from "./endpoint.ts";

/** Daemons of other kinds than the usual one: each is really started. */

const run = (program: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** An authority, and certificates for a daemon at 127.0.0.1 and for a client; `strangers` has those of nobody's authority. */
function makeCertificates(folder: string): void {
  const ssl = (...args: string[]): void => run("openssl", ...args);
  const key = ["-newkey", "rsa:2048", "-nodes", "-batch"];
  const of = (name: string): string => join(folder, name);
  for (const path of ["", "client", "strangers"]) mkdirSync(of(path), { recursive: true });
  ssl(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    "/CN=authority",
    "-keyout",
    of("ca-key.pem"),
    "-out",
    of("ca.pem"),
  );
  const sign = (name: string, keyFile: string, cert: string, extension: string): void => {
    writeFileSync(of("extension"), extension);
    ssl(
      "req",
      "-new",
      ...["-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`],
      "-keyout",
      keyFile,
      "-out",
      of("request"),
    );
    const authority = ["-CA", of("ca.pem"), "-CAkey", of("ca-key.pem"), "-CAcreateserial"];
    ssl("x509", "-req", "-days", "2", "-in", of("request"), ...authority, "-extfile", of("extension"), "-out", cert);
  };
  sign("daemon", of("server-key.pem"), of("server.pem"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
  sign("client", of("client/key.pem"), of("client/cert.pem"), "extendedKeyUsage=clientAuth\n");
  copyFileSync(of("ca.pem"), of("client/ca.pem"));
  const stranger = [...["-keyout", of("strangers/key.pem")], ...["-out", of("strangers/cert.pem")]];
  ssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=stranger", ...stranger);
  copyFileSync(of("ca.pem"), of("strangers/ca.pem"));
}

describeOwnDaemon("a daemon over TLS", () => {
  let daemon: OwnDaemon;
  let host: string;
  const certificates = (): string => join(daemon.folder, "tls");
  beforeAll(async () => {
    const port = await freePort();
    host = `tcp://127.0.0.1:${port}`;
    daemon = await OwnDaemon.start({
      more: (folder) => {
        const tls = join(folder, "tls");
        makeCertificates(tls);
        const files = ["ca.pem", "server.pem", "server-key.pem"].map((name) => join(tls, name));
        return [
          "--host",
          host,
          "--tlsverify",
          ...["--tlscacert", files[0]!, "--tlscert", files[1]!, "--tlskey", files[2]!],
        ];
      },
    });
    await buildNodeImage(daemon.docker);
  });
  afterAll(async () => daemon?.remove());
  const tls = { ca: "client/ca.pem", cert: "client/cert.pem", key: "client/key.pem" };

  test("runs jobs for those who have a certificate, and measures them by what the daemon tells", async () => {
    await using sandbox = await openSandbox("tls", { host, tls }, { diskMb: 4 }, 1, certificates());
    expect(valueOf(await sandbox.call("export default (x: number) => x + 41;"))).toBe(42);
    const program = `node -e 'const kept = Buffer.alloc(5e7, 1); while (process.cpuUsage().user < 6e5) for (let i = 0; i < 1e6; i++); console.log(kept.length)'`;
    const execution = await sandbox.sh(program, [1], { memoryMb: 256, wallMs: 60_000 });
    expect(valueOf(execution)).toBe(5e7);
    expect(execution.usage.cpuMs).toBeGreaterThan(600);
    expect(execution.usage.peakMemoryMb).toBeGreaterThan(50);
    const artifact = await sandbox.exec(
      { argv: ["/bin/sh", "m.sh"], artifacts: ["a"] },
      { "m.sh": "echo 1; printf x >a" },
    );
    expect(artifact).toMatchObject({ outcome: "ok", artifacts: { a: new Uint8Array([120]) } });
  });

  test("knows no strangers, and is not spoken to without certificates", async () => {
    const limits = limitsOf();
    const stranger = { ca: "strangers/ca.pem", cert: "strangers/cert.pem", key: "strangers/key.pem" };
    const executor = await executorOf({ host, tls: stranger }, certificates());
    expect((await executor.doctor(limits)).at(-1)).toMatchObject({ name: "docker: daemon", ok: false });
    await expect(executor.prepare({ limits, concurrency: 1, run: "tls" }, never)).rejects.toMatchObject({
      code: "PAWL_SANDBOX_UNENFORCEABLE",
    });
    const naked = await (await executorOf({ host })).doctor(limits);
    expect(naked.at(-1)).toMatchObject({ name: "docker: daemon", ok: false });
  });

  test("is found by its context, and by DOCKER_HOST with DOCKER_CERT_PATH", async () => {
    const config = join(daemon.folder, "config");
    const id = createHash("sha256").update("lab").digest("hex");
    mkdirSync(join(config, "contexts/meta", id), { recursive: true });
    mkdirSync(join(config, "contexts/tls", id, "docker"), { recursive: true });
    const meta = { Name: "lab", Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
    writeFileSync(join(config, "contexts/meta", id, "meta.json"), JSON.stringify(meta));
    for (const name of ["ca.pem", "cert.pem", "key.pem"])
      copyFileSync(join(certificates(), "client", name), join(config, "contexts/tls", id, "docker", name));
    for (const env of [
      { DOCKER_CONFIG: config, DOCKER_CONTEXT: "lab" },
      { DOCKER_HOST: host, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(certificates(), "client") },
    ]) {
      const before = { ...process.env };
      delete process.env["DOCKER_HOST"];
      Object.assign(process.env, env);
      try {
        expect(findEndpoint({}, "/").name).toBe(host);
        const checks = await (await executorOf()).doctor(limitsOf());
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        expect(checks.map(({ name }) => name)).toContain("docker: memoryMb");
      } finally {
        process.env = before;
      }
    }
  });
});

describeOwnDaemon("a daemon with other runtimes", () => {
  let daemon: OwnDaemon;
  beforeAll(async () => {
    // runc stands in for gVisor, which is not here: what is seen is that the name reaches the daemon.
    daemon = await OwnDaemon.start({ more: () => ["--add-runtime", "runsc=/usr/bin/runc"] });
    await buildNodeImage(daemon.docker);
  });
  afterAll(async () => daemon?.remove());

  test("each is asked for by its name, checked by doctor, and in the lock", async () => {
    const options = { host: daemon.host, runtime: "runsc" } as const;
    const executor = await executorOf(options);
    const checks = await executor.doctor(limitsOf());
    expect(checks.find(({ name }) => name === "docker: runtime")).toMatchObject({ ok: true, detail: "runsc" });
    expect(await executor.fingerprint(never)).toMatchObject({ runtime: "runsc" });
    await executor.prepare({ limits: limitsOf(), concurrency: 1, run: "runtimes" }, never);
    const job = { id: "1/x", files: { "m.sh": "read -r x; sleep 600 </dev/zero || while :; do :; done" } };
    const stop = new AbortController();
    const entry = { kind: "exec", argv: ["/bin/sh", "m.sh"] } as const;
    const inputs = { items: [1], digest: "" };
    const running = executor.execute({ ...job, entry, inputs, seed: 1, limits: limitsOf() }, stop.signal);
    await expect
      .poll(
        async () => {
          const [one] = await daemon.docker.listContainers({ filters: '{"label":["dev.pawl.experiment=1/x"]}' });
          return one === undefined ? "" : (await daemon.docker.getContainer(one.Id).inspect()).HostConfig.Runtime;
        },
        { timeout: 20_000 },
      )
      .toBe("runsc");
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await executor.close();
    const missing = await (await executorOf({ host: daemon.host, runtime: "kata" })).doctor(limitsOf());
    expect(missing.find(({ name }) => name === "docker: runtime")).toMatchObject({
      ok: false,
      detail: expect.stringContaining("kata"),
      remedy: expect.stringContaining("Install the runtime"),
    });
  });
});

/** A user without rights who has numbers to give to the users of containers; .ci/run makes one. */
const USER = "pawl-rootless";
const [uid, gid] = ["-u", "-g"].map((flag) =>
  Number(spawnSync("id", [flag, USER], { encoding: "utf8" }).stdout.trim() || Number.NaN),
) as [number, number];
const asUser = (folder: string): string[] => [
  ...["/usr/bin/setpriv", "--reuid", `${uid}`, "--regid", `${gid}`, "--clear-groups"],
  ...["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", `HOME=${folder}`, `XDG_RUNTIME_DIR=${folder}`],
  ...["rootlesskit", `--state-dir=${join(folder, "rootlesskit")}`, "--net=host", "--copy-up=/etc", "--copy-up=/run"],
];
/** Why none can be started, or undefined. */
function noRootless(): string | undefined {
  if (Number.isNaN(uid)) return `there is no user ${USER}`;
  const folder = spawnSync("mktemp", ["-d"], { encoding: "utf8" }).stdout.trim();
  chownSync(folder, uid, gid);
  const [program, ...rest] = [...asUser(folder), "true"];
  const { status, stderr } = spawnSync(program!, rest, { encoding: "utf8" });
  return status === 0 ? undefined : `rootlesskit does not start: ${stderr.trim().split("\n").at(-1) ?? ""}`;
}
const why = process.getuid?.() === 0 ? noRootless() : "it needs root to become somebody else";
if (why !== undefined) process.stderr.write(`SKIPPED: a rootless Docker daemon, because ${why}\n`);

describe.skipIf(why !== undefined)("a rootless daemon", () => {
  let daemon: OwnDaemon;
  let limited: boolean;
  beforeAll(async () => {
    daemon = await OwnDaemon.start({
      more: () => ["--rootless"],
      wrap: (folder) => {
        chownSync(folder, uid, gid);
        return [...asUser(folder), "/bin/sh", "-c", 'rm -rf /run/docker /run/containerd; exec "$@"', "sh"];
      },
    });
    await buildNodeImage(daemon.docker);
    const info = (await daemon.docker.info()) as { MemoryLimit: boolean };
    limited = info.MemoryLimit;
  });
  afterAll(async () => daemon?.remove());

  test("is told as what it is by doctor, with what it cannot enforce", async () => {
    const checks = await (await executorOf({ host: daemon.host })).doctor(limitsOf());
    expect(checks.find(({ name }) => name === "docker: daemon")?.detail).toMatch(/, rootless$/);
    const bad = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    if (limited) expect(bad).toEqual([]);
    else expect(bad.toSorted()).toEqual(["cpus", "memoryMb", "pids"].map((what) => `docker: ${what}`));
  });

  test("is refused where it cannot limit, and works where that is accepted: the ledger says so", async () => {
    const task = { limits: limitsOf(), concurrency: 1, run: "rootless" };
    const allowUnenforced = limited ? [] : (["cpus", "memoryMb", "pids"] as const);
    if (!limited) {
      const strict = await executorOf({ host: daemon.host });
      await expect(strict.prepare(task, never)).rejects.toMatchObject({ code: "PAWL_SANDBOX_UNENFORCEABLE" });
      const counted = { ...task, limits: limitsOf({ cpuMs: 1_000 }) };
      const lenient = await executorOf({ host: daemon.host, allowUnenforced: [...allowUnenforced] });
      await expect(lenient.prepare(counted, never)).rejects.toMatchObject({ path: "limits.cpuMs" });
    }
    const options = { host: daemon.host, allowUnenforced: [...allowUnenforced] };
    await using sandbox = await openSandbox("rootless", options, { diskMb: 4 });
    const called = await sandbox.call("export default (x: number) => x + 41;");
    expect(valueOf(called)).toBe(42);
    expect(await sandbox.sh("while :; do :; done", [1], { wallMs: 1_000 })).toMatchObject({ outcome: "timeout" });
    expect(valueOf(await sandbox.sh(`for p in / /etc /tmp; do (: >$p/x) 2>/dev/null && echo no; done; echo 1`))).toBe(
      1,
    );
    const withArtifacts = sandbox.exec(
      { argv: ["/bin/sh", "m.sh"], artifacts: ["a"] },
      { "m.sh": "echo 1; echo x >a" },
    );
    if (limited) return expect(await withArtifacts).toMatchObject({ outcome: "ok" });
    expect(called.limits).toContainEqual(expect.objectContaining({ limit: "memoryMb", value: "not enforced" }));
    // Nobody measures here, so nothing is told rather than something wrong.
    expect(called.usage).not.toHaveProperty("cpuMs");
    await expect(withArtifacts).rejects.toMatchObject({ code: "PAWL_SANDBOX_UNENFORCEABLE", path: "entry.artifacts" });
  });
});
