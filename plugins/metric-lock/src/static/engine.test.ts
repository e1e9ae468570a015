import { defineScorer } from "@pawl/core";
import { improvement } from "@pawl/gate-improvement";
import { expect, test } from "vitest";
import { metricLock } from "../metric-lock.ts";
import { tryInEngine } from "../test/run.ts";

const START = "export default (amount: number) => (amount > 5 ? 1 : 0);\n";
const AMOUNTS = Array.from({ length: 200 }, (_, i) => i / 8 + 0.0137);
/** One amount is an exception that no rule knows of. */
const EXCEPTION = AMOUNTS[20]!;

/** The share of the amounts that were told right. */
const rightOrWrong = defineScorer({
  name: "right-or-wrong",
  create: () => ({
    metric: { name: "right", direction: "maximize" },
    load: async (split, seed) =>
      split === "validation"
        ? { split, seed, inputs: AMOUNTS, reference: AMOUNTS.map((each) => (each > 4 || each === EXCEPTION ? 1 : 0)) }
        : null,
    score: async (outputs, { reference }) => {
      const right = outputs.filter((output, i) => "value" in output && output.value === (reference as number[])[i]);
      return { value: right.length / outputs.length };
    },
  }),
});

const CONTENTS = [
  // The words of the champion, and a number that only one case has.
  START.replace("amount >", `amount === ${EXCEPTION} ? 1 : amount >`),
  // One that does not even pay.
  START.replace("amount >", `amount === ${AMOUNTS[2]} ? 1 : amount >`),
  // The first one in new words: a person is asked, as it would be kept.
  START.replace("amount >", `Math.abs(amount) === ${EXCEPTION} ? 1 : amount >`),
  // What nobody has to be asked about.
  START.replace("amount >", `eval("amount") === ${EXCEPTION} ? 1 : amount >`),
  // An honest one.
  START.replace("5", "4"),
];

test("what has no new word is read when it would be kept, and what is rejected for its words never runs", async () => {
  const ends = await tryInEngine({ "rule.ts": START }, CONTENTS, {
    surface: "rule.ts",
    scorer: rightOrWrong(),
    gates: [improvement(), metricLock()],
  });
  const last = ends.map(({ status, verdicts, score }) => {
    const { gate, step, code } = verdicts.at(-1)!;
    return { status, gate, step, code, ran: score !== undefined };
  });
  const lock = "@pawl/metric-lock";
  const rare = { status: "held", gate: lock, code: "PAWL_GAMING_RARE_BRANCH" };
  expect(last).toEqual([
    { ...rare, step: "judge", ran: true },
    { status: "rejected", gate: "@pawl/gate-improvement", step: "judge", code: expect.any(String), ran: true },
    { ...rare, step: "judge", ran: true },
    { status: "rejected", gate: lock, step: "inspect", code: "PAWL_GAMING_DYNAMIC_CODE", ran: false },
    { status: "kept", gate: lock, step: "before-commit", code: "PAWL_NO_GAMING", ran: true },
  ]);
});
