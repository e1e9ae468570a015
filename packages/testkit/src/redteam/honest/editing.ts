import { MagicString } from "magic-string";
import { Visitor, parseSync } from "oxc-parser";
import type { HonestChange, Made, Target } from "../attack.ts";
import { free, graft, withEntry } from "../graft.ts";

type Program = ReturnType<typeof parseSync>["program"];
type Words = Pick<HonestChange, "name" | "description"> & Partial<Pick<HonestChange, "kind">>;
/** Edits the text; `false` says that there is nothing here to edit. */
type Edit = (edited: MagicString, program: Program, text: string) => boolean;

/** A change by editing the surface's own text. */
export function editing({ name, description, kind = "refactor" }: Words, edit: Edit): HonestChange {
  const make = (target: Target): Made => {
    const text = target.files[target.entry] ?? "";
    const { program, errors } = parseSync(target.entry, text);
    const edited = new MagicString(text);
    if (errors.length > 0 || !edit(edited, program, text))
      return { skip: "there is nothing in this surface to do it to" };
    return { files: withEntry(target, edited.toString()) };
  };
  return { name, description, kind, language: "javascript", make };
}

export function grafting(
  { name, description, kind = "refactor" }: Words,
  build: Parameters<typeof graft>[1],
): HonestChange {
  return { name, description, kind, language: "javascript", make: (target) => graft(target, build) };
}

/** Where code may stand before the first declaration. */
export function afterImports(program: Program): number {
  return program.body.findLast(({ type }) => type === "ImportDeclaration")?.end ?? 0;
}

interface Literal {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** Numbers in the code that are more than an index or a sign. */
export function numbers(program: Program): Literal[] {
  const found: Literal[] = [];
  new Visitor({
    Literal(node) {
      if (typeof node.value === "number" && Math.abs(node.value) > 1) {
        found.push({ start: node.start, end: node.end, value: node.value });
      }
    },
  }).visit(program);
  return found;
}

/** Identifiers that can be renamed without looking at anything else: declared once, and never a property. */
function renamable(program: Program, text: string): Map<string, { start: number; end: number }[]> {
  const uses = new Map<string, { start: number; end: number }[]>();
  const declared = new Map<string, number>();
  const taboo = new Set<string>();
  const parameters = (params: unknown): void => {
    for (const [, name = ""] of JSON.stringify(params).matchAll(/"name":"([^"]+)"/g)) taboo.add(name);
  };
  new Visitor({
    Identifier(node) {
      uses.set(node.name, [...(uses.get(node.name) ?? []), { start: node.start, end: node.start + node.name.length }]);
    },
    VariableDeclarator(node) {
      if (node.id.type === "Identifier") declared.set(node.id.name, (declared.get(node.id.name) ?? 0) + 1);
    },
    MemberExpression(node) {
      if (!node.computed && node.property.type === "Identifier") taboo.add(node.property.name);
    },
    Property(node) {
      if (node.key.type === "Identifier") taboo.add(node.key.name);
    },
    ExportSpecifier(node) {
      if ("name" in node.local) taboo.add(node.local.name);
    },
    FunctionDeclaration: (node) => parameters(node.params),
    FunctionExpression: (node) => parameters(node.params),
    ArrowFunctionExpression: (node) => parameters(node.params),
  }).visit(program);
  return new Map(
    [...uses].filter(([name, places]) => {
      const whole = [...text.matchAll(new RegExp(`(?<![\\w$.])${name}(?![\\w$])`, "g"))].length;
      return declared.get(name) === 1 && !taboo.has(name) && whole >= places.length && name.length > 1;
    }),
  );
}

/** Renames one of the variables that can be. */
export const rename = (pick: (names: string[]) => string | undefined, to: (name: string) => string): Edit => {
  return (edited, program, text) => {
    const names = renamable(program, text);
    const name = pick([...names.keys()]);
    if (name === undefined) return false;
    for (const { start, end } of names.get(name) ?? []) edited.overwrite(start, end, free(text, to(name)));
    return true;
  };
};

/** Turns one of the numbers. */
export const tweak =
  (which: (found: Literal[]) => Literal | undefined, factor: number): Edit =>
  (edited, program) => {
    const literal = which(numbers(program));
    if (literal === undefined) return false;
    const { value, start, end } = literal;
    const turned = Number((value * factor).toPrecision(4));
    const whole = factor > 1 ? Math.max(value + 1, Math.floor(turned)) : Math.min(value - 1, Math.ceil(turned));
    edited.overwrite(start, end, String(Number.isInteger(value) ? whole : turned));
    return true;
  };
