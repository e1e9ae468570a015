import * as fc from "fast-check";
import { expect, test } from "vitest";
import { firstError, parsePython } from "./spellings.ts";
import { translate } from "./translate.ts";

test.each([
  ["a float without digits behind its point", "x = 1.\ny = (2. * x, 3.)[0]"],
  ["a yield of nothing", "def f():\n    yield\n    x = yield\n    g((yield), 1)"],
  ["a pattern without parts", "match x:\n    case A() | b.C( ):\n        pass"],
  ["brackets around what is opened", "with (open(a) as f, g() as h):\n    pass"],
  ["brackets over several lines", "with (\n    open(a) as f,\n    g('),', [1,\n2]) as h,\n):\n    pass"],
])("reads %s", (_, text) => {
  expect(firstError(parsePython(text).tree)).toBeUndefined();
});

test("places are those of the text as it was given", () => {
  const text = "x = 1. + 2.\ndef f():\n    yield\nlast = 3";
  const { tree, text: full, original } = parsePython(text);
  expect(full).not.toBe(text);
  const found: [string, string][] = [];
  tree.iterate({
    enter: ({ name, from, to }) => {
      if (name === "VariableName") found.push([full.slice(from, to), text.slice(original(from), original(to))]);
    },
  });
  expect(found.map(([name]) => name)).toEqual(["x", "f", "last"]);
  for (const [name, given] of found) expect(given).toBe(name);
});

test("nothing is put into texts and comments", () => {
  const kept = 'a = "1. and (yield\\n" # case A() 2.\nb = 1.\nc = """\nyield\n3. """\n';
  expect(parsePython(kept).text).toBe(kept.replace("b = 1.", "b = 1.0"));
  // What is broken stays as it is.
  expect(parsePython("x = 1. +\n(").text).toBe("x = 1. +\n(");
});

test("places of any text lie within it, and in its order", () => {
  const list = ["1.", "yield", "case A()", "with (", " as b", ")", ":", "\n", '"', "'''", "#", "\\", " ", "x"];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...list), { maxLength: 40 }), (pieces) => {
      const given = pieces.join("");
      const { text, original } = parsePython(given);
      let last = 0;
      for (let at = 0; at <= text.length; at += 1) {
        const place = original(at);
        expect(place).toBeGreaterThanOrEqual(last);
        expect(place).toBeLessThanOrEqual(given.length);
        last = place;
      }
    }),
  );
});

test.each([
  ["# -*- coding: utf-7 -*-\nx = 1", /written in utf-7/],
  ["#!/usr/bin/python3\n# vim: set fileencoding=latin-1 :\nx = 1", /written in latin-1/],
  ["# coding: utf-8\nx = 1", undefined],
  ["x = 1\n# coding: utf-7\n", undefined],
])("a text that names another encoding is another text: %j", (text, why) => {
  const read = translate(text);
  if (why === undefined) expect(read).not.toBeTypeOf("string");
  else expect(read).toMatch(why);
});
