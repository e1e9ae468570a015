import { bare, child, text } from "@pawl/source";
import { fingerprint } from "./canonical.ts";
import type { SourceFile } from "./file.ts";
import { invalidSurface, lineAt } from "./parse.ts";
import { type Entry, statementOf, ancestor } from "./tree.ts";
import type { Tune, Value } from "./tune.ts";
import { assignTunes } from "./tune-comments.ts";

/** What values a parameter may take. */
export type Domain =
  | {
      readonly kind: "range";
      readonly min: number;
      readonly max: number;
      readonly log: boolean;
      readonly integer: boolean;
    }
  /** Without a comment: any number of the same sign; around zero, of either. */
  | { readonly kind: "free"; readonly integer: boolean }
  | { readonly kind: "choice"; readonly options: readonly Value[] };

/** A literal of the surface that may be changed. */
export interface Parameter {
  /** The same for the same constant after unrelated edits. */
  readonly id: string;
  /** What a reader calls it. */
  readonly label: string;
  readonly file: SourceFile;
  /** The literal, or the minus and the literal. */
  readonly site: Entry;
  readonly value: Value;
  readonly domain: Domain;
  /** A bare 0 or 1, which is more often structure than a measured constant. */
  readonly weak: boolean;
}

/** Methods whose numbers are positions, sizes and digits. */
const POSITIONAL = new Set(
  "toFixed toPrecision toString slice substring substr charAt charCodeAt codePointAt at splice padStart padEnd repeat flat split with".split(
    " ",
  ),
);

/**
 * Finds what can be tuned in a file.
 *
 * @param strict whether a `@tune` comment that fits nothing is an error; it is in what a human wrote
 * @throws PawlError PAWL_SURFACE_INVALID
 */
export function findParameters(file: SourceFile, strict: boolean): Parameter[] {
  const literals = (file.tree.byType.get("Literal") ?? []).filter(isPlainLiteral).map(withMinus);
  const tunes = assignTunes(file, literals, strict);
  const seen = new Map<string, number>();
  const parameters: Parameter[] = [];
  for (const site of literals) {
    const value = valueOf(site);
    const tune = tunes.get(site);
    const domain = domainOf(file, site, value, tune, strict);
    if (domain === undefined) continue;
    const base = identity(file, site);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    const weak = domain.kind === "free" && (value === 0 || value === 1);
    parameters.push({ id: `${base}~${count}`, label: label(file, site), file, site, value, domain, weak });
  }
  return parameters;
}

function isPlainLiteral({ node }: Entry): boolean {
  return node["regex"] === undefined && node["bigint"] === undefined;
}

function withMinus(entry: Entry): Entry {
  const { parent } = entry;
  const negated =
    typeof entry.node["value"] === "number" &&
    parent?.node.type === "UnaryExpression" &&
    text(parent.node, "operator") === "-";
  return negated ? parent : entry;
}

/** The value of a literal, a minus before it included. */
export function valueOf(site: Entry): Value {
  if (site.node.type !== "UnaryExpression") return site.node["value"] as Value;
  return -(child(site.node, "argument")?.["value"] as number);
}

function domainOf(
  file: SourceFile,
  site: Entry,
  value: Value,
  tune: Tune | undefined,
  strict: boolean,
): Domain | undefined {
  if (tune?.kind === "off") return undefined;
  const written = file.source(site.node);
  const integer = typeof value === "number" && Number.isInteger(value) && !/[.e]/i.test(written.replace(/0x\w+/i, "0"));
  if (tune === undefined) {
    if (typeof value !== "number" || !Number.isFinite(value) || isStructural(site)) return undefined;
    return { kind: "free", integer };
  }
  const problem = misfit(tune, value);
  if (problem !== undefined) {
    if (!strict) return undefined;
    const line = lineAt(file.text, site.node.start);
    throw invalidSurface(file.path, line, `${written} ${problem}`, "Change the value or the comment.");
  }
  if (tune.kind === "choice") return tune;
  const whole = tune.type === "int" || (tune.type === "as-written" && integer);
  return { kind: "range", min: tune.min, max: tune.max, log: tune.log, integer: whole };
}

/** Why a value does not fit its comment. */
function misfit(tune: Tune, value: Value): string | undefined {
  if (tune.kind === "choice") {
    return tune.options.includes(value) ? undefined : `is not one of @tune ${JSON.stringify(tune.options)}`;
  }
  if (tune.kind === "off") return undefined;
  if (typeof value !== "number") return "is no number, but its @tune comment gives a range";
  if (tune.type === "int" && !Number.isInteger(value)) return "is no integer, but its @tune comment says int";
  return value < tune.min || value > tune.max ? `is outside of @tune ${tune.min}..${tune.max}` : undefined;
}

/** Whether a number is part of the program's structure: an index, a key, a loop's bound, a digit count. */
export function isStructural(site: Entry): boolean {
  const parent = site.parent;
  if (site.node["structural"] === true) return true;
  if (parent === undefined) return false;
  const { node, key } = { node: parent.node, key: site.key };
  if (node.type === "MemberExpression") return true;
  if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(node.type) && key === "key") return true;
  if (node.type === "TSEnumMember" || node.type === "TSEnumDeclaration" || node.type === "SwitchCase") return true;
  if (node.type === "NewExpression" && text(child(node, "callee") ?? node, "name").endsWith("Array")) return true;
  if (node.type === "CallExpression" && key === "arguments") {
    const callee = child(node, "callee");
    const property = callee === undefined ? undefined : child(callee, "property");
    if (property !== undefined && POSITIONAL.has(text(property, "name"))) return true;
    if (callee !== undefined && text(callee, "name") === "parseInt") return true;
  }
  if (node.type === "BinaryExpression") {
    const operator = text(node, "operator");
    if (["&", "|", "^", "<<", ">>", ">>>", "%"].includes(operator)) return true;
  }
  // The header of a counting loop: `for (let i = 0; i < 3; i += 1)`.
  const header = ancestor(site, (at) => at.parent?.node.type === "ForStatement" || at.listed);
  return header?.parent?.node.type === "ForStatement" && header.key !== "body";
}

/** A name for the constant that survives edits elsewhere: its own name, or the shape of its statement and its place. */
function identity(file: SourceFile, site: Entry): string {
  const name = ownName(site);
  if (name !== undefined) return `${file.path}:${name}`;
  const statement = statementOf(site);
  return statement === undefined ? `${file.path}:` : `${file.path}:${fingerprint([file.shape(statement)]).slice(0, 8)}`;
}

function ownName(site: Entry): string | undefined {
  if (text(site.node, "name") !== "") return text(site.node, "name");
  const named = ancestor(site, ({ node, listed }) => listed || node.type === "VariableDeclarator");
  if (named?.node.type !== "VariableDeclarator") return undefined;
  const id = child(named.node, "id");
  const init = child(named.node, "init");
  if (id?.type !== "Identifier" || init === undefined) return undefined;
  if (bare(init) === site.node) return text(id, "name");
  const keys: string[] = [];
  for (let at: Entry | undefined = site; at !== undefined && at !== named; at = at.parent) {
    if (at.node.type !== "Property") continue;
    const key = child(at.node, "key");
    keys.unshift(key === undefined ? "" : text(key, "name") || String(key["value"]));
  }
  return keys.length === 0 ? undefined : `${text(id, "name")}.${keys.join(".")}`;
}

/** What a hypothesis calls the constant. */
function label(file: SourceFile, site: Entry): string {
  const name = ownName(site);
  if (name !== undefined) return name;
  if (text(site.node, "label") !== "") return text(site.node, "label");
  const holder = ancestor(site, (at) => at !== site && !/^(Parenthesized|Unary)/.test(at.node.type));
  const key = holder?.node.type === "Property" ? child(holder.node, "key") : undefined;
  if (key !== undefined) return text(key, "name") || String(key["value"]);
  const line = lineAt(file.text, site.node.start);
  if (holder === undefined || holder.node.type === "Program") return `the constant in line ${line}`;
  const whole = file.source(holder.node);
  if (whole.length > 40 || whole.includes("\n")) return `a constant in line ${line}`;
  const at = site.node.start - holder.node.start;
  const blanked = `${whole.slice(0, at)}…${whole.slice(at + site.node.end - site.node.start)}`;
  return `the … of \`${blanked}\``;
}
