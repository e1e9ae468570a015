import { type Node, isNode, parseScript } from "@pawl/source";
import { contentOf, nameOf } from "./content.ts";

/** See {@link sizeOf}. @returns `null` where the text cannot be parsed. */
export function sizeOfJavaScript(path: string, text: string): number | null {
  const parsed = parseScript(path, text);
  return "problem" in parsed ? null : count(parsed.program);
}

/** Written or not, they change nothing. */
const FREE = new Set(["Program", "BlockStatement", "EmptyStatement", "ParenthesizedExpression"]);
/** The TypeScript nodes that hold values; all others are types, and types do not run. */
const WITH_VALUES = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
]);
const RUNS = new Set(["TSEnumDeclaration", "TSEnumBody", "TSEnumMember", "TSParameterProperty", "TSExportAssignment"]);

function count(root: Node): number {
  let sum = 0;
  // A list instead of recursion: candidates may nest deeper than the stack.
  const open: unknown[] = [root];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) {
      for (const each of next) open.push(each);
      continue;
    }
    if (!isNode(next)) continue;
    const isWrapper = WITH_VALUES.has(next.type);
    if (next.type.startsWith("TS") && !isWrapper && !RUNS.has(next.type)) continue;
    if (!isWrapper && !FREE.has(next.type)) sum += 1 + own(next);
    for (const [key, value] of Object.entries(next)) if (key !== "parent") open.push(value);
  }
  return sum;
}

/** What a leaf holds beside being there. */
function own({ type, name, value, raw }: Node): number {
  if (type === "Literal") return contentOf(typeof raw === "string" ? raw : String(value));
  if (type === "TemplateElement") return contentOf((value as { raw: string }).raw);
  if (type === "JSXText") return contentOf(String(value));
  return typeof name === "string" ? nameOf(name) : 0;
}
