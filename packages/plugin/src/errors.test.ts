import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERRORS } from "./errors.ts";

const page = readFileSync(new URL("../../../docs/reference/errors.md", import.meta.url), "utf8").replaceAll(/ +/g, " ");

test.each(Object.entries(ERRORS))("the reference page has %s as it is", (code, { exit, summary }) => {
  expect(page).toContain(`| \`${code}\` | ${exit} | ${summary} |`);
});

test("the reference page has no code that does not exist", () => {
  const codes = [...page.matchAll(/^\| `(PAWL_\w+)`/gm)].map(([, code]) => code);
  expect(codes).toEqual(Object.keys(ERRORS));
});
