/** A piece of source text that means something: layout and comments are none. */
export interface Token {
  readonly text: string;
  /** It names something, so that another name may mean the same. */
  readonly name: boolean;
}

/** How comments are written. */
type Style = "slashes" | "hash" | "none";

const STYLES: Readonly<Record<string, Style>> = Object.fromEntries([
  ...[
    "js",
    "mjs",
    "cjs",
    "jsx",
    "ts",
    "mts",
    "cts",
    "tsx",
    "java",
    "c",
    "h",
    "cc",
    "cpp",
    "cs",
    "go",
    "rs",
    "swift",
    "kt",
  ].map((each) => [each, "slashes"] as const),
  ...["py", "rb", "sh", "r", "pl", "yaml", "yml", "toml"].map((each) => [each, "hash"] as const),
]);

// Every part takes what it finds to its end or to the end of the text, so that none is scanned twice.
const SLASHES = String.raw`(?<comment>\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?)`;
const HASH = String.raw`(?<comment>#[^\n]*)`;
const NEVER = String.raw`(?<comment>(?!))`;
const REST = [
  String.raw`(?<string>"""(?:[^"\\]|\\[^]|"(?!""))*(?:""")?|\x60(?:[^\x60\\]|\\[^])*\x60?|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?)`,
  String.raw`(?<word>[\p{L}_$][\p{L}\p{N}_$]*)`,
  String.raw`(?<number>\p{N}[\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*)`,
  String.raw`(?<other>[^\s])`,
].join("|");
const LEXERS: Readonly<Record<Style, RegExp>> = {
  slashes: new RegExp(`${SLASHES}|${REST}`, "gu"),
  hash: new RegExp(`${HASH}|${REST}`, "gu"),
  none: new RegExp(`${NEVER}|${REST}`, "gu"),
};
const WORDS = /[\p{L}\p{N}_]+|[^\s]/gu;

/**
 * Cuts source text of any language into tokens, by rough rules: good enough to see how alike two changes are, and not
 * to decide anything. Words of strings are tokens of their own, so that a prompt is compared word by word.
 */
export function tokensOf(path: string, text: string): Token[] {
  const style = STYLES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? "none";
  const tokens: Token[] = [];
  for (const { groups = {} } of text.matchAll(LEXERS[style])) {
    const { string, word, number, other } = groups;
    if (string !== undefined) {
      for (const [each] of string.matchAll(WORDS)) tokens.push({ text: `"${each}`, name: false });
      continue;
    }
    // In plain text a word is a word.
    if (word !== undefined) tokens.push({ text: word, name: style !== "none" });
    const plain = number ?? other;
    if (plain !== undefined) tokens.push({ text: plain, name: false });
  }
  return tokens;
}
