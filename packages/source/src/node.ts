/** A node of a syntax tree, seen generically: whoever reads one cares for few of its many shapes. */
export interface Node {
  readonly type: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Whether a value found in a tree is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** The child under `key`, if there is one. */
export function child(node: Node, key: string): Node | undefined {
  const value = node[key];
  return isNode(value) ? value : undefined;
}

/** The children under `key`, holes left out. */
export function children(node: Node, key: string): readonly Node[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The children under `key` in their places: a hole, as in `[, second]`, is `undefined`. */
export function slots(node: Node, key: string): readonly (Node | undefined)[] {
  const value = node[key];
  if (!Array.isArray(value)) return [];
  return value.every(isNode) ? value : value.map((item) => (isNode(item) ? item : undefined));
}

/** The string under `key`, such as an operator or a name. */
export function text(node: Node, key: string): string {
  const value = node[key];
  return typeof value === "string" ? value : "";
}

/** Types of nodes that mean just what the expression in them means. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  "ParenthesizedExpression",
  "ChainExpression",
  "TSNonNullExpression",
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
]);

/** Types of nodes that are functions with a body. */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** The node without parentheses and type assertions around it. */
export function bare(node: Node): Node {
  let inner = node;
  while (WRAPPERS.has(inner.type)) {
    const next = child(inner, "expression");
    if (next === undefined) return inner;
    inner = next;
  }
  return inner;
}

/** Every node of a tree, parents first, however deep it is. */
export function* walk(root: Node): Generator<Node> {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    const from = stack.length;
    for (const key in node) {
      const value = node[key];
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) stack.push(item);
      } else if (isNode(value)) stack.push(value);
    }
    // The last one in is the first one out.
    for (let low = from, high = stack.length - 1; low < high; low += 1, high -= 1) {
      const swapped = stack[low] as Node;
      stack[low] = stack[high] as Node;
      stack[high] = swapped;
    }
  }
}
