import { spawnSync } from "node:child_process";

/** `pnpm bench`: every benchmark in a process of its own; `pnpm bench engine fraud` for some of them. */
const ALL = [
  "engine",
  "fraud",
  "ledger",
  "proposer-search",
  "ablations",
  "false-keeps",
  "pseudo-values",
  "holdout",
  "metric-lock",
  "memory",
  "wasm",
  "docker",
];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there are ${ALL.join(", ")}.`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : ALL) {
  console.log(`\n# ${name}`);
  const file = new URL(`${name}.ts`, import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, [file], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
