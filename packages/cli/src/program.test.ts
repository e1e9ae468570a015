import { readFileSync } from "node:fs";
import type { Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "./program.ts";

const page = readFileSync(new URL("../../../docs/reference/cli.md", import.meta.url), "utf8");

/** The page's part about one command. */
function section(name: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`\`pawl ${name}`)) ?? "";
}

/** The options of a command and of its actions. */
const optionsOf = (command: Command): readonly Option[] => [...command.options, ...command.commands.flatMap(optionsOf)];

describe("the reference page", () => {
  const program = createProgram();

  test.each(program.commands.map((command) => [command.name(), command] as const))(
    "tells all of pawl %s",
    (name, command) => {
      const text = section(name);
      expect(text).not.toBe("");
      for (const { long } of optionsOf(command)) expect(text).toContain(`${long}`);
      for (const argument of command.registeredArguments) {
        const shown = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
        expect(text.split("\n", 1)[0]).toContain(shown);
      }
      for (const action of command.commands) expect(text).toContain(`\`${action.name()}`);
    },
  );

  test("tells the options of all commands, and no others", () => {
    const known = new Set([...program.options, ...program.commands.flatMap(optionsOf)].map(({ long }) => long));
    const told = new Set([...page.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option));
    for (const long of known) expect(told).toContain(long);
    // --help is commander's own; --silent is pnpm's.
    expect([...told].filter((option) => !known.has(option))).toEqual(["--help", "--silent"]);
  });
});
