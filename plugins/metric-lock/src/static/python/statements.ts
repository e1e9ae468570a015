import type { Node } from "@pawl/source";
import { ShapeTranslator } from "./shapes.ts";
import { type Part, SKIPPED, contains, pattern } from "./parts.ts";

/** Translates statements. */
export class StatementTranslator extends ShapeTranslator {
  program(top: Part): Node {
    return this.make("Program", top, { body: this.statements(top.parts) });
  }

  statements(parts: readonly Part[]): Node[] {
    return parts.filter(({ name }) => !SKIPPED.has(name)).flatMap((part) => this.statement(part));
  }

  block(part: Part | undefined, at: Part): Node {
    // Blocks of Python are no scopes.
    return this.make("PyBlock", part ?? at, { body: part === undefined ? [] : this.statements(part.parts) });
  }

  statement(part: Part): Node[] {
    const { parts } = part;
    switch (part.name) {
      case "StatementGroup":
        return this.statements(parts);
      case "ExpressionStatement":
        return [this.make("ExpressionStatement", part, { expression: this.expressions(parts, part) })];
      case "YieldStatement":
        return [this.make("ExpressionStatement", part, { expression: this.expression(part) })];
      case "AssignStatement":
        return this.assign(part);
      case "UpdateStatement": {
        const [target, operator, ...values] = parts;
        if (target === undefined || operator === undefined) return [];
        const left = this.expression(target);
        const made = { left, operator: this.source(operator), right: this.expressions(values, part) };
        return [this.make("ExpressionStatement", part, { expression: this.make("AssignmentExpression", part, made) })];
      }
      case "ImportStatement":
        return this.imports(part);
      case "FunctionDefinition":
      case "ClassDefinition":
        return this.definition(part, []);
      case "DecoratedStatement": {
        const defined = parts.at(-1) ?? part;
        return this.definition(
          defined,
          parts.filter(({ name }) => name === "Decorator").map((each) => this.decorator(each)),
        );
      }
      case "ReturnStatement":
        return [
          this.make("ReturnStatement", part, {
            argument: parts.length < 2 ? null : this.expressions(parts.slice(1), part),
          }),
        ];
      case "RaiseStatement":
        return [this.make("ThrowStatement", part, { argument: this.expressions(parts.slice(1), part) })];
      case "DeleteStatement":
        return this.list(parts.slice(1)).map((each) =>
          this.make("ExpressionStatement", part, {
            expression: this.make("UnaryExpression", part, { operator: "delete", argument: this.expression(each) }),
          }),
        );
      case "IfStatement":
        return [this.if(part, parts)];
      case "WhileStatement":
      case "ForStatement":
        return this.loop(part);
      case "TryStatement":
        return this.try(part);
      case "WithStatement":
        return this.with(part);
      case "MatchStatement":
        return this.match(part);
      case "BreakStatement":
      case "ContinueStatement":
        return [this.make(part.name, part)];
      case "PassStatement":
        return [];
      case "ScopeStatement":
        return [
          this.make("PyScope", part, {
            module: parts[0] !== undefined && this.source(parts[0]) === "global",
            names: parts
              .slice(1)
              .filter(({ name }) => name === "VariableName")
              .map(this.nameText),
          }),
        ];
      default:
        return [this.make("ExpressionStatement", part, { expression: this.expressions(parts, part) })];
    }
  }

  /** A function or a class, which goes through its decorators from the last to the first. */
  definition(part: Part, decorators: readonly Node[]): Node[] {
    const isFunction = part.name === "FunctionDefinition";
    const name = part.parts.find((each) => each.name === "VariableName") ?? part;
    const value = decorators.reduceRight<Node>(
      (decorated, decorator) => this.make("PyDecorated", part, { decorator, decorated }),
      isFunction ? this.function(part) : this.class(part),
    );
    return [...(isFunction ? this.annotations(part) : []), this.set(part, this.name(name), value)];
  }

  /** What annotations compute is computed; a mere type does nothing. */
  annotations(part: Part): Node[] {
    return part.parts.flatMap((each) => {
      if (each.name === "ParamList") return this.annotations(each);
      if (each.name !== "TypeDef" || !contains(each, "CallExpression")) return [];
      return [this.make("ExpressionStatement", each, { expression: this.expressions(each.parts.slice(1), each) })];
    });
  }

  assign(part: Part): Node[] {
    const groups: Part[][] = [[]];
    for (const each of part.parts) {
      if (each.name === "AssignOp") groups.push([]);
      else if (each.name !== "TypeDef") groups.at(-1)?.push(each);
    }
    const value = groups.pop() ?? [];
    const annotations = this.annotations(part);
    if (groups.length === 0) return annotations;
    const right = this.expressions(value, part);
    // `a = b = x` computes x once; reading it twice changes nothing.
    return [...annotations, ...groups.map((target) => this.set(part, this.target(target, part), right))];
  }

  imports(part: Part): Node[] {
    const { parts } = part;
    const from = parts[0]?.name === "from";
    const groups: Part[][] = [[]];
    for (const each of parts.slice(1)) {
      if (each.name === "," || each.name === "import") groups.push([]);
      else if (each.name !== "(" && each.name !== ")") groups.at(-1)?.push(each);
    }
    const module = from ? (groups.shift() ?? []).map(this.nameText).join("") : "";
    return groups.flatMap((group) => {
      const as = group.findIndex(({ name }) => name === "as");
      const path = (as === -1 ? group : group.slice(0, as)).map(this.nameText).join("");
      const alias = as === -1 ? undefined : group[as + 1];
      const first = group[0];
      if (first === undefined) return [];
      const local = alias === undefined ? (from ? path : (path.split(".")[0] ?? path)) : this.nameText(alias);
      const target = from ? `${module}.${path}` : alias === undefined ? local : path;
      return [this.make("PyImport", part, { module: from ? module : path, target, local })];
    });
  }

  function(part: Part): Node {
    const { parts } = part;
    const list = parts.find(({ name }) => name === "ParamList");
    const body = parts.find(({ name }) => name === "Body");
    return this.make("FunctionExpression", part, {
      params: list === undefined ? [] : this.parameters(list),
      body: { ...this.block(body, part), type: "BlockStatement" },
      async: parts[0]?.name === "async",
      generator: body !== undefined && contains(body, "YieldStatement", "YieldExpression"),
      python: true,
    });
  }

  class(part: Part): Node {
    const name = part.parts.find((each) => each.name === "VariableName") ?? part;
    const body = part.parts.find((each) => each.name === "Body");
    const bases = part.parts.find((each) => each.name === "ArgList");
    return this.make("PyClass", part, {
      id: this.name(name),
      bases: bases === undefined ? [] : this.arguments(bases).map((each) => each),
      body: this.block(body, part),
    });
  }

  if(part: Part, parts: readonly Part[]): Node {
    const test = parts[1];
    const at = parts.findIndex(({ name }) => name === "Body");
    const rest = parts.slice(at + 1);
    let alternate: Node | null = null;
    if (rest[0]?.name === "elif") alternate = this.if(part, rest);
    else if (rest[0]?.name === "else") alternate = this.block(rest[1], part);
    return this.make("IfStatement", test ?? part, {
      test: test === undefined ? null : this.expression(test),
      consequent: this.block(parts[at], part),
      alternate,
    });
  }

  loop(part: Part): Node[] {
    const { parts } = part;
    const bodies = parts.filter(({ name }) => name === "Body");
    const after = bodies[1] === undefined ? [] : [this.block(bodies[1], part)];
    const body = this.block(bodies[0], part);
    if (part.name === "WhileStatement") {
      return [this.make("WhileStatement", part, { test: this.expression(parts[1] ?? part), body }), ...after];
    }
    const start = parts[0]?.name === "async" ? 2 : 1;
    const at = parts.findIndex(({ name }) => name === "in");
    const until = parts.findIndex(({ name }) => name === "Body");
    const left = this.target(parts.slice(start, at), part);
    const right = this.expressions(parts.slice(at + 1, until), part);
    return [this.make("ForOfStatement", part, { left, right, body }), ...after];
  }

  try(part: Part): Node[] {
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
        const body = this.block(each, part);
        if (at === "try") block = body;
        else if (at === "except")
          handlers.push(this.make("CatchClause", each, { param: named === undefined ? null : this.name(named), body }));
        else made.push(body);
      } else if (at === "except" && each.node !== named?.node)
        made.push(this.make("ExpressionStatement", each, { expression: this.expression(each) }));
    }
    const first = this.make("TryStatement", part, { block, handler: handlers[0] ?? null });
    return [first, ...handlers.slice(1).map((handler) => this.make("TryStatement", part, { handler })), ...made];
  }

  with(part: Part): Node[] {
    const made: Node[] = [];
    const { parts } = part;
    for (let i = 1; i < parts.length; i += 1) {
      const each = parts[i] as Part;
      if (each.name === "Body") made.push(this.block(each, part));
      else if (!SKIPPED.has(each.name) && each.name !== "as" && parts[i - 1]?.name !== "as") {
        const target = parts[i + 1]?.name === "as" ? parts[i + 2] : undefined;
        const value = this.make("PyEnter", each, { context: this.expression(each) });
        if (target === undefined) made.push(this.make("ExpressionStatement", each, { expression: value }));
        else made.push(this.set(each, pattern(this.expression(target)), value));
      }
    }
    return made;
  }

  match(part: Part): Node[] {
    const clauses =
      part.parts.find(({ name }) => name === "MatchBody")?.parts.filter(({ name }) => name === "MatchClause") ?? [];
    const subject = this.make("Identifier", part, { name: `?match ${part.node.from}` });
    const cases = clauses.map((clause) => {
      const shape = clause.parts[1] ?? clause;
      const body = clause.parts.find(({ name }) => name === "Body");
      const guard = clause.parts.find(({ name }) => name === "Guard");
      const tests =
        guard === undefined
          ? []
          : [this.make("ExpressionStatement", guard, { expression: this.expression(guard.parts.at(-1) ?? guard) })];
      const literal = shape.name === "LiteralPattern" ? shape.parts[0] : undefined;
      return this.make("SwitchCase", clause, {
        test: literal === undefined ? null : this.expression(literal),
        consequent: [...this.captures(shape, subject), ...tests, this.block(body, clause)],
      });
    });
    return [
      this.set(part, subject, this.expression(part.parts[1] ?? part)),
      this.make("SwitchStatement", part, { discriminant: subject, cases }),
    ];
  }
}
