import { visitorKeys } from "oxc-parser";
import { type Node, child, children, isNode, text, WRAPPERS } from "@pawl/source";

/** A place in the tree: a node, where it hangs, and which of the file's canonical tokens it stands for. */
export interface Entry {
  readonly node: Node;
  readonly parent: Entry | undefined;
  /** The parent's property that holds this node. */
  readonly key: string;
  /** Whether the node is an element of a list of statements, so that statements may be put beside it. */
  readonly listed: boolean;
  readonly from: number;
  to: number;
}

/** A file's tree, flattened once, so that operators find their sites without walking it again. */
export interface Tree {
  readonly entries: readonly Entry[];
  readonly byType: ReadonlyMap<string, readonly Entry[]>;
  /**
   * What the program says, as a list of tokens: without comments, layout, redundant parentheses, types and number
   * spelling. Names start with {@link BOUND} or {@link USED} where they may be renamed.
   */
  readonly tokens: readonly string[];
}

/** Starts the token of a name where it is declared. */
export const BOUND = "\u0001";
/** Starts the token of a name where it is used. */
export const USED = "\u0002";

type Role = "bound" | "used" | "name";

const ERASED = new Set(["TSTypeAliasDeclaration", "TSInterfaceDeclaration", "TSDeclareFunction", "EmptyStatement"]);
const TYPE_KEYS = new Set([
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeArguments",
  "implements",
]);
const SCALARS = ["operator", "kind", "computed", "static", "async", "generator", "delegate", "await"];
const BODIES = new Set(["consequent", "alternate", "body"]);
const LOOPS_AND_IFS = new Set([
  "IfStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
]);

/** The canonical token of a literal's value. */
export function valueToken(value: unknown): string {
  return typeof value === "number" ? `#${value}` : JSON.stringify(value);
}

/** Flattens a program. */
export function buildTree(program: Node): Tree {
  const entries: Entry[] = [];
  const byType = new Map<string, Entry[]>();
  const tokens: string[] = [];

  const visit = (node: Node, parent: Entry | undefined, key: string, listed: boolean, role: Role): void => {
    if (isErased(node)) return;
    const entry: Entry = { node, parent, key, listed, from: tokens.length, to: tokens.length };
    entries.push(entry);
    const same = byType.get(node.type);
    if (same === undefined) byType.set(node.type, [entry]);
    else same.push(entry);
    emit(entry, role);
    entry.to = tokens.length;
  };

  const emit = (entry: Entry, role: Role): void => {
    const { node } = entry;
    if (WRAPPERS.has(node.type)) {
      const inner = child(node, "expression");
      if (inner !== undefined) visit(inner, entry, "expression", false, role);
      return;
    }
    if (node.type === "Identifier" || node.type === "PrivateIdentifier") {
      const mark = role === "name" ? "." : role === "bound" ? BOUND : USED;
      tokens.push(mark + text(node, "name"));
      return;
    }
    if (node.type === "Literal") {
      const special = node["regex"] !== undefined || node["bigint"] !== undefined;
      tokens.push(role === "name" ? `.${node["value"]}` : special ? text(node, "raw") : valueToken(node["value"]));
      return;
    }
    if (node.type === "UnaryExpression" && text(node, "operator") === "-") {
      const operand = child(node, "argument");
      if (operand?.type === "Literal" && typeof operand["value"] === "number") {
        visit(operand, entry, "argument", false, "used");
        tokens[tokens.length - 1] = valueToken(-operand["value"]);
        return;
      }
    }
    if (node.type === "TemplateElement") {
      tokens.push(JSON.stringify(node["value"]), String(node["tail"]));
      return;
    }
    emitGeneric(entry, role);
  };

  const emitGeneric = (entry: Entry, role: Role): void => {
    const { node } = entry;
    tokens.push(`${node.type}(`);
    const named = namedKey(node);
    for (const scalar of SCALARS) {
      const value = node[scalar];
      if (typeof value === "string" || (value === true && scalar !== "computed")) tokens.push(`${scalar}=${value}`);
    }
    if (node["computed"] === true && named === undefined) tokens.push("computed");
    if (node["optional"] === true && /^(Member|Call)Expression$/.test(node.type)) tokens.push("optional");
    if (node.type === "UpdateExpression" && node["prefix"] === true) tokens.push("prefix");
    for (const key of visitorKeys[node.type] ?? []) {
      if (TYPE_KEYS.has(key)) continue;
      const value = node[key];
      if (isNode(value)) {
        const next = key === named ? "name" : roleOf(node, key, role, entry.parent?.node);
        // `if (a) b;` says what `if (a) { b; }` says.
        const wrap = BODIES.has(key) && LOOPS_AND_IFS.has(node.type) && value.type !== "BlockStatement";
        if (wrap) tokens.push("BlockStatement(", "[");
        visit(value, entry, key, false, next);
        if (wrap) tokens.push("]", ")");
      } else if (Array.isArray(value)) {
        const listed = isStatementList(node.type, key);
        if (key !== "decorators" || value.length > 0) tokens.push("[");
        for (const item of value) {
          if (isNode(item)) visit(item, entry, key, listed, roleOf(node, key, role, entry.parent?.node));
          else tokens.push("hole");
        }
        if (key !== "decorators" || value.length > 0) tokens.push("]");
      } else if (value === null) {
        tokens.push("-");
      }
    }
    tokens.push(")");
  };

  visit(program, undefined, "program", false, "used");
  return { entries, byType, tokens };
}

function isErased(node: Node): boolean {
  if (ERASED.has(node.type)) return true;
  if (node["importKind"] === "type" || node["exportKind"] === "type") return true;
  return node["declare"] === true;
}

export function isStatementList(type: string, key: string): boolean {
  return (
    ((type === "Program" || type === "BlockStatement" || type === "StaticBlock") && key === "body") ||
    (type === "SwitchCase" && key === "consequent")
  );
}

/** The child that is a plain name: a property, a key or a label, which no renaming touches. */
function namedKey(node: Node): string | undefined {
  switch (node.type) {
    case "MemberExpression":
      return node["computed"] !== true || isStringLiteral(child(node, "property")) ? "property" : undefined;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return node["computed"] !== true || isStringLiteral(child(node, "key")) ? "key" : undefined;
    case "ImportSpecifier":
      return "imported";
    case "ExportSpecifier":
      return "exported";
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return "label";
    default:
      return undefined;
  }
}

function isStringLiteral(node: Node | undefined): boolean {
  return node?.type === "Literal" && typeof node["value"] === "string";
}

function roleOf(node: Node, key: string, role: Role, parent: Node | undefined): Role {
  switch (node.type) {
    case "VariableDeclaration":
      // What a module exports by name is known to others by that name.
      return parent?.type === "ExportNamedDeclaration" ? "name" : "used";
    case "VariableDeclarator":
      return key === "id" ? (role === "name" ? "name" : "bound") : "used";
    case "FunctionDeclaration":
    case "ClassDeclaration":
      if (key === "id") return parent?.type === "ExportNamedDeclaration" ? "name" : "bound";
      return key === "params" ? "bound" : "used";
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ClassExpression":
      return key === "params" || key === "id" ? "bound" : "used";
    case "CatchClause":
      return key === "param" ? "bound" : "used";
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return "bound";
    case "AssignmentPattern":
      return key === "left" ? role : "used";
    case "ObjectPattern":
    case "ArrayPattern":
    case "RestElement":
      return role;
    case "Property":
      return key === "value" ? role : "used";
    default:
      return "used";
  }
}

/** The nearest place, the entry itself included, that passes the test. */
export function ancestor(entry: Entry, test: (entry: Entry) => boolean): Entry | undefined {
  let at: Entry | undefined = entry;
  while (at !== undefined && !test(at)) at = at.parent;
  return at;
}

/** The nearest statement that stands in a list of statements. */
export function statementOf(entry: Entry): Entry | undefined {
  return ancestor(entry, (at) => at.listed);
}

/** The statements beside `entry`, itself included. */
export function siblings(entry: Entry): readonly Node[] {
  return entry.parent === undefined ? [] : children(entry.parent.node, entry.key);
}
