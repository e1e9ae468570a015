import { type Node, bare, child, text } from "@pawl/source";
import type { SourceFile } from "../surface/file.ts";
import { ancestor, type Entry } from "../surface/tree.ts";
import { drawTerm, hasFields } from "./field-use.ts";
import { quote, type Site, structural } from "./structural.ts";

const LOOSE = /^(Conditional|Logical|Arrow|Assignment|Sequence|Yield)/;

/** Adds a term made from fields to a number that is returned, assigned or added up. */
export const addTerm = structural({
  name: "add-term",
  promising: true,
  types: ["ReturnStatement", "AssignmentExpression", "VariableDeclarator", "ArrowFunctionExpression"],
  accepts: (site, view) => target(site) !== undefined && hasFields(site, view),
  rewrite: (site, view, random) => {
    const { file, entry } = site;
    const node = target(site);
    if (node === undefined) return undefined;
    const term = drawTerm(site, view, typicalSize(file, entry), random);
    if (term === undefined) return undefined;
    const source = file.source(node);
    const negative = term.code.startsWith("-");
    const joined = negative ? ` - ${term.code.slice(1)}` : ` + ${term.code}`;
    const open = LOOSE.test(node.type) ? "(" : "";
    const close = open === "" ? "" : ")";
    return {
      edits: [
        ...(open === "" ? [] : [{ start: node.start, end: node.start, text: open }]),
        { start: node.end, end: node.end, text: `${close}${joined}` },
        ...term.edits,
      ],
      hypothesis: `add a term on ${term.about}: ${quote(`${source}${joined}`)}`,
      tags: term.tags,
    };
  },
});

/** Scales a number that is returned or assigned by what a field says. */
export const addFactor = structural({
  name: "add-factor",
  types: ["ReturnStatement", "AssignmentExpression", "VariableDeclarator", "ArrowFunctionExpression"],
  accepts: (site, view) => target(site) !== undefined && hasFields(site, view),
  rewrite: (site, view, random) => {
    const { file } = site;
    const node = target(site);
    if (node === undefined) return undefined;
    const term = drawTerm(site, view, 0.3, random);
    if (term === undefined) return undefined;
    const source = file.source(node);
    const negative = term.code.startsWith("-");
    const factor = negative ? `(1 - ${term.code.slice(1)})` : `(1 + ${term.code})`;
    const plain = /^(Identifier|MemberExpression|CallExpression|Literal|ParenthesizedExpression)$/.test(node.type);
    return {
      edits: [
        ...(plain ? [] : [{ start: node.start, end: node.start, text: "(" }]),
        { start: node.end, end: node.end, text: `${plain ? "" : ")"} * ${factor}` },
        ...term.edits,
      ],
      hypothesis: `scale ${quote(source)} by ${term.about}: ${quote(factor)}`,
      tags: term.tags,
    };
  },
});

/** The expression that a place computes, where it is likely to be a number. */
function target({ entry }: Site): Node | undefined {
  const { node } = entry;
  if (node.type === "AssignmentExpression") {
    const right = child(node, "right");
    return /^[-+]?=$/.test(text(node, "operator")) && isNumber(right) ? right : undefined;
  }
  if (node.type === "ArrowFunctionExpression") {
    const body = child(node, "body");
    return body?.type === "BlockStatement" || !isNumber(body) ? undefined : body;
  }
  const value = child(node, node.type === "ReturnStatement" ? "argument" : "init");
  if (node.type === "VariableDeclarator" && value !== undefined && bare(value).type === "Identifier") return undefined;
  return isNumber(value) ? value : undefined;
}

function isNumber(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const inner = bare(node);
  switch (inner.type) {
    case "Literal":
      return typeof inner["value"] === "number";
    case "Identifier":
      return true;
    case "UnaryExpression":
      return /^[-+]$/.test(text(inner, "operator"));
    case "BinaryExpression":
      return /^([-*/%]|\*\*|\+)$/.test(text(inner, "operator")) && !hasText(inner);
    case "ConditionalExpression":
      return isNumber(child(inner, "consequent")) && isNumber(child(inner, "alternate"));
    case "CallExpression": {
      const callee = child(inner, "callee");
      const object = callee === undefined ? undefined : child(callee, "object");
      return object !== undefined && text(object, "name") === "Math";
    }
    default:
      return false;
  }
}

function hasText(node: Node): boolean {
  return ["left", "right"].some((key) => {
    const side = child(node, key);
    if (side === undefined) return false;
    const inner = bare(side);
    if (inner.type === "TemplateLiteral") return true;
    if (inner.type === "Literal") return typeof inner["value"] === "string";
    return inner.type === "BinaryExpression" && hasText(inner);
  });
}

/** How large the numbers around a place are: the median of its function's constants, 0 left out. */
function typicalSize(file: SourceFile, entry: Entry): number {
  const scope = ancestor(entry, ({ node }) => /Function/.test(node.type) || node.type === "Program");
  const literals = (file.tree.byType.get("Literal") ?? [])
    .filter(({ node }) => scope === undefined || (node.start >= scope.node.start && node.end <= scope.node.end))
    .map(({ node }) => node["value"])
    .filter((value) => typeof value === "number")
    .map(Math.abs)
    .filter((value) => value > 0)
    .toSorted((a, b) => a - b);
  return literals[Math.floor(literals.length / 2)] ?? 1;
}
