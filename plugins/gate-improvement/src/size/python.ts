import { parser } from "@lezer/python";
import { contentOf, nameOf } from "./content.ts";

/** See {@link sizeOf}. @returns `null` where the text cannot be parsed. */
export function sizeOfPython(text: string): number | null {
  let sum = 0;
  let broken = false;
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      broken ||= type.isError;
      // Types say nothing to the interpreter, and comments nothing to anyone here.
      if (type.name === "Comment" || type.name === "TypeDef") return false;
      if (FREE.has(type.name) || !/^\w+$/.test(type.name)) return undefined;
      sum += 1;
      const content = text.slice(from, to);
      if (LITERALS.has(type.name)) sum += contentOf(content);
      if (type.name === "VariableName" || type.name === "PropertyName") sum += nameOf(content);
      return undefined;
    },
  });
  return broken ? null : sum;
}

const FREE = new Set(["Script", "Body", "StatementGroup", "ParenthesizedExpression", "PassStatement"]);
const LITERALS = new Set(["String", "FormatString", "ContinuedString", "Number"]);
