import type { Node } from "@pawl/source";
import { ExpressionTranslator } from "./expressions.ts";
import type { Part } from "./parts.ts";

/** Translates what stands behind `case`: names are given to a value, or to parts of it. */
export class ShapeTranslator extends ExpressionTranslator {
  set(part: Part, left: Node, right: Node): Node {
    const expression = this.make("AssignmentExpression", part, { operator: "=", left, right, pythonic: true });
    return this.make("ExpressionStatement", part, { expression });
  }

  /** What a pattern gives names to: the whole, or parts of it. */
  captures(shape: Part, of: Node): Node[] {
    const { parts } = shape;
    const member = (at: Part, property: Node, computed: boolean): Node =>
      this.make("MemberExpression", at, { object: of, property, computed, attribute: !computed });
    switch (shape.name) {
      case "CapturePattern":
        return [this.set(shape, this.name(parts[0] ?? shape), of)];
      case "AsPattern":
        return [...this.captures(parts[0] ?? shape, of), this.set(shape, this.name(parts.at(-1) ?? shape), of)];
      case "KeywordPattern":
        return this.captures(parts.at(-1) ?? shape, member(shape, this.name(parts[0] ?? shape), false));
      case "AttributePattern":
        return [this.make("ExpressionStatement", shape, { expression: this.member(shape) })];
      case "MappingPattern":
        return parts.flatMap((each, index) => {
          const key = parts[index - 2];
          const literal = key?.name === "LiteralPattern" ? key.parts[0] : undefined;
          const isValue = parts[index - 1]?.name === ":" && literal !== undefined;
          return this.captures(each, isValue ? member(each, this.expression(literal), true) : of);
        });
      case "SequencePattern":
        // Which of the items it is, nobody knows.
        return parts.flatMap((each) => this.captures(each, this.make("PyItem", each, { list: of })));
      case "ClassPattern":
      case "PatternArgList":
      case "OrPattern":
      case "StarPattern":
        return parts.flatMap((each) => this.captures(each, of));
      default:
        return [];
    }
  }
}
