/**
 * Turns a terminal screen (text with ANSI colours, on stdin) into an SVG (on stdout). The picture on the first page:
 *
 *     tmux new-session -d -s demo -x 100 -y 30 "pnpm demo"
 *     tmux capture-pane -e -p -t demo | node scripts/terminal-svg.ts > docs/images/demo.svg
 */
import { readFileSync } from "node:fs";

const CELL = { width: 8.4, height: 18 };
const PADDING = 16;
const COLOURS: Record<number, string> = {
  30: "#484f58",
  31: "#ff7b72",
  32: "#3fb950",
  33: "#d29922",
  34: "#58a6ff",
  35: "#bc8cff",
  36: "#39c5cf",
  37: "#b1bac4",
  90: "#6e7681",
};
const FOREGROUND = "#e6edf3";

interface Run {
  readonly text: string;
  readonly column: number;
  readonly style: string;
}

/** Splits one line into pieces of one style each. */
function runs(line: string): Run[] {
  const found: Run[] = [];
  let colour = FOREGROUND;
  let bold = false;
  let dim = false;
  let column = 0;
  for (const [, codes, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
    if (text !== undefined) {
      const style = `fill="${colour}"${bold ? ' font-weight="bold"' : ""}${dim ? ' opacity="0.6"' : ""}`;
      found.push({ text, column, style });
      column += [...text].length;
      continue;
    }
    for (const code of (codes === "" ? "0" : (codes ?? "0")).split(";").map(Number)) {
      if (code === 0) [colour, bold, dim] = [FOREGROUND, false, false];
      else if (code === 1) bold = true;
      else if (code === 2) dim = true;
      else if (code === 22) [bold, dim] = [false, false];
      else if (code === 39) colour = FOREGROUND;
      else colour = COLOURS[code] ?? colour;
    }
  }
  return found;
}

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const lines = readFileSync(0, "utf8").trimEnd().split("\n");
const columns = Math.max(...lines.map((line) => line.replaceAll(/\u001b\[[\d;]*m/g, "").length));
const width = Math.ceil(columns * CELL.width + 2 * PADDING);
const height = lines.length * CELL.height + 2 * PADDING;
const body = lines.flatMap((line, row) =>
  runs(line).map(({ text, column, style }) => {
    const x = (PADDING + column * CELL.width).toFixed(1);
    const y = PADDING + (row + 0.75) * CELL.height;
    // The length is given, so that a font of another width cannot push the columns apart.
    const length = ([...text].length * CELL.width).toFixed(1);
    return `<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve" ${style}>${escape(text)}</text>`;
  }),
);
process.stdout.write(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">\n` +
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n${body.join("\n")}\n</svg>\n`,
);
