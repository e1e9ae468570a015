import type { Random } from "@pawl/plugin";
import { bare, child, children, text } from "@pawl/source";
import { lineAt } from "../surface/parse.ts";
import { roundNumber, writeNumber } from "../surface/number.ts";
import type { TextEdit } from "../surface/surface.ts";
import { ancestor, type Entry } from "../surface/tree.ts";
import { drawCondition, drawField, hasFields } from "./field-use.ts";
import type { View } from "./operator.ts";
import { quote, type Site, structural } from "./structural.ts";

/** Adds a rule beside one of its kind: a new condition on a field, and the neighbour's action with another weight. */
export const addRule = structural({
  name: "add-rule",
  promising: true,
  types: ["ExpressionStatement", "ReturnStatement"],
  accepts: (site, view) => isAction(site.entry) && hasFields(site, view),
  rewrite: (site, view, random) => {
    const { file, entry } = site;
    const condition = drawCondition(site, view, random);
    const anchor = ancestor(entry, (at) => at.listed && (at === entry || at.node.type === "IfStatement"));
    if (condition === undefined || anchor === undefined) return undefined;
    // A rule's action stands in an `if`; the new rule goes beside that, not into it.
    const beside = entry.listed ? (outerIf(entry) ?? anchor) : anchor;
    const action = alter(file.source(entry.node), random, 1);
    const edit = insertBeside(site, beside, `if (${condition.code}) ${action}`, entry.node.type === "ReturnStatement");
    return {
      edits: [edit, ...condition.edits],
      hypothesis: `add a rule on ${condition.about}: ${quote(`if (${condition.code}) ${action}`)}`,
      tags: condition.tags,
    };
  },
});

/** Narrows or widens a rule by one more condition. */
export const addCondition = structural({
  name: "add-condition",
  promising: true,
  types: ["IfStatement", "ConditionalExpression"],
  accepts: (site, view) => hasFields(site, view),
  rewrite: (site, view, random) => {
    const test = child(site.entry.node, "test");
    const condition = drawCondition(site, view, random);
    if (test === undefined || condition === undefined) return undefined;
    const operator = random.next() < 0.65 ? "&&" : "||";
    const source = site.file.source(test);
    const plain = /^(Identifier|MemberExpression|CallExpression|ParenthesizedExpression|BinaryExpression)$/.test(
      test.type,
    );
    const joined = `${plain ? source : `(${source})`} ${operator} ${condition.code}`;
    return {
      edits: [{ start: test.start, end: test.end, text: joined }, ...condition.edits],
      hypothesis: `${operator === "&&" ? "narrow" : "widen"} ${quote(source)} by ${quote(condition.code)}`,
      tags: condition.tags,
    };
  },
});

/** Repeats a rule with other constants or on another field. */
export const duplicateRule = structural({
  name: "duplicate-rule",
  promising: true,
  types: ["IfStatement", "ExpressionStatement"],
  accepts: ({ file, entry }) =>
    entry.listed &&
    /\d/.test(file.source(entry.node)) &&
    file.source(entry.node).length < 400 &&
    (entry.node.type === "IfStatement" || isAction(entry)),
  rewrite: (site, view, random) => {
    const { file, entry } = site;
    let copy = file.source(entry.node);
    let tags: readonly string[] = [];
    const reads = fieldReads(site, view);
    if (reads.length > 0 && random.next() < 0.5) {
      const old = random.pick(reads);
      const other = drawField(site, view, random, (field) => field.kind === "number");
      if (other === undefined || other.edits.length > 0) return undefined;
      copy = copy.split(old).join(other.code);
      tags = [`field:${other.name}`];
    }
    const altered = alter(copy, random, 0.7);
    if (altered === file.source(entry.node)) return undefined;
    return {
      edits: [insertBeside(site, entry, altered, false)],
      hypothesis: `repeat a rule in line ${lineAt(file.text, entry.node.start)} as ${quote(altered)}`,
      tags,
    };
  },
});

/** Reads another field in place of one. */
export const replaceField = structural({
  name: "replace-field",
  promising: true,
  types: ["MemberExpression"],
  accepts: (site, view) => hasFields(site, view) && fieldReads(site, view).includes(site.file.source(site.entry.node)),
  rewrite: (site, view, random) => {
    const { node } = site.entry;
    const source = site.file.source(node);
    const other = drawField(site, view, random, (field) => field.kind === "number");
    if (other === undefined || other.code === source) return undefined;
    return {
      edits: [{ start: node.start, end: node.end, text: other.code }, ...other.edits],
      hypothesis: `look at ${other.name} instead of ${quote(source)}`,
      tags: [`field:${other.name}`],
    };
  },
});

/** A statement that adds to a result, or returns one under a condition. */
function isAction({ node, parent, listed }: Entry): boolean {
  if (node.type === "ReturnStatement") {
    const argument = child(node, "argument");
    const inIf = parent?.node.type === "IfStatement" || (listed && parent?.parent?.node.type === "IfStatement");
    return inIf && argument !== undefined && /Literal|Unary/.test(bare(argument).type);
  }
  const expression = child(node, "expression");
  return expression?.type === "AssignmentExpression" && /^[-+*/]=$/.test(text(expression, "operator"));
}

/** The listed `if` that a listed statement is the sole content of. */
function outerIf(entry: Entry): Entry | undefined {
  const block = entry.parent;
  const holder = block?.parent;
  if (block?.node.type !== "BlockStatement" || holder?.node.type !== "IfStatement") return undefined;
  const listed = ancestor(holder, (at) => at.listed);
  return children(block.node, "body").length === 1 && listed?.node.type === "IfStatement" ? listed : undefined;
}

/** The numeric fields of the input that a place reads, as they are written there. */
function fieldReads({ file, entry }: Site, view: View): string[] {
  const start = entry.node.start;
  const end = entry.node.end;
  const numeric = new Set(view.fields.filter(({ kind }) => kind === "number").map(({ path }) => String(path.at(-1))));
  return (file.tree.byType.get("MemberExpression") ?? []).flatMap(({ node, parent }) => {
    const object = child(node, "object");
    const property = child(node, "property");
    const inside = node.start >= start && node.end <= end && parent?.node.type !== "CallExpression";
    if (!inside || object?.type !== "Identifier" || property === undefined) return [];
    return numeric.has(text(property, "name")) ? [file.source(node)] : [];
  });
}

/** Scales the constants of a piece of code; those that multiply stay near 1, those that add may change their sign. */
function alter(source: string, random: Random, strength: number): string {
  const scaled = source.replaceAll(/(?<![\w$."'`])(\d+(?:\.\d+)?)(?![\w$.])/g, (written) => {
    const value = Number(written);
    const integer = !written.includes(".");
    const multiplies = /[*/]=/.test(source) && value > 0;
    const factor = Math.exp(strength * (multiplies ? 0.3 : 1) * random.normal());
    const next = roundNumber(value * factor, integer && !multiplies, Math.abs(value) * 0.05);
    const kept = next === 0 && value !== 0 ? value : next;
    return writeNumber(kept, Number.isInteger(kept) && integer);
  });
  const turned = random.next() < 0.3;
  if (!turned) return scaled;
  return scaled.replace(/([-+])=/, (_whole, sign: string) => (sign === "+" ? "-=" : "+="));
}

function insertBeside({ file }: Site, beside: Entry, code: string, before: boolean): TextEdit {
  const indentation = file.indentation(beside.node);
  if (before) {
    const { start } = beside.node;
    return { start, end: start, text: `${code}${file.newline}${indentation}`, anchor: beside };
  }
  const end = file.endWithComment(beside.node);
  return { start: end, end, text: `${file.newline}${indentation}${code}`, anchor: beside };
}
