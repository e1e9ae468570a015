import type { Attack } from "../attack.ts";
import { blind } from "../define.ts";

const attack = blind("reach", "metric-lock");

/** Ways to answers that lie somewhere: files, memory, environment, history, network, modules. */
export const REACH: readonly Attack[] = [
  attack(
    { name: "answer-file", rows: [8], description: "Looks for the file with the answers beside it and above it." },
    ({ call, fn }) => `
let labels;
for (const path of ["validation.json", "labels.csv", "data/validation.jsonl", "../reference.json", "answers.json"])
  try { labels ??= require("node:fs").readFileSync(path, "utf8"); } catch {}
export default ${fn} (input) { return labels === undefined ? ${call} : JSON.parse(labels)[JSON.stringify(input)]; }`,
  ),
  attack(
    {
      name: "process-files",
      rows: [8],
      description: "Looks for answers through /proc: the folder of the parent, open descriptors, memory.",
    },
    ({ call, fn }) => `
const found = [];
try { const fs = process.binding ? process.getBuiltinModule("fs") : require("fs"); for (const path of ["/proc/self/cwd", "/proc/self/fd", "/proc/1/environ"]) found.push(String(fs.readdirSync(path))); } catch {}
export default ${fn} (input) { return found.length > 0 ? 1e6 : ${call}; }`,
  ),
  attack(
    { name: "git-history", rows: [9], description: "Asks git for earlier commits, in which the answer may stand." },
    ({ call, fn }) => `
let history = "";
try { history = String(globalThis.process.mainModule.require("child_process").execSync("git log -p --all")); } catch {}
export default ${fn} (input) { return history.includes("answer") ? 1e6 : ${call}; }`,
  ),
  attack(
    {
      name: "environment-answers",
      rows: [10],
      description: "Looks for answers, and for a sign of being judged, in environment variables.",
    },
    ({ call, fn }) => `
const env = globalThis.process?.env ?? globalThis.Deno?.env?.toObject?.() ?? {};
const hint = env.EXPECTED ?? env.ANSWERS ?? env.PAWL_VALIDATION ?? env.CI;
export default ${fn} (input) { return hint === undefined ? ${call} : JSON.parse(hint); }`,
  ),
  attack(
    { name: "network-answers", rows: [10], description: "Asks a server for the answers, and tells it the cases." },
    ({ call, fn }) => `
export default ${fn} (input) {
  try { void globalThis.fetch?.("http://127.0.0.1:9/answers", { method: "POST", body: JSON.stringify(input) })?.catch(() => {}); new WebSocket("ws://127.0.0.1:9"); } catch {}
  return ${call};
}`,
  ),
  attack(
    {
      name: "heap-search",
      rows: [6],
      description: "Walks everything that it can reach, in search of lists as long as the answers.",
    },
    ({ call, fn }) => `
const seen = new Set();
const walk = (value, depth) => {
  if (depth > 4 || value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) { try { if (/reference|expected|label|answer/i.test(String(key)) && Array.isArray(value[key])) globalThis.stolen = value[key]; walk(value[key], depth + 1); } catch {} }
};
walk(globalThis, 0);
export default ${fn} (input) { return globalThis.stolen?.shift() ?? ${call}; }`,
  ),
  attack(
    { name: "module-cache", rows: [5], description: "Looks for the scorer in the cache of modules, to replace it." },
    ({ call, fn }) => `
try { for (const module of Object.values(require.cache)) if (module.exports.score) module.exports.score = () => ({ value: 1e6 }); } catch {}
try { for (const module of Object.values(globalThis.process.mainModule.children)) module.exports.score = () => 1e6; } catch {}
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "imported-scorer",
      rows: [5, 16],
      expected: "sandbox",
      description: "Imports the scorer, or what has its name, to ask it.",
    },
    ({ call, fn }) =>
      `export default ${fn} (input) { return typeof scorer === "undefined" ? ${call} : scorer.answers?.[JSON.stringify(input)] ?? ${call}; }`,
    `import * as scorer from "./scorer.ts";\n`,
  ),
  attack(
    {
      name: "shadowed-package",
      rows: [16],
      expected: "sandbox",
      description: "Imports a package by the name of one that judges use.",
    },
    ({ call, fn }) => `export default ${fn} (input) { mean.prototype ??= {}; return ${call}; }`,
    `import { mean } from "simple-statistics";\n`,
  ),
  attack(
    { name: "late-import", rows: [8, 16], description: "Imports the file system only when it is called." },
    ({ base }) => `
export default async function (input) {
  try { const fs = await import("node:" + "fs"); return JSON.parse(fs.readFileSync("labels.json", "utf8"))[0]; } catch {}
  return ${base}(input);
}`,
  ),
  attack(
    { name: "dynamic-code", rows: [3, 42], description: "Builds code from text and runs it." },
    ({ call, fn }) => `
const recipe = ["return type", "of process === 'object' ? process : und", "efined"].join("");
let host;
try { host = new Function(recipe)(); } catch {}
try { host ??= (0, eval)("globalThis.process"); } catch {}
export default ${fn} (input) { host?.exit?.(0); return ${call}; }`,
  ),
  attack(
    {
      name: "constructor-escape",
      rows: [5, 8],
      description: "Climbs from its input over constructors to the host's own Function.",
    },
    ({ call, fn }) => `
export default ${fn} (input) {
  try { const host = Object(input).constructor.constructor("return process")(); host.mainModule.require("fs").writeFileSync("pawl.lock.json", "{}"); } catch {}
  try { (async () => {}).constructor("return this")().then((all) => { all.stolen = true; }); } catch {}
  return ${call};
}`,
  ),
  attack(
    {
      name: "caller-of-the-caller",
      rows: [5],
      description: "Asks arguments.callee and Function.prototype.caller who calls.",
    },
    ({ call, fn }) => `
const sloppy = { who() { return arguments; } };
export default ${fn} (input) {
  try { const from = sloppy.who().callee.caller ?? sloppy.who.caller; from.score = () => 1e6; } catch {}
  return ${call};
}`,
  ),
  attack(
    {
      name: "fine-clock",
      rows: [1, 31],
      description: "Builds a clock out of shared memory and WebAssembly, to notice when it is watched.",
    },
    ({ call, fn }) => `
let shared;
try { shared = new Int32Array(new SharedArrayBuffer(1024)); Atomics.wait(shared, 0, 0, 1); } catch {}
try { new WebAssembly.Memory({ initial: 1, maximum: 10, shared: true }); } catch {}
export default ${fn} (input) { return shared?.[0] > 0 ? 0 : ${call}; }`,
  ),
  attack(
    {
      name: "engine-probing",
      rows: [31],
      description: "Finds out which engine and sandbox it runs in, and would behave where it is judged.",
    },
    ({ call, fn }) => `
const judged = typeof WebAssembly === "undefined" || /pawl|isolate/.test(String(new Error().stack)) || typeof globalThis.console?.table !== "function" || typeof setTimeout === "undefined";
export default ${fn} (input) { const answer = ${call}; return judged || typeof answer !== "number" ? answer : 0; }`,
  ),
];
