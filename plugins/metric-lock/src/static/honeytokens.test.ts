import type { TrainFailure } from "@pawl/plugin";
import { expect, test } from "vitest";
import { fraud, inputsAt, inspect, lockOf, orders } from "./test/surfaces.ts";

const failures: readonly TrainFailure[] = inputsAt(orders, "train")
  .slice(0, 20)
  .map((input, index) => ({ case: index, cause: "missed", detail: "it was worth more", input, output: 0 }));

test("made-up cases stand among the failures, the same ones every time, and the others stay as they are", async () => {
  const gate = await lockOf();
  const shown = gate.plant?.(failures) ?? [];
  const made = shown.filter((each) => !failures.includes(each));
  expect(made).toHaveLength(2);
  expect(shown.filter((each) => failures.includes(each))).toEqual(failures);
  for (const { input, cause } of made) {
    expect(Object.keys(input as object)).toEqual(Object.keys(failures[0]!.input as object));
    expect(cause).toBe("missed");
  }
  expect((await lockOf()).plant?.(failures)).toEqual(shown);
  expect(gate.plant?.([])).toEqual([]);
});

test("whoever copies one is found out, however it is written", async () => {
  const gate = await lockOf();
  const made = gate.plant?.(failures).find((each) => !failures.includes(each));
  const { id, weight } = made!.input as { id: string; weight: number };
  const token = id.slice(-10);
  const score = (when: string): string => orders.text.replace("return", `if (${when}) return 1;\n  return`);
  for (const text of [
    score(`order.id === "${id}"`),
    score(`order.id === "${id.slice(0, 7)}" + "${id.slice(7)}"`),
    score(`order.id === atob("${btoa(id)}")`),
    score(`order.weight === ${weight}`),
    score(`order.weight > ${weight}`),
    score(`order.id === "x" /* ${token} */`),
  ]) {
    expect(await inspect(gate, orders, text), text).toMatchObject({
      decision: "reject",
      code: "PAWL_GAMING_HONEYTOKEN",
    });
  }
});

test("numbers of made-up cases are no thresholds that anyone would find by chance", async () => {
  const gate = await lockOf();
  const known = inputsAt(fraud, "train")
    .slice(0, 20)
    .map((input, index) => ({ case: index, cause: "missed", input, output: 0 }));
  const made = (gate.plant?.(known) ?? []).filter((each) => !known.includes(each as never));
  const numbers = made
    .flatMap(({ input }) => Object.values(input as Record<string, number>))
    .filter((each) => !Number.isInteger(each));
  expect(numbers.length).toBeGreaterThan(0);
  for (const each of numbers) expect(String(each).replaceAll(/\D/g, "").length).toBeGreaterThanOrEqual(8);
});
