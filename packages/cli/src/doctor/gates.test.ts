import { expect, test } from "vitest";
import { edit, git, jsonLines, pawl, projects, succeed } from "../test/command.ts";

const project = projects();

/** A gate in the config itself, with a doctor of its own. */
const GATE = `
import { defineGate } from "@pawl/plugin";
const careful = defineGate({
  name: "careful",
  create: () => ({
    async inspect() {
      return { decision: "pass", code: "CAREFUL", reason: "fine" };
    },
    async doctor({ baseline, evaluation, rerun }) {
      const again = await rerun();
      const same = again.score?.value === baseline.score.value;
      return [
        { name: "noise", ok: same, detail: same ? "none over " + evaluation.inputs.length + " cases" : "some" },
        { name: "power", ok: false, detail: "nothing below 3 can be seen", remedy: "Use more cases." },
      ];
    },
  }),
});
`;

test("doctor prints what each gate has measured of itself, with remedies", async () => {
  const dir = await project("careful");
  edit(dir, "pawl.config.ts", (text) => `${GATE}${text.replace("gates: [", "gates: [careful(), ")}`);
  await git(dir, "commit", "-qam", "Be careful");
  const { code, stdout } = await pawl(dir, ["doctor", "--json"]);
  // The lock does not fit the changed config.
  expect(code).toBe(2);
  const [{ checks } = {}] = jsonLines(stdout);
  expect(checks).toContainEqual(
    expect.objectContaining({
      name: "noise",
      ok: true,
      detail: expect.stringMatching(/^none over \d+ cases$/) as string,
    }),
  );
  const power = {
    name: "power",
    ok: false,
    detail: "nothing below 3 can be seen",
    remedy: "Use more cases.",
    warning: true,
  };
  expect(checks).toContainEqual(expect.objectContaining(power));
  await git(dir, "config", "user.name", "Tess");
  await succeed(dir, "lock", "--accept", "--reason", "a careful gate");
  const { code: after, stdout: words } = await pawl(dir, ["doctor"]);
  // A weak gate does not keep a run from starting.
  expect(after).toBe(0);
  expect(words).toMatch(/weak +power +nothing below 3 can be seen\n +→ Use more cases\./);
});
