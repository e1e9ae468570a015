export { nestingEstimate } from "./nesting.ts";
export { FUNCTIONS, type Node, WRAPPERS, bare, child, children, isNode, slots, text, walk } from "./node.ts";
export { type Comment, type Parsed, type Unparsed, parseScript } from "./parse.ts";
