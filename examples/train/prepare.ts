// Makes the data of this example: node prepare.ts
// It has been run once and its files are committed and locked. Run again it writes the same bytes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeParagraphs } from "./corpus.ts";

/** Seeds and sizes, in bytes. */
const SPLITS = {
  train: { seed: 11, bytes: 300_000 },
  validation: { seed: 22, bytes: 60_000 },
  holdout: { seed: 33, bytes: 60_000 },
};
/** Bytes of one case, about: some paragraphs, each case scored by itself. */
const CASE = 1_000;

/** The files by path. */
export function makeFiles(): Record<string, string> {
  const { train, validation, holdout } = SPLITS;
  return {
    "data/train.txt": writeParagraphs(train.seed, train.bytes).join(""),
    "data/validation.jsonl": cases(writeParagraphs(validation.seed, validation.bytes)),
    "data/holdout.jsonl": cases(writeParagraphs(holdout.seed, holdout.bytes)),
  };
}

/** The input is what the evaluator gets; how many bytes it has, by which bits are divided, stays on the host. */
function cases(paragraphs: readonly string[]): string {
  const texts: string[] = [];
  let text = "";
  for (const paragraph of paragraphs) {
    text += paragraph;
    if (text.length < CASE) continue;
    texts.push(text);
    text = "";
  }
  if (text !== "") texts.push(text);
  return texts
    .map((each) => `${JSON.stringify({ input: { text: each }, reference: { bytes: Buffer.byteLength(each) } })}\n`)
    .join("");
}

if (import.meta.main) {
  mkdirSync(join(import.meta.dirname, "data"), { recursive: true });
  for (const [path, text] of Object.entries(makeFiles())) writeFileSync(join(import.meta.dirname, path), text);
}
