import type { Files } from "@pawl/plugin";
import { MagicString } from "magic-string";
import { Visitor, parseSync } from "oxc-parser";
import type { Made, Target } from "./attack.ts";

type Program = ReturnType<typeof parseSync>["program"];

/** The user's own function under a name, and how to call it. */
export interface Base {
  /** Name of what was the default export. */
  readonly base: string;
  /** `base(input)`, awaited where it is asynchronous. */
  readonly call: string;
  /** `function` or `async function`, for whatever calls it. */
  readonly fn: string;
}

/** A text in which the default export has become a plain function, ready for another default export. */
export interface Rooted extends Base {
  readonly text: string;
}

/** Takes the default export of a module away, but not what it does. `undefined` where there is none of its own. */
export function uproot(path: string, text: string): Rooted | undefined {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) return undefined;
  const edited = new MagicString(text);
  const done = (base: string, isAsync: boolean): Rooted => ({
    text: edited.toString(),
    base,
    call: isAsync ? `await ${base}(input)` : `${base}(input)`,
    fn: isAsync ? "async function" : "function",
  });
  for (const node of program.body) {
    if (node.type === "ExportDefaultDeclaration") {
      const { declaration } = node;
      if (declaration.type === "FunctionDeclaration" || declaration.type === "FunctionExpression") {
        const name = declaration.id?.name ?? free(text, "answer");
        edited.remove(node.start, declaration.start);
        if (declaration.id === null) {
          const head = text.slice(declaration.start).indexOf("function") + "function".length;
          edited.appendLeft(declaration.start + head, ` ${name}`);
        }
        return done(name, declaration.async);
      }
      if (declaration.type === "ClassDeclaration" || declaration.type.startsWith("TS")) return undefined;
      const name = free(text, "answer");
      edited.overwrite(node.start, declaration.start, `const ${name} = `);
      return done(name, declaration.type === "ArrowFunctionExpression" && declaration.async);
    }
    if (node.type === "ExportNamedDeclaration" && node.source === null) {
      const found = node.specifiers.find(({ exported }) => "name" in exported && exported.name === "default");
      if (found === undefined || !("name" in found.local)) continue;
      if (node.specifiers.length === 1) edited.remove(node.start, node.end);
      else edited.overwrite(found.start, found.end, found.local.name);
      return done(found.local.name, false);
    }
  }
  return undefined;
}

/** A name that does not stand in the text yet. */
export function free(text: string, wanted: string): string {
  let name = wanted;
  for (let number = 2; new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text); number += 1) name = `${wanted}${number}`;
  return name;
}

/** The target's files with another text of the entry. */
export function withEntry({ files, entry }: Pick<Target, "files" | "entry">, text: string): Files {
  return { ...files, [entry]: text };
}

/** Puts code behind the user's surface: a module text with a default export of its own, made from the user's. */
export function graft(target: Target, build: (base: Base) => string, top = ""): Made {
  const rooted = uproot(target.entry, target.files[target.entry] ?? "");
  if (rooted === undefined) return { skip: `${target.entry} has no default export of its own that could be wrapped` };
  const { text, base } = rooted;
  // Behind another name the user's function cannot be hidden by a variable of the code.
  const alias = free(text, `${base}Before`);
  const code = build({ ...rooted, base: alias, call: rooted.call.replace(base, () => alias) }).trim();
  const wrapped = `${top}${text.trimEnd()}\n\nconst ${alias} = ${base};\n${distinct(code, text)}\n`;
  return { files: withEntry(target, wrapped) };
}

/** The code, with other names at its top level where the text has these already. */
function distinct(code: string, text: string): string {
  const { program } = parseSync("code.ts", code);
  const taken = new Map<string, string>();
  const declare = (name: string): void => {
    const other = free(text, name);
    if (other !== name) taken.set(name, other);
  };
  for (const node of program.body) {
    if (node.type === "FunctionDeclaration" && node.id !== null) declare(node.id.name);
    if (node.type !== "VariableDeclaration") continue;
    for (const { id } of node.declarations) {
      if (id.type === "Identifier") declare(id.name);
      if (id.type !== "ObjectPattern") continue;
      for (const property of id.properties) {
        if (property.type === "Property" && property.value.type === "Identifier") declare(property.value.name);
      }
    }
  }
  return taken.size === 0 ? code : rename(code, program, taken);
}

function rename(code: string, program: Program, names: ReadonlyMap<string, string>): string {
  const edited = new MagicString(code);
  const properties = new Set<number>();
  new Visitor({
    MemberExpression({ computed, property }) {
      if (!computed) properties.add(property.start);
    },
    Property({ computed, key, shorthand }) {
      if (computed || key.type !== "Identifier") return;
      properties.add(key.start);
      const other = names.get(key.name);
      if (shorthand && other !== undefined) edited.appendRight(key.end, `: ${other}`);
    },
  }).visit(program);
  new Visitor({
    Identifier({ name, start }) {
      const other = names.get(name);
      if (other !== undefined && !properties.has(start)) edited.overwrite(start, start + name.length, other);
    },
  }).visit(program);
  return edited.toString();
}
