import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const ROWS = 1_000_000;

async function writeTable(path: string): Promise<void> {
  const file = createWriteStream(path);
  file.write("time,customer,amount,note,label\n");
  for (let start = 0; start < ROWS; start += 1_000) {
    let text = "";
    for (let i = start; i < start + 1_000; i++) {
      text += `${i},c${i % 997},${(i % 7919) / 100},"note ""${i % 13}""\nsecond line",${i % 50 === 0 ? 1 : 0}\n`;
    }
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

/** Runs in a process of its own, so that its memory is nobody else's, with a heap that the table does not fit in. */
const program = `
  import { tabular } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
  const [root] = process.argv.slice(1);
  const configured = tabular({
    file: "big.csv",
    label: "label",
    metric: "pr-auc",
    split: { by: "time", column: "time", fractions: { train: 0.6, validation: 0.2, holdout: 0.2 } },
    sample: 10_000,
  });
  const scorer = await configured.create(configured.schema.parse(configured.options), { root });
  const evaluation = await scorer.load("validation", 1, new AbortController().signal);
  const outputs = evaluation.inputs.map((input) => ({ value: input.amount }));
  const score = await scorer.score(outputs, evaluation, new AbortController().signal);
  const times = evaluation.inputs.map((input) => input.time);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const answer = { cases: times.length, from: Math.min(...times), to: Math.max(...times), score: score.value, peakMb };
  console.log(JSON.stringify({ ...answer, first: evaluation.inputs[0] }));
`;

test("a million rows are scored within a heap of 96 MiB", { timeout: 600_000 }, async () => {
  const root = await mkdtemp(join(tmpdir(), "pawl-million-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeTable(join(root, "big.csv"));
  const { stdout } = await execa(
    process.execPath,
    ["--max-old-space-size=96", "--input-type=module", "-e", program, root],
    { timeout: 500_000 },
  );
  const found = JSON.parse(stdout);
  expect(found.cases).toBe(10_000);
  expect(found.from).toBeGreaterThanOrEqual(600_000);
  expect(found.to).toBeLessThan(800_000);
  expect(found.score).toBeGreaterThan(0);
  expect(found.first.note).toMatch(/^note "\d+"\nsecond line$/);
  expect(found.peakMb).toBeLessThan(600);
});
