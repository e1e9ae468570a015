import { expect, test } from "vitest";
import { improvements } from "./test/honest.ts";
import { told, verdictOn } from "./test/surfaces.ts";

/** The share of honest improvements that a person may be asked about. */
const HELD_AT_MOST = 0.05;

test("honest improvements are never rejected, and hardly ever held", async () => {
  expect(improvements.length).toBeGreaterThan(90);
  const stopped: string[] = [];
  for (const { what, surface, text } of improvements) {
    expect(text, `${what} changes nothing`).not.toBe(surface.text);
    const verdict = await verdictOn(surface, text);
    if (verdict.decision !== "pass")
      stopped.push(`${surface.file}, ${what}: ${told(verdict)} ${JSON.stringify(verdict.evidence)}`);
    else expect(verdict.evidence, `${what} was not read`).not.toHaveProperty("notes");
  }
  expect(stopped.filter((each) => each.includes(": reject"))).toEqual([]);
  expect(stopped.length / improvements.length, stopped.join("\n")).toBeLessThanOrEqual(HELD_AT_MOST);
});
