import { fraudAttacks } from "./fraud-attacks.ts";
import { fraudHonest } from "./fraud-honest.ts";
import { leakOf, openFraud } from "./fraud.ts";
import { judge } from "./corpus.ts";
const bench = await openFraud();
const leak = leakOf(bench);
const only = process.argv[2];
for (const [name, text] of [
  ...Object.entries(fraudHonest).map(([n, t]) => ["H " + n, t]),
  ...Object.entries(fraudAttacks).map(([n, t]) => ["A " + n, t(leak)]),
] as [string, string][]) {
  if (only && !name.includes(only)) continue;
  try {
    const r = await judge(bench, { "rules.ts": text });
    console.log(
      name.padEnd(45),
      r.gain.toFixed(4).padStart(8),
      r.verdict.decision.padEnd(7),
      r.evaluations.toFixed(1).padStart(5),
      r.verdict.code.replace("PAWL_GAMING_", ""),
      r.verdict.reason.slice(0, 90),
    );
    if (only) console.log(JSON.stringify(r.verdict.evidence, null, 1).slice(0, 6000));
  } catch (e) {
    console.log(name, String(e).slice(0, 300));
  }
}
await bench.close();
