import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { git, jsonLines, pawl, projects, succeed } from "./test/command.ts";
import { HOSTILE_CONFIG, hostileProposer } from "./test/hostile.ts";

const project = projects();
const workspace = fileURLToPath(new URL("../../../", import.meta.url));

/** The starter with a hostile proposer, locked and committed. */
async function hostile(name: string, attack: string, { imports = "", files = {} as Record<string, string> } = {}) {
  const dir = await project(name);
  writeFileSync(join(dir, "pawl.config.ts"), HOSTILE_CONFIG);
  writeFileSync(join(dir, "hostile.ts"), hostileProposer(attack, imports));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  await relock(dir);
  return dir;
}

async function relock(dir: string): Promise<void> {
  await git(dir, "config", "user.name", "Grace");
  await pawl(dir, ["lock", "--accept", "--reason", "made for a test"]);
  await git(dir, "add", "-A");
  await git(dir, "commit", "-qm", "Lock");
}

/** Runs until it is refused, and says how that went. */
async function refusal(dir: string) {
  const { code, stdout, stderr } = await pawl(dir, ["run", "--json"]);
  const lines = jsonLines(stdout);
  const paused = lines.find(({ type }) => type === "run.paused")?.["data"] as { code?: string } | undefined;
  return {
    exit: code,
    code: lines.at(-1)?.["code"],
    paused: paused?.code,
    commits: lines.filter(({ type }) => type === "champion.committed").length,
    stderr,
  };
}

/** What {@link refusal} must give: the code, in the ledger as well, and nothing committed. */
const refused = (code: string, detail: RegExp) => ({
  exit: 4,
  code,
  paused: code,
  commits: 0,
  stderr: expect.stringMatching(detail) as string,
});

test("without an attack the idea is kept, and every verification that came before a commit is in the ledger", async () => {
  const dir = await hostile("honest", "");
  const lines = jsonLines(await succeed(dir, "run", "--json"));
  const told = lines.flatMap(({ type, data }) => {
    const { moment, experiment, status } = (data ?? {}) as { moment?: string; experiment?: number; status?: string };
    if (type === "seal.verified") return [`${moment} ${experiment ?? ""}`.trim()];
    if (type === "champion.committed") return [`committed ${experiment}`];
    return type === "experiment.finished" && status === "kept" && experiment !== 0 ? [`kept ${experiment}`] : [];
  });
  expect(told.slice(0, 4)).toEqual(["start", "commit 3", "kept 3", "committed 3"]);
  expect(told.at(-1)).toBe("end");
  const start = lines.find(({ type }) => type === "seal.verified");
  expect(start?.["data"]).toMatchObject({ evaluations: "digested", touched: [] });
  expect((start?.["data"] as { files?: number } | undefined)?.files).toBeGreaterThan(50);
});

describe("what a proposer replaces inside of the process is noticed before anything is committed", () => {
  test.each([
    ["a method of arrays", "Array.prototype.reduce = () => 0;", /Array\.prototype: "reduce"/],
    ["a function of mathematics", "Math.abs = () => 0;", /Math: "abs"/],
    ["a property that all objects inherit", "(Object.prototype as any).value = 42;", /Object\.prototype: properties/],
    ["a getter in place of a function", "Object.defineProperty(Math, 'max', { get: () => () => 0 });", /Math: "max"/],
    ["a global", "globalThis.structuredClone = ((x: unknown) => x) as never;", /globalThis: "structuredClone"/],
    ["what reads files", "fs.readFileSync = (() => '') as never; syncBuiltinESMExports();", /node:fs: "readFileSync"/],
    ["what digests", "Object.getPrototypeOf(createHash('md5')).digest = () => '0';", /hashes: "digest"/],
    [
      "the check of verdicts",
      "(verdictSchema as any).safeParse = (data: any) => ({ success: true, data: { ...data, decision: 'pass' } });",
      /schema of verdicts/,
    ],
  ])("%s", async (name, attack, detail) => {
    const imports = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
      import { createHash } from "node:crypto"; import { verdictSchema } from "@pawl/plugin";`;
    const dir = await hostile(name.replaceAll(" ", "-"), attack, { imports });
    expect(await refusal(dir)).toEqual(refused("PAWL_SEAL_BROKEN", detail));
  });

  test("a method of the scorer's class", async () => {
    const scorer = `import { defineScorer } from "@pawl/plugin";
      export class Forecast {
        readonly metric = { name: "mean error", direction: "minimize" } as const;
        async load(split: any, seed: number) {
          const inputs = [1, 2, 3].map((temperature) => ({ temperature }));
          return { split, seed, inputs, reference: inputs.map(({ temperature }) => 12 + 5 * temperature) };
        }
        off(answer: any, sold: number) { return Math.abs(answer - sold); }
        async score(outputs: any, { reference }: any) {
          const samples = reference.map((sold: number, at: number) => this.off(outputs[at].value, sold));
          return { value: samples.reduce((sum: number, error: number) => sum + error, 0) / samples.length, samples };
        }
      }
      export const forecast = defineScorer({ name: "forecast", create: () => new Forecast() as any });`;
    const dir = await hostile("class", "Forecast.prototype.off = () => 0;", {
      imports: 'import { Forecast } from "./scorer.ts";',
      files: { "scorer.ts": scorer },
    });
    expect(await refusal(dir)).toEqual(refused("PAWL_SEAL_BROKEN", /forecast: its "off"/));
  });
});

test("what a proposer is handed cannot be changed", async () => {
  const attack = `
    const tried = [
      () => { context.champion.files["sales.ts"] = ""; },
      () => { context.metric.direction = "maximize"; },
      () => { context.history.recent(1)[0].score = 0; },
      () => { context.history.add = () => {}; },
      () => { context.train.inputs[0].temperature = 0; },
    ].map((attempt) => { try { attempt(); return "done"; } catch { return "refused"; } });
    context.history.kept().length = 0;
    writeFileSync("tried.txt", [...tried, context.history.kept().length].join(" "));`;
  const dir = await hostile("handed", attack);
  await succeed(dir, "run");
  expect(readFileSync(join(dir, "tried.txt"), "utf8")).toBe("refused refused refused refused refused 1");
});

describe("files", () => {
  test.each([
    ["the config", "pawl.config.ts"],
    ["a file of the evaluator", "scorer.ts"],
  ])("%s cannot be edited in mid-run", async (name, file) => {
    const dir = await hostile(name.replaceAll(" ", "-"), `appendFileSync("${file}", "// better\\n");`);
    expect(await refusal(dir)).toEqual(refused("PAWL_LOCK_VIOLATION", new RegExp(file.replaceAll(".", "\\."))));
  });

  test("data that is edited and restored has no effect, and the ledger says that it was touched", async () => {
    const files = {
      "pawl.config.ts": HOSTILE_CONFIG.replace("surface:", 'locked: ["data.json"],\n  surface:'),
      "data.json": "[1]",
    };
    const attack = `writeFileSync("data.json", "[2]"); writeFileSync("data.json", "[1]");`;
    const dir = await hostile("restored", attack, { files });
    const lines = jsonLines(await succeed(dir, "run", "--json"));
    const seals = lines.filter(({ type }) => type === "seal.verified").map(({ data }) => data);
    expect(seals[0]).toMatchObject({ moment: "start", touched: [] });
    expect(seals[1]).toMatchObject({ moment: "commit", experiment: 3, touched: ["data.json"] });
    expect(seals.at(-1)).toMatchObject({ moment: "end", touched: ["data.json"] });
  });
});

/** Puts a copy of a built-in where an installed package lies, with what it depends on. */
function install(dir: string, folder: string): string {
  const target = join(dir, "node_modules/@pawl", folder);
  for (const part of ["package.json", "dist"])
    cpSync(join(workspace, "plugins", folder, part), join(target, part), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as { dependencies: object };
  for (const name of Object.keys(dependencies)) {
    const link = join(dir, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(workspace, "plugins", folder, "node_modules", name), link);
  }
  return join(target, "dist/improvement.js");
}

const lockOf = (dir: string): { digest: string; content: { code: object } } =>
  JSON.parse(readFileSync(join(dir, "pawl.lock.json"), "utf8")) as never;

describe("the code of packages", () => {
  test("is locked by what it is, and not by where it lies: an installed copy fits a workspace's lock", async () => {
    const dir = await hostile("installed", "");
    const before = lockOf(dir).digest;
    install(dir, "gate-improvement");
    expect(await succeed(dir, "lock")).toContain("fits");
    expect(lockOf(dir).digest).toBe(before);
  });

  test("is locked for the libraries that gates decide by, too", async () => {
    const { content } = lockOf(await hostile("libraries", ""));
    const digest = expect.stringMatching(/^sha256:/);
    expect(content.code).toMatchObject({ "@pawl/statistics": { digest }, "@pawl/gate-improvement": { digest } });
    expect(content.code).toHaveProperty(["simple-statistics"], { version: expect.any(String) });
  });

  test("that was edited is a violation at the start", async () => {
    const dir = await hostile("edited", "");
    const file = install(dir, "gate-improvement");
    writeFileSync(file, readFileSync(file, "utf8").replace("minEffect", "minEffect "));
    const { code, stderr } = await pawl(dir, ["run"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/PAWL_LOCK_VIOLATION[^]*code\.@pawl\/gate-improvement\.digest/);
  });

  test("that is edited in mid-run is a violation before the next commit", async () => {
    const dir = await hostile(
      "mid-run",
      `appendFileSync("node_modules/@pawl/gate-improvement/dist/improvement.js", "\\n");`,
    );
    install(dir, "gate-improvement");
    expect(await refusal(dir)).toEqual(refused("PAWL_LOCK_VIOLATION", /gate-improvement\/dist\/improvement\.js/));
  });

  test("that a loader changes on its way into the process is a violation, though the file is as it was", async () => {
    const dir = await hostile("loader", "");
    const hook = `import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) {
        const loaded = next(url, context);
        if (!url.endsWith("gate-improvement/dist/improvement.js")) return loaded;
        return { ...loaded, source: String(loaded.source) + "\\nexport const more = 1;\\n" };
      } });`;
    writeFileSync(join(dir, "hook.mjs"), hook);
    const { code, stderr } = await pawl(dir, ["run"], { env: { NODE_OPTIONS: `--import=${join(dir, "hook.mjs")}` } });
    expect(code).toBe(4);
    expect(stderr).toMatch(/improvement\.js: was loaded as something else/);
  });
});
