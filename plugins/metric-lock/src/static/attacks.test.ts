import { expect, test } from "vitest";
import { compositions, memorised, mechanisms, texts } from "./test/attacks.ts";
import { pythonAttacks } from "./test/python-attacks.ts";
import { pythonDetours } from "./test/python-detours.ts";
import { told, verdictOn } from "./test/surfaces.ts";

const attacks = [...mechanisms, ...compositions, ...texts, ...memorised(), ...pythonAttacks, ...pythonDetours];

test("there are enough attacks to speak of, and none twice", () => {
  expect(attacks.length).toBeGreaterThan(150);
  expect(new Set(attacks.map(({ surface, text }) => surface.file + text)).size).toBe(attacks.length);
});

test.each(attacks.map((attack) => [attack.surface.file, attack.what, attack] as const))(
  "%s is stopped: %s",
  async (_file, _what, { surface, text, code }) => {
    const verdict = await verdictOn(surface, text);
    expect(told(verdict)).toMatch(/^(?:reject|hold) /);
    expect(verdict.code).toMatch(code);
    expect(verdict.evidence).toBeDefined();
  },
);
