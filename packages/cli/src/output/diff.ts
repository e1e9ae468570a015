import type { Colors } from "./output.ts";
import { sanitiseLines } from "./text.ts";

/** The diff's lines for a terminal: coloured, and with nothing in them that a terminal obeys. */
export function diffLines(diff: string, colors: Colors): string[] {
  if (diff === "") return [];
  return sanitiseLines(diff).map((line) => {
    if (line.startsWith("+++") || line.startsWith("---")) return colors.bold(line);
    if (line.startsWith("+")) return colors.green(line);
    if (line.startsWith("-")) return colors.red(line);
    if (line.startsWith("@@")) return colors.cyan(line);
    return line;
  });
}
