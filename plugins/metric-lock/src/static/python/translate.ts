import type { SyntaxNode, Tree } from "@lezer/common";
import type { Node } from "../read/ast.ts";
import { valueOfString } from "./strings.ts";

type Comments = { readonly text: string; readonly at: number }[];

/** Python in the shapes of JavaScript's tree, so that one reader reads both; a sentence where it does not parse. */
export function translate(tree: Tree, text: string): { program: Node; comments: Comments } | string {
  const comments: Comments = [];
  let error: number | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) error ??= node.from;
      if (node.name === "Comment") comments.push({ text: text.slice(node.from + 1, node.to), at: node.from });
    },
  });
  if (error !== undefined) return `it does not parse, from line ${text.slice(0, error).split("\n").length} on`;
  return { program: { ...new Translator(text).program(tree.topNode) }, comments };
}

/** A node of the grammar with its children, comments left out. */
interface Part {
  readonly node: SyntaxNode;
  readonly name: string;
  readonly parts: readonly Part[];
}

function partsOf(node: SyntaxNode): Part {
  const parts: Part[] = [];
  for (let at = node.firstChild; at !== null; at = at.nextSibling) if (at.name !== "Comment") parts.push(partsOf(at));
  return { node, name: node.name, parts };
}

const SKIPPED = new Set([":", "(", ")", "[", "]", "{", "}", ",", "TypeDef"]);

class Translator {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  program(top: SyntaxNode): Node {
    return this.#make("Program", partsOf(top), { body: this.#statements(partsOf(top).parts) });
  }

  #make(type: string, at: Part, rest: Record<string, unknown> = {}): Node {
    return { type, start: at.node.from, end: at.node.to, ...rest };
  }

  #source = (part: Part): string => this.#text.slice(part.node.from, part.node.to);
  #name = (part: Part): Node => this.#make("Identifier", part, { name: this.#source(part) });

  #statements(parts: readonly Part[]): Node[] {
    return parts.filter(({ name }) => !SKIPPED.has(name)).flatMap((part) => this.#statement(part));
  }

  #block(part: Part | undefined, at: Part): Node {
    // Blocks of Python are no scopes.
    return this.#make("PyBlock", part ?? at, { body: part === undefined ? [] : this.#statements(part.parts) });
  }

  #statement(part: Part): Node[] {
    const { parts } = part;
    switch (part.name) {
      case "StatementGroup":
        return this.#statements(parts);
      case "ExpressionStatement":
        return [this.#make("ExpressionStatement", part, { expression: this.#expressions(parts, part) })];
      case "AssignStatement":
        return this.#assign(part);
      case "UpdateStatement": {
        const [target, operator, ...values] = parts;
        if (target === undefined || operator === undefined) return [];
        const left = this.#expression(target);
        const made = { left, operator: this.#source(operator), right: this.#expressions(values, part) };
        return [
          this.#make("ExpressionStatement", part, { expression: this.#make("AssignmentExpression", part, made) }),
        ];
      }
      case "ImportStatement":
        return this.#imports(part);
      case "FunctionDefinition":
        return [this.#declared(part, this.#function(part))];
      case "ClassDefinition":
        return [this.#declared(part, this.#class(part))];
      case "DecoratedStatement":
        return parts.flatMap((each) =>
          each.name === "Decorator"
            ? [this.#make("ExpressionStatement", each, { expression: this.#call(each, each.parts.slice(1)) })]
            : this.#statement(each),
        );
      case "ReturnStatement":
        return [
          this.#make("ReturnStatement", part, {
            argument: parts.length < 2 ? null : this.#expressions(parts.slice(1), part),
          }),
        ];
      case "RaiseStatement":
        return [this.#make("ThrowStatement", part, { argument: this.#expressions(parts.slice(1), part) })];
      case "DeleteStatement":
        return this.#list(parts.slice(1)).map((each) =>
          this.#make("ExpressionStatement", part, {
            expression: this.#make("UnaryExpression", part, { operator: "delete", argument: this.#expression(each) }),
          }),
        );
      case "IfStatement":
        return [this.#if(part, parts)];
      case "WhileStatement":
      case "ForStatement":
        return this.#loop(part);
      case "TryStatement":
        return this.#try(part);
      case "WithStatement":
        return this.#with(part);
      case "MatchStatement":
        return [this.#match(part)];
      case "BreakStatement":
      case "ContinueStatement":
        return [this.#make(part.name, part)];
      case "PassStatement":
        return [];
      case "ScopeStatement":
        return [
          this.#make("PyScope", part, {
            names: parts
              .slice(1)
              .filter(({ name }) => name === "VariableName")
              .map(this.#source),
          }),
        ];
      default:
        return [this.#make("ExpressionStatement", part, { expression: this.#expressions(parts, part) })];
    }
  }

  #declared(part: Part, value: Node): Node {
    const name = part.parts.find((each) => each.name === "VariableName") ?? part;
    return this.#set(part, this.#name(name), value);
  }

  #set(part: Part, left: Node, right: Node): Node {
    const expression = this.#make("AssignmentExpression", part, { operator: "=", left, right, pythonic: true });
    return this.#make("ExpressionStatement", part, { expression });
  }

  #assign(part: Part): Node[] {
    const groups: Part[][] = [[]];
    for (const each of part.parts) {
      if (each.name === "AssignOp") groups.push([]);
      else if (each.name !== "TypeDef") groups.at(-1)?.push(each);
    }
    const value = groups.pop() ?? [];
    if (groups.length === 0) return [];
    const right = this.#expressions(value, part);
    // `a = b = x` computes x once; reading it twice changes nothing.
    return groups.map((target) => this.#set(part, this.#target(target, part), right));
  }

  #target(parts: readonly Part[], at: Part): Node {
    const found = this.#expressions(parts, at);
    return pattern(found);
  }

  #imports(part: Part): Node[] {
    const { parts } = part;
    const from = parts[0]?.name === "from";
    const groups: Part[][] = [[]];
    for (const each of parts.slice(1)) {
      if (each.name === "," || each.name === "import") groups.push([]);
      else if (each.name !== "(" && each.name !== ")") groups.at(-1)?.push(each);
    }
    const module = from ? (groups.shift() ?? []).map(this.#source).join("") : "";
    return groups.flatMap((group) => {
      const as = group.findIndex(({ name }) => name === "as");
      const path = (as === -1 ? group : group.slice(0, as)).map(this.#source).join("");
      const alias = as === -1 ? undefined : group[as + 1];
      const first = group[0];
      if (first === undefined) return [];
      const local = alias === undefined ? (from ? path : (path.split(".")[0] ?? path)) : this.#source(alias);
      const target = from ? `${module}.${path}` : alias === undefined ? local : path;
      return [this.#make("PyImport", part, { module: from ? module : path, target, local })];
    });
  }

  #function(part: Part): Node {
    const { parts } = part;
    const list = parts.find(({ name }) => name === "ParamList");
    const body = parts.find(({ name }) => name === "Body");
    const isLambda = part.name === "LambdaExpression";
    return this.#make("FunctionExpression", part, {
      params: list === undefined ? [] : this.#parameters(list),
      body: isLambda ? this.#expression(parts.at(-1) ?? part) : { ...this.#block(body, part), type: "BlockStatement" },
      async: parts[0]?.name === "async",
      generator: body !== undefined && contains(body, "YieldStatement", "YieldExpression"),
      python: true,
    });
  }

  #parameters(list: Part): Node[] {
    const made: Node[] = [];
    const { parts } = list;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part;
      if (part.name === "*" || part.name === "**") {
        const name = parts[i + 1];
        if (name?.name === "VariableName") {
          made.push(this.#make("RestElement", part, { argument: this.#name(name) }));
          i += 1;
        }
      } else if (part.name === "VariableName") {
        const assigned = parts.findIndex((each, at) => at > i && (each.name === "AssignOp" || each.name === ","));
        const fallback = parts[assigned]?.name === "AssignOp" ? parts[assigned + 1] : undefined;
        if (fallback === undefined) made.push(this.#name(part));
        else {
          made.push(
            this.#make("AssignmentPattern", part, { left: this.#name(part), right: this.#expression(fallback) }),
          );
          i = assigned + 1;
        }
      }
    }
    return made;
  }

  #class(part: Part): Node {
    const name = part.parts.find((each) => each.name === "VariableName") ?? part;
    const body = part.parts.find((each) => each.name === "Body");
    const bases = part.parts.find((each) => each.name === "ArgList");
    return this.#make("PyClass", part, {
      id: this.#name(name),
      bases: bases === undefined ? [] : this.#arguments(bases).map((each) => each),
      body: this.#block(body, part),
    });
  }

  #if(part: Part, parts: readonly Part[]): Node {
    const test = parts[1];
    const at = parts.findIndex(({ name }) => name === "Body");
    const rest = parts.slice(at + 1);
    let alternate: Node | null = null;
    if (rest[0]?.name === "elif") alternate = this.#if(part, rest);
    else if (rest[0]?.name === "else") alternate = this.#block(rest[1], part);
    return this.#make("IfStatement", test ?? part, {
      test: test === undefined ? null : this.#expression(test),
      consequent: this.#block(parts[at], part),
      alternate,
    });
  }

  #loop(part: Part): Node[] {
    const { parts } = part;
    const bodies = parts.filter(({ name }) => name === "Body");
    const after = bodies[1] === undefined ? [] : [this.#block(bodies[1], part)];
    const body = this.#block(bodies[0], part);
    if (part.name === "WhileStatement") {
      return [this.#make("WhileStatement", part, { test: this.#expression(parts[1] ?? part), body }), ...after];
    }
    const start = parts[0]?.name === "async" ? 2 : 1;
    const at = parts.findIndex(({ name }) => name === "in");
    const until = parts.findIndex(({ name }) => name === "Body");
    const left = this.#target(parts.slice(start, at), part);
    const right = this.#expressions(parts.slice(at + 1, until), part);
    return [this.#make("ForOfStatement", part, { left, right, body }), ...after];
  }

  #try(part: Part): Node[] {
    const made: Node[] = [];
    let at: string | undefined;
    let named: Part | undefined;
    let block: Node | undefined;
    const handlers: Node[] = [];
    for (const [index, each] of part.parts.entries()) {
      if (["try", "except", "else", "finally"].includes(each.name)) {
        at = each.name;
        named = undefined;
      } else if (each.name === "as") named = part.parts[index + 1];
      else if (each.name === "Body") {
        const body = this.#block(each, part);
        if (at === "try") block = body;
        else if (at === "except")
          handlers.push(
            this.#make("CatchClause", each, { param: named === undefined ? null : this.#name(named), body }),
          );
        else made.push(body);
      } else if (at === "except" && each.node !== named?.node)
        made.push(this.#make("ExpressionStatement", each, { expression: this.#expression(each) }));
    }
    const first = this.#make("TryStatement", part, { block, handler: handlers[0] ?? null });
    return [first, ...handlers.slice(1).map((handler) => this.#make("TryStatement", part, { handler })), ...made];
  }

  #with(part: Part): Node[] {
    const made: Node[] = [];
    const { parts } = part;
    for (let i = 1; i < parts.length; i += 1) {
      const each = parts[i] as Part;
      if (each.name === "Body") made.push(this.#block(each, part));
      else if (!SKIPPED.has(each.name) && each.name !== "as" && parts[i - 1]?.name !== "as") {
        const target = parts[i + 1]?.name === "as" ? parts[i + 2] : undefined;
        const value = this.#expression(each);
        if (target === undefined) made.push(this.#make("ExpressionStatement", each, { expression: value }));
        else made.push(this.#set(each, pattern(this.#expression(target)), value));
      }
    }
    return made;
  }

  #match(part: Part): Node {
    const clauses =
      part.parts.find(({ name }) => name === "MatchBody")?.parts.filter(({ name }) => name === "MatchClause") ?? [];
    return this.#make("SwitchStatement", part, {
      discriminant: this.#expression(part.parts[1] ?? part),
      cases: clauses.map((clause) => {
        const literal = clause.parts.find(({ name }) => name === "LiteralPattern");
        const body = clause.parts.find(({ name }) => name === "Body");
        const guard = clause.parts.find(({ name }) => name === "Guard");
        const tests =
          guard === undefined
            ? []
            : [this.#make("ExpressionStatement", guard, { expression: this.#expression(guard.parts.at(-1) ?? guard) })];
        const test = literal?.parts[0] === undefined ? null : this.#expression(literal.parts[0]);
        return this.#make("SwitchCase", clause, { test, consequent: [...tests, this.#block(body, clause)] });
      }),
    });
  }

  #list = (parts: readonly Part[]): readonly Part[] => parts.filter(({ name }) => !SKIPPED.has(name));

  /** One expression, or a tuple of several. */
  #expressions(parts: readonly Part[], at: Part): Node {
    const list = this.#list(parts);
    const comma = parts.some(({ name }) => name === ",");
    const elements = this.#elements(parts);
    return list.length === 1 && !comma
      ? (elements[0] ?? this.#nothing(at))
      : this.#make("ArrayExpression", at, { elements });
  }

  #nothing = (at: Part): Node => this.#make("Literal", at, { value: null });

  #elements(parts: readonly Part[]): Node[] {
    const made: Node[] = [];
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part;
      if (SKIPPED.has(part.name)) continue;
      if (part.name === "*" || part.name === "**") {
        i += 1;
        const next = parts[i];
        if (next !== undefined) made.push(this.#make("SpreadElement", next, { argument: this.#expression(next) }));
      } else made.push(this.#expression(part));
    }
    return made;
  }

  #arguments(list: Part): Node[] {
    const made: Node[] = [];
    const { parts } = list;
    const comprehension = parts.findIndex(({ name }) => name === "for");
    if (comprehension !== -1) return [this.#comprehension(list)];
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part;
      if (SKIPPED.has(part.name)) continue;
      if (part.name === "*" || part.name === "**") {
        i += 1;
        const next = parts[i];
        if (next !== undefined) made.push(this.#make("SpreadElement", next, { argument: this.#expression(next) }));
      } else if (parts[i + 1]?.name === "AssignOp") {
        const value = parts[i + 2];
        i += 2;
        if (value !== undefined)
          made.push(this.#make("PyKeyword", part, { name: this.#source(part), value: this.#expression(value) }));
      } else made.push(this.#expression(part));
    }
    return made;
  }

  #call(at: Part, parts: readonly Part[]): Node {
    // A decorator is called with the function below it.
    const names = parts.filter(({ name }) => name === "VariableName" || name === "PropertyName");
    const list = parts.find(({ name }) => name === "ArgList");
    const [first, ...rest] = names;
    if (first === undefined) return this.#nothing(at);
    let callee = this.#name(first);
    for (const each of rest)
      callee = this.#make("MemberExpression", at, { object: callee, property: this.#name(each), computed: false });
    return this.#make("CallExpression", at, { callee, arguments: list === undefined ? [] : this.#arguments(list) });
  }

  #expression(part: Part): Node {
    const { parts } = part;
    const first = parts[0];
    switch (part.name) {
      case "VariableName":
        return this.#name(part);
      case "Number":
        return this.#number(part);
      case "Boolean":
        return this.#make("Literal", part, { value: this.#source(part) === "True" });
      case "None":
      case "Ellipsis":
        return this.#nothing(part);
      case "String": {
        const { value, bytes } = valueOfString(this.#source(part));
        return this.#make("Literal", part, { value, bytes });
      }
      case "FormatString":
        return this.#format(part);
      case "ContinuedString":
        return parts
          .map((each) => this.#expression(each))
          .reduce((left, right) => this.#make("BinaryExpression", part, { operator: "+", left, right }));
      case "ParenthesizedExpression":
        return this.#expressions(parts, part);
      case "TupleExpression":
      case "ArrayExpression":
      case "SetExpression":
        return this.#make("ArrayExpression", part, { elements: this.#elements(parts) });
      case "DictionaryExpression":
        return this.#dictionary(part);
      case "ArrayComprehensionExpression":
      case "SetComprehensionExpression":
      case "ComprehensionExpression":
      case "DictionaryComprehensionExpression":
        return this.#comprehension(part);
      case "UnaryExpression": {
        const operand = parts.at(-1) ?? part;
        return this.#make("UnaryExpression", part, {
          operator: first === undefined ? "" : this.#source(first),
          argument: this.#expression(operand),
        });
      }
      case "BinaryExpression":
        return this.#binary(part);
      case "ConditionalExpression": {
        const [yes, , test, , no] = parts;
        const of = (each: Part | undefined): Node =>
          each === undefined ? this.#nothing(part) : this.#expression(each);
        return this.#make("ConditionalExpression", part, { test: of(test), consequent: of(yes), alternate: of(no) });
      }
      case "LambdaExpression":
        return this.#function(part);
      case "CallExpression": {
        const list = parts.find(({ name }) => name === "ArgList") ?? part;
        return this.#make("CallExpression", part, {
          callee: this.#expression(first ?? part),
          arguments: this.#arguments(list),
        });
      }
      case "MemberExpression":
        return this.#member(part);
      case "NamedExpression": {
        const [target, , value] = parts;
        const left = this.#expression(target ?? part);
        return this.#make("AssignmentExpression", part, {
          operator: "=",
          left,
          right: this.#expression(value ?? part),
          pythonic: true,
        });
      }
      case "AwaitExpression":
        return this.#make("AwaitExpression", part, { argument: this.#expression(parts.at(-1) ?? part) });
      case "YieldExpression":
      case "YieldStatement":
        return this.#make("YieldExpression", part, {
          argument: this.#expressions(
            parts.slice(1).filter(({ name }) => name !== "from"),
            part,
          ),
        });
      default:
        return this.#make("PyOther", part, { parts: this.#list(parts).map((each) => this.#expression(each)) });
    }
  }

  #number(part: Part): Node {
    const written = this.#source(part).replaceAll("_", "");
    const value = Number(/^0\d/.test(written) ? Number.parseInt(written, 10) : written);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^(?:\d+|0[xob][\da-f]+)$/i.test(written)) {
      return this.#make("Literal", part, { bigint: String(BigInt(written)) });
    }
    return this.#make("Literal", part, { value: Number.isNaN(value) ? Number.parseFloat(written) : value });
  }

  #format(part: Part): Node {
    const text = this.#source(part);
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
      return this.#make("TemplateElement", part, { value: { cooked } });
    });
    const expressions = holes.map((hole) => {
      const inner = hole.parts.filter(({ name }) => !/^(?:[{}]|Format)/.test(name));
      const value = this.#expressions(inner, hole);
      const plain = !hole.parts.some(({ name }) => name.startsWith("Format"));
      return plain ? value : this.#make("PyOther", hole, { parts: [value] });
    });
    return this.#make("TemplateLiteral", part, { quasis, expressions });
  }

  #dictionary(part: Part): Node {
    const properties: Node[] = [];
    const { parts } = part;
    for (let i = 0; i < parts.length; i += 1) {
      const each = parts[i] as Part;
      if (SKIPPED.has(each.name)) continue;
      if (each.name === "**") {
        i += 1;
        const next = parts[i];
        if (next !== undefined)
          properties.push(this.#make("SpreadElement", next, { argument: this.#expression(next) }));
      } else {
        const value = parts[i + 2] ?? each;
        properties.push(
          this.#make("Property", each, {
            kind: "init",
            computed: true,
            key: this.#expression(each),
            value: this.#expression(value),
          }),
        );
        i += 2;
      }
    }
    return this.#make("ObjectExpression", part, { properties, python: true });
  }

  /** `[f(x) for x in xs if g(x)]` */
  #comprehension(part: Part): Node {
    const clauses: Node[] = [];
    const { parts } = part;
    const start = parts.findIndex(({ name }) => name === "for" || name === "async");
    const heads = this.#list(parts.slice(0, start));
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
          this.#make("PyFor", each, {
            left: this.#target(parts.slice(i + 1, inAt), each),
            right: this.#expressions(parts.slice(inAt + 1, end), each),
          }),
        );
        i = end - 1;
      } else if (each.name === "if" && parts[i + 1] !== undefined) {
        clauses.push(this.#make("PyIf", each, { test: this.#expression(parts[i + 1] as Part) }));
        i += 1;
      }
    }
    return this.#make("PyComprehension", part, { heads: heads.map((each) => this.#expression(each)), clauses });
  }

  #binary(part: Part): Node {
    const { parts } = part;
    const operator = parts.slice(1, -1).map(this.#source).join(" ");
    const [left, right] = [this.#expression(parts[0] ?? part), this.#expression(parts.at(-1) ?? part)];
    if (operator === "and" || operator === "or") {
      return this.#make("LogicalExpression", part, { operator: operator === "and" ? "&&" : "||", left, right });
    }
    return this.#make("BinaryExpression", part, { operator: operator === "not in" ? "in" : operator, left, right });
  }

  #member(part: Part): Node {
    const [object, mark, ...rest] = part.parts;
    const of = this.#expression(object ?? part);
    if (mark?.name === ".") {
      return this.#make("MemberExpression", part, {
        object: of,
        property: this.#name(rest[0] ?? part),
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
        else if (each.name === ",") return this.#make("PyOther", part, { parts: [of, ...this.#elements(inside)] });
        else places[place] = each;
      }
      return this.#make("PySlice", part, {
        object: of,
        bounds: places.map((each) => (each === undefined ? null : this.#expression(each))),
      });
    }
    return this.#make("MemberExpression", part, {
      object: of,
      property: this.#expressions(inside, part),
      computed: true,
    });
  }
}

function contains(part: Part, ...names: readonly string[]): boolean {
  return part.parts.some(
    (each) => names.includes(each.name) || (each.name !== "FunctionDefinition" && contains(each, ...names)),
  );
}

/** The same node as something that is assigned to. */
function pattern(node: Node): Node {
  if (node.type !== "ArrayExpression") return node.type === "SpreadElement" ? { ...node, type: "RestElement" } : node;
  return { ...node, type: "ArrayPattern", elements: (node["elements"] as Node[]).map(pattern) };
}
