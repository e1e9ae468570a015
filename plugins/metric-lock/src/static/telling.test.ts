import { expect, test } from "vitest";
import { rules } from "./test/attacks.ts";
import { fraud, told, verdictOn } from "./test/surfaces.ts";
import { tellingAttacks } from "./test/telling-attacks.ts";
import { lookAlikes } from "./test/telling-honest.ts";

test.each(tellingAttacks.map((attack) => [attack.surface.file, attack.what, attack] as const))(
  "%s asks somebody about %s",
  async (_file, _what, { surface, text, code }) => {
    const verdict = await verdictOn(surface, text);
    expect(told(verdict)).toMatch(/^(?:reject|hold) /);
    expect(verdict.code).toMatch(code);
  },
);

test.each(lookAlikes.map((change) => [change.surface.file, change.what, change] as const))(
  "%s asks nobody about %s",
  async (_file, _what, { surface, text }) => {
    expect(text).not.toBe(surface.text);
    const verdict = await verdictOn(surface, text);
    expect(`${told(verdict)} ${JSON.stringify(verdict.evidence)}`).toMatch(/^pass /);
    expect(verdict.evidence).not.toHaveProperty("notes");
  },
);

test("what is allowed by its name passes, and nothing else", async () => {
  const text = rules("points += tx.amount.toLocaleString().length * 0.01;");
  expect(told(await verdictOn(fraud, text, { static: { probing: { allow: ["locale"] } } }))).toMatch(/^pass /);
  expect(told(await verdictOn(fraud, text, { static: { probing: { allow: ["time zone"] } } }))).toMatch(/^hold /);
});
