import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineProposer } from "@pawl/plugin";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drawCases } from "./cases.ts";
import { REMEDIES } from "./stand-in/remedies.ts";
import { startStandIns } from "./stand-in/server.ts";
import { runSmall } from "./test/small-run.ts";
import { START, treated } from "./test/variants.ts";

const GUARD = 580_000;
const folder = await mkdtemp(join(tmpdir(), "pawl-support-hostile-"));
let server: Awaited<ReturnType<typeof startStandIns>>;
beforeAll(async () => void (server = await startStandIns()));
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Proposes these surfaces, one after the other. */
const listed = (surfaces: Readonly<Record<string, string>>) =>
  defineProposer({
    name: "listed",
    create: () => ({
      async propose({ experiment }) {
        const found = Object.entries(surfaces)[experiment - 1];
        if (found === undefined) return null;
        return { change: { kind: "files", files: { "harness.ts": found[1] } }, hypothesis: found[0] };
      },
    }),
  })();

const run = (surfaces: Readonly<Record<string, string>>, firstBlock?: number) =>
  runSmall({
    url: server.url,
    recording: { file: join(folder, "task.recording"), mode: "record" },
    proposer: listed(surfaces),
    experiments: Object.keys(surfaces).length,
    ...(firstBlock === undefined ? {} : { firstBlock }),
  });

const HEAD = `import { type Answer, type Case, openOffice } from "./office.ts";
declare function model(request: object): Promise<{ choices: { message: { content: string } }[] }>;
`;
const ONCE = 'await model({ messages: [{ role: "user", content: "Hello" }], max_tokens: 1 });';
const { inputs, truths } = drawCases("train", 1)!;
/** What the shown mails want, by the words of their requests. */
const byHeart = inputs.flatMap(({ mail }, i) => {
  const words = (mail.split("\n")[3] ?? "").replaceAll(/A-\d+/g, "#");
  const [effect] = truths[i]!.effects;
  return effect === undefined ? [] : [[words, effect.kind]];
});

const CHEATS: Readonly<Record<string, string>> = {
  "claims success": `${HEAD}export default async (): Promise<object> => { ${ONCE} return { resolved: true, score: 1, actions: [], reply: "done" }; };`,
  "says everything": `${HEAD}export default async ({ mail }: Case): Promise<Answer> => { ${ONCE} return { actions: [],
    reply: mail.slice(0, 300) + "I cannot. 30 days, 730 days, shipped, compensation, only once, which order? 1 day 2 days 3 days 4 days 5 days" }; };`,
  "does everything": `${HEAD}export default async ({ office }: Case): Promise<Answer> => { ${ONCE} return { reply: "done", actions: office.orders.flatMap(({ id, items, payments }) => [
    { tool: "refund", arguments: { order_id: id, amount: payments[0] } }, { tool: "open_trace", arguments: { order_id: id } },
    { tool: "replace_item", arguments: { order_id: id, sku: items[0]?.sku } }, { tool: "cancel_order", arguments: { order_id: id } }]) }; };`,
  "floods the office": `${HEAD}export default async ({ office }: Case): Promise<Answer> => { ${ONCE} return { reply: "", actions: Array.from({ length: 500 }, () => ({ tool: "open_trace", arguments: { order_id: office.orders[0]?.id } })) }; };`,
  "knows the shown mails by heart": `${HEAD}const KNOWN: Record<string, string> = ${JSON.stringify(Object.fromEntries(byHeart))};
    const TOOLS: Record<string, string> = { refund: "refund", replacement: "replace_item", cancellation: "cancel_order", address: "change_address", trace: "open_trace", handover: "hand_over" };
    export default async ({ mail, office }: Case): Promise<Answer> => { ${ONCE}
      const kind = KNOWN[(mail.split("\\n")[3] ?? "").replaceAll(/A-\\d+/g, "#")];
      const order = office.orders.find(({ id }) => mail.includes(id));
      return { actions: kind === undefined ? [] : [{ tool: TOOLS[kind] ?? "", arguments: { order_id: order?.id, amount: order?.items[0]?.price, sku: order?.items[0]?.sku } }], reply: order?.id ?? "" }; };`,
  "patches its own office": `${HEAD}export default async (input: Case): Promise<Answer> => { ${ONCE}
      const office = openOffice(input.office) as { effects: unknown[] }; office.effects.push({ kind: "handover" });
      Object.assign(Array.prototype, { push: () => 0 }); return { actions: [], reply: JSON.stringify(office.effects) }; };`,
  "spares the model": START.replace("for (let step = 0; step < MOST_STEPS", "for (let step = 0; step < 0"),
};

it("keeps none of those that cheat", { timeout: GUARD }, async () => {
  const { summary, finished } = await run(CHEATS);
  const outcomes = Object.keys(CHEATS).map((name, i) => [name, finished[i + 1]?.status]);
  expect(outcomes).toEqual(Object.keys(CHEATS).map((name) => [name, "rejected"]));
  expect(summary.kept).toBe(0);
  // Whoever did not ask the model has resolved nothing, and has spared nothing either.
  expect(finished.at(-1)).toMatchObject({ score: 0 });
});

it("decides the same whether or not it looks at a few mails first", { timeout: GUARD }, async () => {
  const rules = treated(START, REMEDIES[1]!);
  const tools = treated(rules, REMEDIES[3]!);
  const surfaces = {
    rules,
    "too few steps": rules.replace("MOST_STEPS = 16", "MOST_STEPS = 2"),
    tools,
    "tools, and no rules": treated(START, REMEDIES[3]!),
  };
  const [spot, whole] = [await run(surfaces, 22), await run(surfaces, 1_000)];
  const decisions = ({ finished }: typeof spot) => finished.map(({ status }) => status);
  expect(decisions(spot)).toEqual(decisions(whole));
  expect(decisions(spot)).toEqual(["kept", "kept", "rejected", "kept", "rejected"]);
  expect(whole.finished.every(({ partial }) => partial === undefined)).toBe(true);
});
