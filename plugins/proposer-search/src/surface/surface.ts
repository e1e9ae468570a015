import type { Files } from "@pawl/plugin";
import { MagicString } from "magic-string";
import { fingerprint, renameLocals } from "./canonical.ts";
import { SourceFile } from "./file.ts";
import { findParameters, type Parameter } from "./parameters.ts";
import { invalidSurface, isSource, tryParse } from "./parse.ts";
import { buildTree, type Entry } from "./tree.ts";
import type { Value } from "./tune.ts";

/** A changed surface. */
export interface Candidate {
  readonly files: Files;
  /** Fingerprint of what the surface says: see {@link Surface.key}. */
  readonly key: string;
}

/** Replaces a piece of a file. With an `anchor`, the piece belongs to that statement even where it lies beside it. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly anchor?: Entry;
}

/** A literal's new value and how it is written. */
export interface Assignment {
  readonly parameter: Parameter;
  readonly value: Value;
  readonly written: string;
}

/** The surface as the search sees it: parsed once, changed many times. */
export class Surface {
  readonly files: Files;
  readonly sources: readonly SourceFile[];
  readonly parameters: readonly Parameter[];
  /** Equal for surfaces that differ only in layout, comments, types, number spelling or names of locals. */
  readonly key: string;
  readonly #parts: ReadonlyMap<string, string>;
  readonly #cache = new Map<object, unknown>();

  /** @throws PawlError PAWL_SURFACE_INVALID */
  constructor(files: Files, { maxBytes, strict = false }: { maxBytes: number; strict?: boolean }) {
    this.files = files;
    const paths = Object.keys(files).toSorted();
    const sources: SourceFile[] = [];
    const parts = new Map<string, string>();
    for (const path of paths) {
      const source = files[path] ?? "";
      const bytes = Buffer.byteLength(source);
      if (bytes > maxBytes) {
        const remedy = "Make it smaller, or raise the option maxSurfaceBytes of proposer-search.";
        throw invalidSurface(
          path,
          undefined,
          `the surface has ${bytes} bytes; at most ${maxBytes} are searched`,
          remedy,
        );
      }
      if (isSource(path)) {
        const file = new SourceFile(path, source);
        sources.push(file);
        parts.set(path, fingerprint(file.canonical));
      } else {
        parts.set(path, fingerprint([source]));
      }
    }
    this.sources = sources;
    this.#parts = parts;
    this.key = this.#keyWith(new Map());
    this.parameters = sources.flatMap((file) => findParameters(file, strict));
  }

  /** Something computed once per surface, such as the sites of an operator. */
  cached<T>(owner: object, compute: () => T): T {
    if (!this.#cache.has(owner)) this.#cache.set(owner, compute());
    return this.#cache.get(owner) as T;
  }

  /** The surface with other literals: no parsing needed. */
  assign(assignments: readonly Assignment[]): Candidate {
    const files: Record<string, string> = { ...this.files };
    const changed = new Map<string, string>();
    for (const file of this.sources) {
      const mine = assignments.filter(({ parameter }) => parameter.file === file);
      if (mine.length === 0) continue;
      const output = new MagicString(file.text);
      const tokens = [...file.canonical];
      for (const { parameter, value, written } of mine) {
        const { site } = parameter;
        output.overwrite(site.node.start, site.node.end, parenthesised(file, site, written));
        tokens[site.from] = file.literalToken(value, written);
      }
      files[file.path] = output.toString();
      changed.set(file.path, fingerprint(tokens));
    }
    return { files, key: this.#keyWith(changed) };
  }

  /**
   * The surface with edits to one file, or `undefined` where the result does not parse or breaks a `@tune` comment.
   * Where it can, it parses no more than the statement that the edits lie in.
   */
  edit(file: SourceFile, edits: readonly TextEdit[]): Candidate | undefined {
    const output = new MagicString(file.text);
    for (const each of edits) apply(output, each);
    const changed = output.toString();
    const tokens = this.#tokensAfter(file, edits, changed);
    if (tokens === undefined) return undefined;
    if (touchesTune(file, edits) && !tunesHold(file.path, changed)) return undefined;
    const key = this.#keyWith(new Map([[file.path, fingerprint(renameLocals(tokens))]]));
    return { files: { ...this.files, [file.path]: changed }, key };
  }

  #tokensAfter(file: SourceFile, edits: readonly TextEdit[], changed: string): readonly string[] | undefined {
    const target = file.selfContained ? coveringStatement(file, edits) : undefined;
    if (target !== undefined) {
      const snippet = statementAfter(file, target, edits);
      const tokens = snippetTokens(file.path, snippet, target.parent?.node.type === "Program");
      if (tokens !== undefined) {
        return [...file.tree.tokens.slice(0, target.from), ...tokens, ...file.tree.tokens.slice(target.to)];
      }
    }
    const parsed = tryParse(file.path, changed);
    return parsed === undefined ? undefined : buildTree(parsed.program).tokens;
  }

  #keyWith(changed: ReadonlyMap<string, string>): string {
    return fingerprint([...this.#parts].flatMap(([path, part]) => [JSON.stringify(path), changed.get(path) ?? part]));
  }
}

function apply(output: MagicString, { start, end, text }: TextEdit): void {
  if (start === end) output.appendLeft(start, text);
  else if (text === "") output.remove(start, end);
  else output.overwrite(start, end, text);
}

/** A negative number needs parentheses behind an operator sign and before a power. */
function parenthesised(file: SourceFile, site: Entry, written: string): string {
  if (!written.startsWith("-")) return written;
  const parent = site.parent?.node;
  const power = parent?.type === "BinaryExpression" && parent["operator"] === "**" && site.key === "left";
  const sign = /[-+]/.test(file.text[site.node.start - 1] ?? "");
  const base = site.node["base"] === true;
  return power || base || sign ? `(${written})` : written;
}

/** The smallest listed statement that all edits lie in. */
function coveringStatement(file: SourceFile, edits: readonly TextEdit[]): Entry | undefined {
  const start = Math.min(...edits.map((each) => each.anchor?.node.start ?? each.start));
  const end = Math.max(...edits.map((each) => each.anchor?.node.end ?? each.end));
  return file.tree.entries.findLast(({ listed, node }) => listed && node.start <= start && end <= node.end);
}

function statementAfter(file: SourceFile, target: Entry, edits: readonly TextEdit[]): string {
  const { start, end } = target.node;
  const output = new MagicString(file.text.slice(start, end));
  for (const each of edits) {
    const from = Math.min(Math.max(each.start, start), end) - start;
    const to = Math.min(Math.max(each.end, start), end) - start;
    apply(output, { start: from, end: to, text: each.text });
  }
  return output.toString();
}

/** The tokens of a list of statements that stands in a module, or else in some function and loop. */
function snippetTokens(path: string, snippet: string, topLevel: boolean): readonly string[] | undefined {
  if (snippet.trim() === "") return [];
  if (!/[;}]\s*$/.test(snippet)) return undefined;
  const parsed = tryParse(path, topLevel ? snippet : `function _(){for(;;){${snippet}\n}}`);
  if (parsed === undefined) return undefined;
  const { entries, tokens } = buildTree(parsed.program);
  const depth = topLevel ? "Program" : "BlockStatement";
  const skip = topLevel ? 0 : 1;
  const list = entries.filter(({ node }) => node.type === depth)[skip];
  const mine = entries.filter((each) => each.listed && each.parent === list);
  const first = mine[0];
  const last = mine.at(-1);
  return first === undefined || last === undefined ? [] : tokens.slice(first.from, last.to);
}

/** Whether an edit lies so near to a `@tune` comment that the comment may now speak of another literal. */
function touchesTune(file: SourceFile, edits: readonly TextEdit[]): boolean {
  return edits.some(({ start, end }) => {
    const before = file.text.lastIndexOf("\n", file.text.lastIndexOf("\n", start - 1) - 1) + 1;
    const after = file.text.indexOf("\n", file.text.indexOf("\n", end) + 1);
    return file.text.slice(before, after === -1 ? undefined : after).includes("@tune");
  });
}

function tunesHold(path: string, changed: string): boolean {
  try {
    findParameters(new SourceFile(path, changed), true);
    return true;
  } catch {
    return false;
  }
}
