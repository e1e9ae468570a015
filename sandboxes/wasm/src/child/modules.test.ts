import { CandidateFault } from "@pawl/sandbox-process/child";
import { expect, test } from "vitest";
import { command } from "../test/binary.ts";
import { Modules } from "./modules.ts";

const caps = { pages: 16, tableEntries: 100 };

test("the same content with the same caps is compiled once", () => {
  const modules = new Modules();
  modules.keep("a", command({}));
  const first = modules.compile("a", caps);
  expect(modules.compile("a", { ...caps })).toBe(first);
  expect(modules.compile("a", { ...caps, pages: 17 })).not.toBe(first);
  expect(modules.compile("a", caps)).toBe(first);
});

test("what was forgotten is compiled again, and so is what was not used for long", () => {
  const modules = new Modules();
  modules.keep("a", command({}));
  const first = modules.compile("a", caps);
  modules.forget("a");
  modules.keep("a", command({}));
  const second = modules.compile("a", caps);
  expect(second).not.toBe(first);
  modules.keep("b", command({}));
  for (let pages = 1; pages <= 15; pages++) modules.compile("b", { ...caps, pages });
  expect(modules.compile("a", caps)).toBe(second);
  for (let pages = 1; pages <= 16; pages++) modules.compile("b", { ...caps, pages });
  expect(modules.compile("a", caps)).not.toBe(second);
});

test("a module that cannot be compiled is the candidate's fault, each time", () => {
  const modules = new Modules();
  modules.keep("a", command({ body: [0x45] }));
  for (let i = 0; i < 2; i++) expect(() => modules.compile("a", caps)).toThrow(CandidateFault);
});
