import type { Node } from "@pawl/source";
import { type Part, SKIPPED, pattern } from "./parts.ts";
import { valueOfString } from "./strings.ts";

/** Translates expressions. */
export class ExpressionTranslator {
  readonly #text: string;
  readonly #original: (at: number) => number;

  /** Places in the tree are those of the original text. */
  constructor(text: string, original: (at: number) => number) {
    this.#text = text;
    this.#original = original;
  }

  make(type: string, at: Part, rest: Record<string, unknown> = {}): Node {
    return { type, start: this.#original(at.node.from), end: this.#original(at.node.to), ...rest };
  }

  source = (part: Part): string => this.#text.slice(part.node.from, part.node.to);

  /** Python takes different spellings of the same letters for one name. */
  nameText = (part: Part): string => this.source(part).normalize("NFKC");

  name = (part: Part): Node => this.make("Identifier", part, { name: this.nameText(part) });

  target(parts: readonly Part[], at: Part): Node {
    const found = this.expressions(parts, at);
    return pattern(found);
  }

  parameters(list: Part): Node[] {
    const made: Node[] = [];
    const { parts } = list;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part;
      if (part.name === "*" || part.name === "**") {
        const name = parts[i + 1];
        if (name?.name === "VariableName") {
          made.push(this.make("RestElement", part, { argument: this.name(name) }));
          i += 1;
        }
      } else if (part.name === "VariableName") {
        const assigned = parts.findIndex((each, at) => at > i && (each.name === "AssignOp" || each.name === ","));
        const fallback = parts[assigned]?.name === "AssignOp" ? parts[assigned + 1] : undefined;
        if (fallback === undefined) made.push(this.name(part));
        else {
          made.push(this.make("AssignmentPattern", part, { left: this.name(part), right: this.expression(fallback) }));
          i = assigned + 1;
        }
      }
    }
    return made;
  }

  list = (parts: readonly Part[]): readonly Part[] => parts.filter(({ name }) => !SKIPPED.has(name));

  /** One expression, or a tuple of several. */
  expressions(parts: readonly Part[], at: Part): Node {
    const list = this.list(parts);
    const comma = parts.some(({ name }) => name === ",");
    const elements = this.elements(parts);
    return list.length === 1 && !comma
      ? (elements[0] ?? this.nothing(at))
      : this.make("ArrayExpression", at, { elements });
  }

  nothing = (at: Part): Node => this.make("Literal", at, { value: null });

  elements(parts: readonly Part[]): Node[] {
    const made: Node[] = [];
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part;
      if (SKIPPED.has(part.name)) continue;
      if (part.name === "*" || part.name === "**") {
        i += 1;
        const next = parts[i];
        if (next !== undefined) made.push(this.make("SpreadElement", next, { argument: this.expression(next) }));
      } else made.push(this.expression(part));
    }
    return made;
  }

  arguments(list: Part): Node[] {
    const made: Node[] = [];
    const { parts } = list;
    const comprehension = parts.findIndex(({ name }) => name === "for");
    if (comprehension !== -1) return [this.comprehension(list)];
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part;
      if (SKIPPED.has(part.name)) continue;
      if (part.name === "*" || part.name === "**") {
        i += 1;
        const next = parts[i];
        const named = part.name === "**";
        if (next !== undefined) made.push(this.make("SpreadElement", next, { argument: this.expression(next), named }));
      } else if (parts[i + 1]?.name === "AssignOp") {
        const value = parts[i + 2];
        i += 2;
        if (value !== undefined)
          made.push(this.make("PyKeyword", part, { name: this.nameText(part), value: this.expression(value) }));
      } else made.push(this.expression(part));
    }
    return made;
  }

  /** `@a.b` or `@a.b(…)`, without what it is called with in the end. */
  decorator(at: Part): Node {
    const names = at.parts.filter(({ name }) => name === "VariableName" || name === "PropertyName");
    const list = at.parts.find(({ name }) => name === "ArgList");
    const [first, ...rest] = names;
    if (first === undefined) return this.nothing(at);
    const named = rest.reduce(
      (object, each) =>
        this.make("MemberExpression", at, { object, property: this.name(each), computed: false, attribute: true }),
      this.name(first),
    );
    return list === undefined
      ? named
      : this.make("CallExpression", at, { callee: named, arguments: this.arguments(list) });
  }

  expression(part: Part): Node {
    const { parts } = part;
    const first = parts[0];
    switch (part.name) {
      case "VariableName":
        return this.name(part);
      case "Number":
        return this.number(part);
      case "Boolean":
        return this.make("Literal", part, { value: this.source(part) === "True" });
      case "None":
      case "Ellipsis":
        return this.nothing(part);
      case "String": {
        const { value, bytes } = valueOfString(this.source(part));
        return this.make("Literal", part, { value, bytes });
      }
      case "FormatString":
        return this.format(part);
      case "ContinuedString":
        return parts
          .map((each) => this.expression(each))
          .reduce((left, right) => this.make("BinaryExpression", part, { operator: "+", left, right }));
      case "ParenthesizedExpression":
        return this.expressions(parts, part);
      case "TupleExpression":
      case "ArrayExpression":
      case "SetExpression":
        return this.make("ArrayExpression", part, { elements: this.elements(parts) });
      case "DictionaryExpression":
        return this.dictionary(part);
      case "ArrayComprehensionExpression":
      case "SetComprehensionExpression":
      case "ComprehensionExpression":
      case "DictionaryComprehensionExpression":
        return this.comprehension(part);
      case "UnaryExpression": {
        const operand = parts.at(-1) ?? part;
        return this.make("UnaryExpression", part, {
          operator: first === undefined ? "" : this.source(first),
          argument: this.expression(operand),
        });
      }
      case "BinaryExpression":
        return this.binary(part);
      case "ConditionalExpression": {
        const [yes, , test, , no] = parts;
        const of = (each: Part | undefined): Node => (each === undefined ? this.nothing(part) : this.expression(each));
        return this.make("ConditionalExpression", part, { test: of(test), consequent: of(yes), alternate: of(no) });
      }
      case "LambdaExpression":
        return this.lambda(part);
      case "CallExpression": {
        const list = parts.find(({ name }) => name === "ArgList") ?? part;
        if (first !== undefined && this.source(first) === "super") return this.make("PySuper", part);
        return this.make("CallExpression", part, {
          callee: this.expression(first ?? part),
          arguments: this.arguments(list),
        });
      }
      case "MemberExpression":
        return this.member(part);
      case "NamedExpression": {
        const [target, , value] = parts;
        const left = this.expression(target ?? part);
        return this.make("AssignmentExpression", part, {
          operator: "=",
          left,
          right: this.expression(value ?? part),
          pythonic: true,
        });
      }
      case "AwaitExpression":
        return this.make("AwaitExpression", part, { argument: this.expression(parts.at(-1) ?? part) });
      case "YieldExpression":
      case "YieldStatement":
        return this.make("YieldExpression", part, {
          argument: this.expressions(
            parts.slice(1).filter(({ name }) => name !== "from"),
            part,
          ),
          delegate: parts.some(({ name }) => name === "from"),
        });
      default:
        return this.make("PyOther", part, { parts: this.list(parts).map((each) => this.expression(each)) });
    }
  }

  number(part: Part): Node {
    const written = this.source(part).replaceAll("_", "");
    const value = Number(/^0\d/.test(written) ? Number.parseInt(written, 10) : written);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^(?:\d+|0[xob][\da-f]+)$/i.test(written)) {
      return this.make("Literal", part, { bigint: String(BigInt(written)) });
    }
    return this.make("Literal", part, { value: Number.isNaN(value) ? Number.parseFloat(written) : value });
  }

  format(part: Part): Node {
    const text = this.source(part);
    const holes = part.parts.filter(({ name }) => name === "FormatReplacement");
    const quote = /^[a-z]*("""|'''|"|')/i.exec(text)?.[0] ?? '"';
    const prefix = quote.replace(/["'].*/s, "").replace(/f/i, "");
    const mark = quote.slice(quote.search(/["']/));
    const pieces: string[] = [];
    let from = part.node.from + quote.length;
    for (const hole of holes) {
      pieces.push(this.#text.slice(from, hole.node.from));
      from = hole.node.to;
    }
    pieces.push(this.#text.slice(from, part.node.to - mark.length));
    const quasis = pieces.map((piece) => {
      const cooked = valueOfString(`${prefix}${mark}${piece}${mark}`).value.replaceAll("{{", "{").replaceAll("}}", "}");
      return this.make("TemplateElement", part, { value: { cooked } });
    });
    const expressions = holes.map((hole) => {
      const inner = hole.parts.filter(({ name }) => !/^(?:[{}]|Format)/.test(name));
      const value = this.expressions(inner, hole);
      const formats = hole.parts.filter(({ name }) => name.startsWith("Format"));
      // A width may be computed as well.
      const widths = formats
        .flatMap(({ parts }) => parts)
        .filter(({ name }) => name === "FormatReplacement")
        .map((each) =>
          this.expressions(
            this.list(each.parts).filter(({ name }) => !name.startsWith("Format")),
            each,
          ),
        );
      return formats.length === 0 ? value : this.make("PyOther", hole, { parts: [value, ...widths] });
    });
    return this.make("TemplateLiteral", part, { quasis, expressions });
  }

  dictionary(part: Part): Node {
    const properties: Node[] = [];
    const { parts } = part;
    for (let i = 0; i < parts.length; i += 1) {
      const each = parts[i] as Part;
      if (SKIPPED.has(each.name)) continue;
      if (each.name === "**") {
        i += 1;
        const next = parts[i];
        if (next !== undefined) properties.push(this.make("SpreadElement", next, { argument: this.expression(next) }));
      } else {
        const value = parts[i + 2] ?? each;
        properties.push(
          this.make("Property", each, {
            kind: "init",
            computed: true,
            key: this.expression(each),
            value: this.expression(value),
          }),
        );
        i += 2;
      }
    }
    return this.make("ObjectExpression", part, { properties, python: true });
  }

  /** `[f(x) for x in xs if g(x)]` */
  comprehension(part: Part): Node {
    const clauses: Node[] = [];
    const { parts } = part;
    const start = parts.findIndex(({ name }) => name === "for" || name === "async");
    const heads = this.list(parts.slice(0, start));
    for (let i = start; i < parts.length; i += 1) {
      const each = parts[i] as Part;
      const until = (names: readonly string[], from: number): number => {
        const found = parts.findIndex((next, at) => at > from && names.includes(next.name));
        return found === -1 ? parts.length : found;
      };
      if (each.name === "for") {
        const inAt = until(["in"], i);
        const end = until(["for", "if", "async", ")", "]", "}"], inAt);
        clauses.push(
          this.make("PyFor", each, {
            left: this.target(parts.slice(i + 1, inAt), each),
            right: this.expressions(parts.slice(inAt + 1, end), each),
          }),
        );
        i = end - 1;
      } else if (each.name === "if" && parts[i + 1] !== undefined) {
        clauses.push(this.make("PyIf", each, { test: this.expression(parts[i + 1] as Part) }));
        i += 1;
      }
    }
    return this.make("PyComprehension", part, { heads: heads.map((each) => this.expression(each)), clauses });
  }

  binary(part: Part): Node {
    const { parts } = part;
    const operator = parts.slice(1, -1).map(this.source).join(" ");
    const [left, right] = [this.expression(parts[0] ?? part), this.expression(parts.at(-1) ?? part)];
    if (operator === "and" || operator === "or") {
      return this.make("LogicalExpression", part, { operator: operator === "and" ? "&&" : "||", left, right });
    }
    return this.make("BinaryExpression", part, { operator: operator === "not in" ? "in" : operator, left, right });
  }

  member(part: Part): Node {
    const [object, mark, ...rest] = part.parts;
    const of = this.expression(object ?? part);
    if (mark?.name === ".") {
      return this.make("MemberExpression", part, {
        object: of,
        property: this.name(rest[0] ?? part),
        computed: false,
        attribute: true,
      });
    }
    const inside = rest.slice(0, -1);
    if (inside.some(({ name }) => name === ":")) {
      const places = [0, 1, 2].map((): Part | undefined => undefined);
      let place = 0;
      for (const each of inside) {
        if (each.name === ":") place += 1;
        else if (each.name === ",") return this.make("PyOther", part, { parts: [of, ...this.elements(inside)] });
        else places[place] = each;
      }
      return this.make("PySlice", part, {
        object: of,
        bounds: places.map((each) => (each === undefined ? null : this.expression(each))),
      });
    }
    return this.make("MemberExpression", part, {
      object: of,
      property: this.expressions(inside, part),
      computed: true,
    });
  }

  lambda(part: Part): Node {
    const list = part.parts.find(({ name }) => name === "ParamList");
    return this.make("FunctionExpression", part, {
      params: list === undefined ? [] : this.parameters(list),
      body: this.expression(part.parts.at(-1) ?? part),
      async: false,
      generator: false,
      python: true,
    });
  }
}
