import { child, children, text } from "@pawl/source";
import { isStructural } from "../surface/parameters.ts";
import { quote, structural } from "./structural.ts";

const KIN: Readonly<Record<string, readonly string[]>> = {
  min: ["max"],
  max: ["min"],
  floor: ["ceil", "round"],
  ceil: ["floor", "round"],
  round: ["floor", "ceil"],
  sin: ["cos"],
  cos: ["sin"],
  log1p: ["sqrt", "cbrt"],
  log: ["sqrt", "log1p"],
  sqrt: ["log1p", "cbrt"],
  cbrt: ["sqrt", "log1p"],
  exp: ["expm1"],
  tanh: ["atan"],
  atan: ["tanh"],
};
/** Functions that tame large values and keep the order. */
const DAMPERS = ["Math.log1p", "Math.sqrt", "Math.tanh"];

/** Puts another function of the same kind in place of one of `Math`. */
export const exchangeCall = structural({
  name: "exchange-call",
  types: ["CallExpression"],
  accepts: ({ entry }) => KIN[mathName(entry.node)] !== undefined,
  rewrite: ({ file, entry }, _view, random) => {
    const property = child(child(entry.node, "callee") ?? entry.node, "property");
    const name = mathName(entry.node);
    if (property === undefined) return undefined;
    const other = random.pick(KIN[name] ?? [name]);
    return {
      edits: [{ start: property.start, end: property.end, text: other }],
      hypothesis: `use Math.${other} instead of Math.${name} in ${quote(file.source(entry.node))}`,
      tags: [`exchange-call:${name}:${other}`],
    };
  },
});

/** Takes the plain value instead of `Math.…(value)`. */
export const unwrapCall = structural({
  name: "unwrap-call",
  types: ["CallExpression"],
  accepts: ({ entry }) => mathName(entry.node) !== "" && children(entry.node, "arguments").length > 0,
  rewrite: ({ file, entry }, _view, random) => {
    const argument = random.pick(children(entry.node, "arguments"));
    if (argument.type === "SpreadElement") return undefined;
    const inner = file.source(argument);
    const plain = /^[\w.$]+$/.test(inner) ? inner : `(${inner})`;
    return {
      edits: [{ start: entry.node.start, end: entry.node.end, text: plain }],
      hypothesis: `use ${quote(inner)} instead of ${quote(file.source(entry.node))}`,
    };
  },
});

/** Damps a factor or a term whose large values may weigh too much. */
export const dampen = structural({
  name: "dampen",
  types: ["MemberExpression"],
  accepts: ({ entry }) => {
    const { parent, key } = entry;
    const operator = parent?.node.type === "BinaryExpression" ? text(parent.node, "operator") : "";
    return (key === "left" || key === "right") && /^[-+*/]$/.test(operator) && !isStructural(entry);
  },
  rewrite: ({ file, entry }, _view, random) => {
    const damper = random.pick(DAMPERS);
    const source = file.source(entry.node);
    return {
      edits: [
        { start: entry.node.start, end: entry.node.start, text: `${damper}(` },
        { start: entry.node.end, end: entry.node.end, text: ")" },
      ],
      hypothesis: `damp ${quote(source)} with ${damper}`,
      tags: [`dampen:${damper}`],
    };
  },
});

/** The function's name in a call of `Math`, else "". */
function mathName(node: Parameters<typeof child>[0]): string {
  const callee = child(node, "callee");
  const object = callee === undefined ? undefined : child(callee, "object");
  const property = callee === undefined ? undefined : child(callee, "property");
  if (callee?.type !== "MemberExpression" || object === undefined || property === undefined) return "";
  return text(object, "name") === "Math" ? text(property, "name") : "";
}
