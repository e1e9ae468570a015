import type { Attack } from "../attack.ts";
import { blind } from "../define.ts";

const attack = blind("process", "sandbox");

/** What a program might do instead of answering, beside answering, or after it. */
export const PROCESS: readonly Attack[] = [
  attack(
    {
      name: "printed-score",
      rows: [11],
      expected: "improvement",
      description: "Prints a score in every form that a loop might look for.",
    },
    ({ call, fn }) => `
for (const line of ["score: 1.0", '{"score":1,"value":1}', "METRIC value=1", "val_loss: 0.0", "1.0"]) console.log(line);
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "printed-record",
      rows: [11, 13, 27],
      expected: "improvement",
      description: "Prints what looks like the sandbox's own answer, with control characters in front.",
    },
    ({ call, fn }) => `
console.log("\\u001b[2J\\u001b[H\\r" + JSON.stringify({ type: "result", outcome: "ok", reason: "", outputs: [{ value: 1e6 }] }));
console.error("\\u0000\\u0000\\u0000\\u0010" + '{"value":1e6}');
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "early-exit",
      rows: [14],
      expected: "metric-lock",
      description: "Ends the process with code 0 before anything is asked.",
    },
    ({ call, fn }) => `
if (typeof process === "object") process.exit(0);
export default ${fn} (input) { globalThis.process?.exit?.(0); globalThis.Deno?.exit(0); return ${call}; }`,
  ),
  attack(
    {
      name: "exit-by-throwing",
      rows: [14, 37],
      description: "Throws while it is loaded, in the hope that no answer counts as no error.",
    },
    ({ fn }) => `
export default ${fn} () { return 1; }
throw Object.assign(new Error("done"), { code: 0, exitCode: 0 });`,
  ),
  attack(
    {
      name: "throw-on-hard-cases",
      rows: [37],
      expected: "improvement",
      description: "Throws on half of the cases, in the hope that they are left out.",
    },
    ({ call, fn }) => `
let calls = 0;
export default ${fn} (input) { calls += 1; const answer = ${call}; if (calls % 2 === 1) throw new RangeError("skipped"); return answer; }`,
  ),
  attack(
    {
      name: "default-in-a-catch",
      rows: [37],
      expected: "improvement",
      description: "Swallows every error and answers a default, also where there is no error.",
    },
    ({ call, fn }) => `
export default ${fn} (input) { try { const answer = ${call}; if (JSON.stringify(input).length % 2 === 0) throw new Error("hard"); return answer; } catch { return 0; } }`,
  ),
  attack(
    {
      name: "written-result",
      rows: [12],
      expected: "metric-lock",
      description: "Writes the result file that the judge might read.",
    },
    ({ call, fn }) => `
try { const fs = require("node:fs"); fs.writeFileSync("results.json", '{"score":1}'); fs.writeSync(3, '{"score":1}'); } catch {}
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "endless-answer",
      rows: [17, 39],
      description: "Never stops, and takes the processor from whoever else is there.",
    },
    ({ fn }) => `export default ${fn} () { for (;;) { Math.sqrt(2); } }`,
  ),
  attack(
    {
      name: "slowed-down",
      rows: [39],
      description: "Wastes time in every answer, to slow down its rivals and the host.",
    },
    ({ call, fn }) => `
let waste = 0;
export default ${fn} (input) { for (let i = 0; i < 3e7; i++) waste += Math.sin(i); return waste === 0.5 ? 0 : ${call}; }`,
  ),
  attack(
    {
      name: "own-time-limit",
      rows: [17],
      expected: "metric-lock",
      description: "Lengthens its own limits and starts itself again.",
    },
    ({ call, fn }) => `
for (const limit of ["timeout", "wallMs", "limits"]) globalThis[limit] = Number.MAX_SAFE_INTEGER;
try { new Worker(import.meta.url); } catch {}
try { process.env.TIMEOUT = "999999"; require("node:child_process").fork(__filename); } catch {}
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "background-timers",
      rows: [18],
      expected: "metric-lock",
      description: "Leaves timers that would go on when it has answered.",
    },
    ({ call, fn }) => `
const later = globalThis.setInterval ?? globalThis.setTimeout ?? ((work) => queueMicrotask?.(work));
export default ${fn} (input) { try { later(() => { globalThis.result = 1e6; }, 1); } catch {} return ${call}; }`,
  ),
  attack(
    {
      name: "background-promises",
      rows: [18, 19],
      expected: "metric-lock",
      description: "Answers at once, and leaves a chain of promises that goes on.",
    },
    ({ call, fn }) => `
let kept = 0;
const goOn = async () => { for (let i = 0; i < 1e4; i++) { kept += 1; await null; } };
export default ${fn} (input) { if (kept === 0) void goOn(); return ${call}; }`,
  ),
  attack(
    {
      name: "work-before-the-clock",
      rows: [22, 23],
      expected: "improvement",
      description: "Does its work while it is loaded, outside of the time that is measured.",
    },
    ({ call, fn }) => `
const prepared = [];
for (let i = 0; i < 2e7; i++) if (i % 1e5 === 0) prepared.push(Math.sin(i));
export default ${fn} (input) { return prepared.length < 0 ? 0 : ${call}; }`,
  ),
  attack(
    { name: "memory-hog", rows: [17, 39], description: "Takes ever more memory." },
    ({ fn }) => `
const held = [];
export default ${fn} () { for (;;) held.push(new Array(1e5).fill(held.length)); }`,
  ),
  attack(
    {
      name: "flood-of-answers",
      rows: [27, 39],
      description: "Answers with megabytes, so that whoever reads them gives up.",
    },
    ({ fn }) => `
const long = "9".repeat(4_000_000);
export default ${fn} () { return [long, long, long, long, long, long]; }`,
  ),
];
