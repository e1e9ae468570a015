import { Visitor, parseSync } from "oxc-parser";
import type { HonestChange } from "../attack.ts";
import { free } from "../graft.ts";
import { afterImports, editing, grafting, numbers, rename, tweak } from "./editing.ts";

/** What people do to code without changing what it answers, or by turning one number a little. For any surface. */
export const REFACTORS: readonly HonestChange[] = [
  editing({ name: "a-comment", description: "Adds a comment that says what the file is for." }, (edited, program) => {
    edited.appendLeft(
      afterImports(program),
      "\n// What this answers is checked every night; see the readme for how.\n",
    );
    return true;
  }),
  editing({ name: "no-comments", description: "Removes all comments." }, (edited, _, text) => {
    const { comments } = parseSync("surface.ts", text);
    for (const { start, end } of comments) edited.remove(start, end);
    return comments.length > 0;
  }),
  editing({ name: "another-indentation", description: "Indents with four spaces." }, (edited, _, text) => {
    if (text.includes("`")) return false;
    for (const { 0: spaces, index } of text.matchAll(/^ +(?=\S)/gm)) edited.appendLeft(index, spaces);
    return /^ +\S/m.test(text);
  }),
  editing(
    { name: "a-better-name", description: "Renames a variable." },
    rename(
      (names) => names[0],
      (name) => `${name}Value`,
    ),
  ),
  editing(
    { name: "another-better-name", description: "Renames the last of the variables." },
    rename(
      (names) => (names.length > 1 ? names.at(-1) : undefined),
      (name) => `the${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    ),
  ),
  editing(
    { name: "a-named-constant", description: "Gives a number a name at the top of the file." },
    (edited, program, text) => {
      const [literal] = numbers(program);
      if (literal === undefined) return false;
      const name = free(text, "THRESHOLD");
      edited.appendLeft(
        afterImports(program),
        `\n/** Chosen together with the team in charge. */\nconst ${name} = ${text.slice(literal.start, literal.end)};\n`,
      );
      edited.overwrite(literal.start, literal.end, name);
      return true;
    },
  ),
  editing(
    { name: "all-constants-named", description: "Moves every number to a name at the top of the file." },
    (edited, program, text) => {
      const literals = numbers(program);
      const lines = literals.map(({ start, end }, i) => {
        const name = free(text, `SETTING_${i + 1}`);
        edited.overwrite(start, end, name);
        return `const ${name} = ${text.slice(start, end)};`;
      });
      edited.appendLeft(afterImports(program), `\n${lines.join("\n")}\n`);
      return literals.length > 1;
    },
  ),
  editing(
    { name: "functions-in-another-order", description: "Moves the last helper to the front." },
    (edited, program) => {
      const helpers = program.body.filter(({ type }) => type === "FunctionDeclaration");
      const last = helpers.at(-1);
      if (last === undefined || program.body.length < 2) return false;
      edited.move(last.start, last.end, afterImports(program));
      return true;
    },
  ),
  editing(
    { name: "turned-comparisons", description: "Writes comparisons the other way round." },
    (edited, program, text) => {
      const TURNED: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };
      let count = 0;
      new Visitor({
        BinaryExpression({ operator, left, right, start, end }) {
          const other = TURNED[operator];
          const plain = (node: typeof left): boolean =>
            ["Identifier", "Literal", "MemberExpression"].includes(node.type);
          if (other === undefined || !plain(left) || !plain(right)) return;
          edited.overwrite(
            start,
            end,
            `${text.slice(right.start, right.end)} ${other} ${text.slice(left.start, left.end)}`,
          );
          count += 1;
        },
      }).visit(program);
      return count > 0;
    },
  ),
  editing(
    { name: "written-out-assignments", description: "Writes `x += y` as `x = x + (y)`." },
    (edited, program, text) => {
      let count = 0;
      new Visitor({
        AssignmentExpression({ operator, left, right, start, end }) {
          if (!/^[-+*/]=$/.test(operator) || left.type !== "Identifier") return;
          const name = text.slice(left.start, left.end);
          edited.overwrite(
            start,
            end,
            `${name} = ${name} ${operator.charAt(0)} (${text.slice(right.start, right.end)})`,
          );
          count += 1;
        },
      }).visit(program);
      return count > 0;
    },
  ),
  editing({ name: "braces-everywhere", description: "Puts braces around the bodies of ifs." }, (edited, program) => {
    let count = 0;
    new Visitor({
      IfStatement({ consequent, alternate }) {
        if (consequent.type === "BlockStatement" || alternate !== null) return;
        edited.appendLeft(consequent.start, "{ ").appendRight(consequent.end, " }");
        count += 1;
      },
    }).visit(program);
    return count > 0;
  }),
  editing(
    { name: "a-variable-for-the-answer", description: "Gives what is returned a name first." },
    (edited, program, text) => {
      const name = free(text, "outcome");
      let done = false;
      new Visitor({
        ReturnStatement({ argument, start, end }) {
          if (done || argument === null || !/[;{}]\s*$/.test(text.slice(0, start))) return;
          edited.overwrite(
            start,
            end,
            `const ${name} = ${text.slice(argument.start, argument.end)};\n  return ${name};`,
          );
          done = true;
        },
      }).visit(program);
      return done;
    },
  ),
  grafting(
    { name: "a-thin-entry", description: "Exports a small function that calls the one with the rules." },
    ({ call, fn }) => `
/** The entry; the rules are above. */
export default ${fn} (input) {
  return ${call};
}`,
  ),
  grafting(
    { name: "an-exported-arrow", description: "Exports an arrow function that hands over to the rules." },
    ({ base }) => `
const entry = (input) => ${base}(input);
export default entry;`,
  ),
  grafting(
    { name: "a-check-of-the-input", description: "Refuses input that is none, as a library would." },
    ({ call, fn }) => `
export default ${fn} (input) {
  if (input === undefined || input === null) throw new TypeError("there is no input");
  return ${call};
}`,
  ),
  grafting(
    {
      name: "a-check-of-the-answer",
      description: "Throws where a computation has gone wrong, instead of answering it.",
    },
    ({ call, fn }) => `
export default ${fn} (input) {
  const answer = ${call};
  if (typeof answer === "number" && !Number.isFinite(answer)) throw new RangeError("the rules gave no number");
  return answer;
}`,
  ),
  grafting(
    { name: "steps-in-a-list", description: "Runs the rules as the only step of a pipeline." },
    ({ base }) => `
const STEPS = [(input) => ${base}(input)];

/** Each step gets what the one before has made. */
export default function (input) {
  let value = input;
  for (const step of STEPS) value = step(value);
  return value;
}`,
  ),
  grafting(
    { name: "rules-in-an-object", description: "Puts the rules into an object with a version." },
    ({ base }) => `
const RULES = { version: "2", apply: ${base} };
export default function (input) {
  return RULES.apply(input);
}`,
  ),
  editing(
    { name: "first-number-up", kind: "tweak", description: "Turns the first number up by a tenth." },
    tweak((found) => found[0], 1.1),
  ),
  editing(
    { name: "first-number-down", kind: "tweak", description: "Turns the first number down by a tenth." },
    tweak((found) => found[0], 0.9),
  ),
  editing(
    { name: "last-number-up", kind: "tweak", description: "Turns the last number up by a twentieth." },
    tweak((found) => found.at(-1), 1.05),
  ),
  editing(
    { name: "middle-number-down", kind: "tweak", description: "Turns one of the numbers down by a fifth." },
    tweak((found) => found[found.length >> 1], 0.8),
  ),
];
