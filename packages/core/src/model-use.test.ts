import type { ModelDescription } from "@pawl/plugin";
import { expect, test } from "vitest";
import { pairOf, sumOfUses } from "./model-use.ts";

const model = (role: ModelDescription["role"], family?: string): ModelDescription => ({
  name: `${family}-1`,
  provider: "test",
  role,
  ...(family === undefined ? {} : { family }),
});

test("a pair is one family, several, or nobody knows", () => {
  expect(pairOf([model("meta", "claude"), model("task", "claude")])).toMatchObject({ same: true });
  expect(pairOf([model("meta", "claude"), model("task", "qwen")])).toEqual({
    meta: ["claude"],
    task: ["qwen"],
    same: false,
  });
  expect(pairOf([model("meta", "claude"), model("meta", "gpt"), model("task", "gpt")])).toMatchObject({ same: false });
  expect(pairOf([model("meta", "claude"), model("task")])).toBeNull();
  expect(pairOf([model("meta", "claude")])).toBeNull();
  expect(pairOf([])).toBeNull();
});

test("a sum over some prices only is no price", () => {
  const use = { calls: 1, inputTokens: 2, outputTokens: 3 };
  expect(
    sumOfUses([
      { ...use, usd: 1 },
      { ...use, usd: 2 },
    ]),
  ).toEqual({ calls: 2, inputTokens: 4, outputTokens: 6, usd: 3 });
  expect(sumOfUses([{ ...use, usd: 1 }, use])).not.toHaveProperty("usd");
});
