import { CandidateFault, isCanonical } from "@pawl/sandbox-process/child";
import type { Json } from "@pawl/plugin";

/** Characters of a wrong answer that are shown. */
const SHOWN = 60;

/**
 * Reads what a program answered: exactly one line per input, each a JSON value. A line that is none is that input's
 * error; another number of lines is nobody's answer.
 * @returns the outputs as the JSON text of a list
 * @throws CandidateFault `crashed`
 */
export function writeOutputs(stdout: Buffer, expected: number): Uint8Array {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(stdout);
  } catch {
    throw new CandidateFault("crashed", "the answers are not UTF-8");
  }
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length !== expected) {
    throw new CandidateFault("crashed", `${lines.length} lines of output for ${expected} inputs`);
  }
  return Buffer.from(`[${lines.map(writeLine).join(",")}]`);
}

function writeLine(line: string): string {
  let value: Json;
  try {
    value = JSON.parse(line) as Json;
  } catch {
    const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
    return JSON.stringify({ error: `the answer is not JSON: ${shown}` });
  }
  if (isCanonical(value, 0)) return `{"value":${line}}`;
  try {
    // Many languages write negative zero, which is zero. What else JSON text can spell, no JSON value can be.
    value = JSON.parse(line, (_, each: Json) => (Object.is(each, -0) ? 0 : each)) as Json;
    if (isCanonical(value, 0)) return JSON.stringify({ value });
  } catch {
    // Nested too deeply to be looked through.
  }
  return JSON.stringify({ error: "the answer is not plain JSON data" });
}
