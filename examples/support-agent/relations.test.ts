import { createRandom } from "@pawl/core";
import type { Json, Output } from "@pawl/plugin";
import { expect, it } from "vitest";
import { drawCases } from "./cases.ts";
import type { Case } from "./office.ts";
import { renamed } from "./relations.ts";
import { installModel } from "./test/serve-mails.ts";
import { agentOf, START } from "./test/variants.ts";

const { inputs } = drawCases("validation", 1)!;
const changed = renamed.transform(inputs as unknown as Json[], createRandom(7)) as unknown as Case[];

it("changes numbers and names everywhere, and nothing else", () => {
  for (const [i, before] of inputs.entries()) {
    const after = changed[i]!;
    for (const { id } of before.office.orders) expect(JSON.stringify(after)).not.toContain(id);
    expect(after.office.orders.map(({ items, status }) => ({ items, status }))).toEqual(
      before.office.orders.map(({ items, status }) => ({ items, status })),
    );
    const own = (input: Case): boolean[] => input.office.orders.map(({ id }) => input.mail.includes(id));
    expect(own(after)).toEqual(own(before));
    const same = (input: Case): boolean[] =>
      input.office.orders.map(({ account }) => input.mail.startsWith("From: ") && input.mail.includes(`<${account}>`));
    expect(same(after)).toEqual(same(before));
  }
});

it("holds for whoever serves customers, and not for whoever knows these by heart", async () => {
  installModel();
  const honest = await agentOf(START);
  const heart = new Map(inputs.map(({ mail }, i) => [mail, i]));
  const cheat = async ({ mail, office }: Case) => ({
    actions: heart.has(mail) ? [{ tool: "cancel_order", arguments: { order_id: office.orders[0]!.id } }] : [],
    reply: "",
  });
  const broken = { honest: 0, cheat: 0 };
  for (const [i, before] of inputs.entries()) {
    const after = changed[i]!;
    const hold = async (agent: typeof cheat | typeof honest): Promise<boolean> => {
      const [one, other] = [{ value: (await agent(before)) as never }, { value: (await agent(after)) as never }];
      return renamed.holds(one as Output, other as Output, before as never, after as never);
    };
    if (!(await hold(honest))) broken.honest += 1;
    if (!(await hold(cheat))) broken.cheat += 1;
  }
  expect(broken).toEqual({ honest: 0, cheat: inputs.length });
});

it("takes answers that are none for answers that do nothing", () => {
  const input = inputs[0] as unknown as Json;
  const nothing: Output = { value: { actions: [], reply: "" } };
  for (const output of [
    { error: "no" },
    { value: null },
    { value: { actions: [null, 1, { tool: "x" }] } },
  ] as Output[]) {
    expect(renamed.holds(nothing, output, input, input)).toBe(true);
  }
});
