import { startModelServer } from "@pawl/testkit/models";
import { expect, test } from "vitest";
import { edit, git, jsonLines, pawl, projects } from "../test/command.ts";

const project = projects();

test("doctor tells whether candidates that ask a model would be answered", async () => {
  const server = await startModelServer({ answer: () => "yes" });
  const dir = await project("asks");
  const endpoint = `{ provider: "openai-compatible", model: "scripted-model", url: "${server.url}" }`;
  edit(dir, "pawl.config.ts", (text) =>
    `import { modelGateway } from "@pawl/gateway-model";\n${text}`
      .replace("memoryMb: 64", 'memoryMb: 64, network: "gateway"')
      .replace("gates: [", `gateway: modelGateway({ models: [${endpoint}] }),\n  gates: [`),
  );
  await git(dir, "commit", "-qam", "Ask a model");
  const checksOf = async (): Promise<unknown> =>
    jsonLines((await pawl(dir, ["doctor", "--json"])).stdout)[0]?.["checks"];
  const checks = await checksOf();
  expect(checks).toContainEqual(
    expect.objectContaining({ name: "plugins", detail: expect.stringContaining("gateway") }),
  );
  expect(checks).toContainEqual(expect.objectContaining({ name: "endpoint of scripted-model", ok: true }));
  await server.close();
  const remedy = "Start the server, or mend its url.";
  expect(await checksOf()).toContainEqual(
    expect.objectContaining({ name: "endpoint of scripted-model", ok: false, remedy }),
  );
});
