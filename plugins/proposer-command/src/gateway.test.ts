import { afterAll, beforeAll, expect, test } from "vitest";
import { modelGateway } from "@pawl/gateway-model";
import { type ModelServer, startModelServer } from "@pawl/testkit/models";
import { loose } from "./test/loose-executor.ts";
import {
  Agents,
  FILE,
  type Options,
  contextOf,
  proposalOf,
  purseOf,
  reasonOf,
  standstillOf,
  traceOf,
} from "./test/setting.ts";

const agents = new Agents();
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer({ answer: () => "export default () => 3;", models: ["scripted-a"] });
});
afterAll(() => server.close());

/** An agent in a sandbox that asks its model for the whole surface. */
const asking = (options: Options = {}) =>
  agents.node(
    `import http from "node:http";
    const body = JSON.stringify({ model: "scripted-a", messages: [{ role: "user", content: fs.readFileSync("BRIEF.md", "utf8") }] });
    const request = http.request({ socketPath: process.env.PAWL_MODEL_SOCKET, path: "/v1/chat/completions", method: "POST" }, (response) => {
      let text = ""; response.on("data", (piece) => (text += piece));
      response.on("end", () => {
        if (response.statusCode !== 200) { console.error(text); process.exit(1); }
        fs.writeFileSync("${FILE}", JSON.parse(text).choices[0].message.content); });
    });
    request.end(body);`,
    {
      sandbox: loose(),
      gateway: modelGateway({
        models: [
          {
            provider: "openai-compatible",
            model: "scripted-a",
            url: server.url,
            maxOutputTokens: 100,
            price: { inputUsdPerMillion: 1, outputUsdPerMillion: 10 },
          },
        ],
      }),
      ...options,
    },
  );

test("an agent in a sandbox asks its model through the gateway, which meters and records it", async () => {
  const proposer = await asking();
  const purse = purseOf(1);
  const proposal = await proposalOf(proposer, contextOf({ purse }));
  expect(proposal.change).toEqual({ kind: "files", files: { [FILE]: "export default () => 3;" } });
  expect(proposal.exchanges).toMatchObject([
    { model: "scripted-a", status: 200, response: { object: "chat.completion" } },
  ]);
  const { cost } = proposal;
  expect(cost?.models?.["scripted-a"]).toMatchObject({
    calls: 1,
    inputTokens: cost?.inputTokens,
    outputTokens: cost?.outputTokens,
  });
  expect(cost?.usd).toBeGreaterThan(0);
  // Once by the gateway, and nothing on top of it.
  expect(purse.paid.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(cost?.usd ?? 0, 12);
  expect(traceOf(proposal)).toMatchObject({ agent: { sandbox: "loose", ended: { code: 0 } } });
  expect((await proposer.doctor?.())?.map(({ name }) => name)).toContain("agent");
  await proposer.close?.();
});

test("money that does not suffice for its model's call ends the run, and no experiment", async () => {
  const proposer = await asking();
  expect(await standstillOf(proposer, contextOf({ purse: purseOf(0.000_001) }))).toMatchObject({
    standstill: "unaffordable",
  });
  await proposer.close?.();
});

test("a sandbox that ends it gives the reason", async () => {
  const proposer = await asking({ sandbox: loose({ outcome: "out-of-memory" }), attempts: 2 });
  expect(await reasonOf(proposer)).toBe("the agent's sandbox ended it: it needed more than it may");
  expect(await standstillOf(proposer)).toMatchObject({ standstill: "unavailable" });
  await proposer.close?.();
});

test("a gateway without a sandbox is a mistake", async () => {
  await expect(asking({ sandbox: undefined })).rejects.toThrow(/needs a sandbox/);
});
