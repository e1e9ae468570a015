import { type Node, bare, child, children, FUNCTIONS, text } from "@pawl/source";
import type { Field } from "./fields.ts";
import type { SourceFile } from "./file.ts";
import type { TextEdit } from "./surface.ts";
import { ancestor, type Entry } from "./tree.ts";

/** How a function gets at the input. */
export interface InputAccess {
  readonly scope: Entry;
  /** The parameter's name. */
  readonly name?: string;
  /** The parameter's pattern, and which names it gives to which properties. */
  readonly pattern?: Node;
  readonly bound: ReadonlyMap<string, string>;
}

/** An expression that reads a field, and the edit to the parameter that it needs. */
export interface FieldRead {
  readonly code: string;
  readonly edits: readonly TextEdit[];
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * The functions of a file that have the input at hand: the default export, and those with a parameter of the same
 * name, which are taken to be its helpers.
 */
export function findInputAccess(file: SourceFile): InputAccess[] {
  const functions = file.tree.entries.filter(({ node }) => FUNCTIONS.has(node.type));
  const main = mainFunction(file, functions);
  const first = main === undefined ? undefined : accessOf(main);
  if (main === undefined || first === undefined) return [];
  const helpers = functions.flatMap((each) => {
    const access = each === main || first.name === undefined ? undefined : accessOf(each);
    return access?.name !== undefined && access.name === first.name ? [access] : [];
  });
  return [first, ...helpers];
}

function mainFunction(file: SourceFile, functions: readonly Entry[]): Entry | undefined {
  const direct = file.tree.byType.get("ExportDefaultDeclaration")?.[0];
  let exported = direct === undefined ? undefined : child(direct.node, "declaration");
  if (exported === undefined) {
    const specifiers = file.tree.byType.get("ExportSpecifier") ?? [];
    const named = specifiers.find(({ node }) => nameOf(child(node, "exported")) === "default");
    exported = named === undefined ? undefined : child(named.node, "local");
  }
  if (exported === undefined) return undefined;
  const target = bare(exported);
  if (FUNCTIONS.has(target.type)) return functions.find(({ node }) => node === target);
  if (target.type !== "Identifier") return undefined;
  const name = text(target, "name");
  return functions.find(({ node, parent }) => {
    if (nameOf(child(node, "id")) === name) return true;
    return parent?.node.type === "VariableDeclarator" && nameOf(child(parent.node, "id")) === name;
  });
}

function nameOf(node: Node | undefined): string {
  return node === undefined ? "" : text(node, "name") || String(node["value"] ?? "");
}

function accessOf(scope: Entry): InputAccess | undefined {
  const first = children(scope.node, "params")[0];
  if (first === undefined) return undefined;
  const parameter = first.type === "AssignmentPattern" ? (child(first, "left") ?? first) : first;
  if (parameter.type === "Identifier") return { scope, name: text(parameter, "name"), bound: new Map() };
  if (parameter.type !== "ObjectPattern") return undefined;
  const bound = new Map<string, string>();
  for (const property of children(parameter, "properties")) {
    const key = child(property, "key");
    const value = child(property, "value");
    const local = value?.type === "AssignmentPattern" ? child(value, "left") : value;
    if (property.type !== "Property" || property["computed"] === true || key === undefined) continue;
    if (local?.type === "Identifier") bound.set(nameOf(key), text(local, "name"));
  }
  return { scope, pattern: parameter, bound };
}

/** The access that a place in the file has, if any. */
export function accessAt(place: Entry, accesses: readonly InputAccess[]): InputAccess | undefined {
  const scope = ancestor(place, (at) => accesses.some((access) => access.scope === at));
  return accesses.find((access) => access.scope === scope);
}

/** Writes the expression that reads a field; `undefined` where the function's parameter does not let it through. */
export function readField(file: SourceFile, access: InputAccess, field: Field): FieldRead | undefined {
  const guard = (code: string): string => {
    if (!field.optional) return code;
    return field.kind === "number" ? `(${code} ?? 0)` : code;
  };
  if (access.name !== undefined) return { code: guard(access.name + steps(field.path, field.optional)), edits: [] };
  const [first, ...rest] = field.path;
  if (typeof first !== "string" || access.pattern === undefined) return undefined;
  const known = access.bound.get(first);
  if (known !== undefined) return { code: guard(known + steps(rest, field.optional)), edits: [] };
  const edit = extendPattern(file, access, first);
  return edit === undefined ? undefined : { code: guard(first + steps(rest, field.optional)), edits: [edit] };
}

function steps(path: readonly (string | number)[], optional: boolean): string {
  return path
    .map((step) => {
      if (typeof step === "string" && IDENTIFIER.test(step)) return optional ? `?.${step}` : `.${step}`;
      return `${optional ? "?." : ""}[${JSON.stringify(step)}]`;
    })
    .join("");
}

/** Adds a property to a destructured parameter, where its name is not in use yet. */
function extendPattern(file: SourceFile, { pattern }: InputAccess, name: string): TextEdit | undefined {
  if (pattern === undefined || !IDENTIFIER.test(name)) return undefined;
  const properties = children(pattern, "properties");
  const last = properties.at(-1);
  if (last === undefined || last.type !== "Property") return undefined;
  const taken = (file.tree.byType.get("Identifier") ?? []).some(({ node }) => text(node, "name") === name);
  return taken ? undefined : { start: last.end, end: last.end, text: `, ${name}` };
}
