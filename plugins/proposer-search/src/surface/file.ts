import type { Node } from "@pawl/source";
import { renameLocals } from "./canonical.ts";
import type { Parsed } from "@pawl/source";
import { type Language, languageOf, parseSource } from "./parse.ts";
import { literalToken, writeLiteral } from "../python/literal.ts";
import { parsePython, type ParsedPython } from "../python/parse.ts";
import { buildTree, type Entry, type Tree, valueToken } from "./tree.ts";
import type { Value } from "./tune.ts";

/** A parsed file of the surface. */
export class SourceFile {
  readonly path: string;
  readonly language: Language;
  readonly text: string;
  readonly tree: Tree;
  readonly comments: Parsed["comments"] | ParsedPython["comments"];
  /** The tree's tokens with locals renamed: what the file's fingerprint is made of. */
  readonly canonical: readonly string[];
  /** Whether every statement ends with `;` or `}`, so that one can be judged without its neighbours. */
  readonly selfContained: boolean;

  /** @throws PawlError PAWL_SURFACE_INVALID */
  constructor(path: string, text: string) {
    this.path = path;
    this.language = languageOf(path);
    this.text = text;
    if (this.language === "python") {
      ({ tree: this.tree, comments: this.comments } = parsePython(path, text));
    } else {
      const { program, comments } = parseSource(path, text);
      this.comments = comments;
      this.tree = buildTree(program);
    }
    this.canonical = renameLocals(this.tree.tokens);
    this.selfContained =
      !/\b(await|yield)\b/.test(text) &&
      this.tree.entries.every(({ listed, node }) => !listed || /[;}]/.test(text[node.end - 1] ?? ""));
  }

  /** How a value is written in the file's language. */
  literal(value: Value): string {
    return this.language === "python" ? writeLiteral(value) : JSON.stringify(value);
  }

  /** The canonical token of a literal that is written so. */
  literalToken(value: Value, written: string): string {
    return this.language === "python" ? literalToken(written) : valueToken(value);
  }

  /** The source text of a node. */
  source(node: Node): string {
    return this.text.slice(node.start, node.end);
  }

  /** The tokens of a node, with every number replaced by `#`: what remains of it when its constants change. */
  shape(entry: Entry): string {
    return this.canonical
      .slice(entry.from, entry.to)
      .map((token) => (token.startsWith("#") ? "#" : token))
      .join(" ");
  }

  /** The white space that a node's line starts with. */
  indentation(node: Node): string {
    const start = this.text.lastIndexOf("\n", node.start - 1) + 1;
    return /^[ \t]*/.exec(this.text.slice(start, node.start))?.[0] ?? "";
  }

  /** The line break that the file uses. */
  get newline(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** The end of a node together with a comment that follows on its line. */
  endWithComment(node: Node): number {
    const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*\*\/[ \t]*(?=[\r\n]|$))/.exec(this.text.slice(node.end));
    return node.end + (rest?.[0].length ?? 0);
  }
}
