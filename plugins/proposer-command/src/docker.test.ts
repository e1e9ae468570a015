import { afterAll, describe, expect, test } from "vitest";
import { modelGateway } from "@pawl/gateway-model";
import { docker } from "@pawl/sandbox-docker";
import { startModelServer } from "@pawl/testkit/models";
import { PYTHON, describePython, nothingLeft } from "../../../sandboxes/docker/src/test/daemon.ts";
import {
  AFTER,
  Agents,
  FILE,
  type Options,
  contextOf,
  never,
  proposalOf,
  reasonOf,
  standstillOf,
  traceOf,
} from "./test/setting.ts";

describePython("an agent in Docker", () => {
  const agents = new Agents();
  const made: { close?(): void | Promise<void> }[] = [];
  nothingLeft("agent");
  afterAll(async () => {
    for (const proposer of made) await proposer.close?.();
  });
  const agent = async (script: string, options: Options = {}) => {
    const proposer = await agents.make({
      command: ["/bin/sh", "-c", script],
      sandbox: docker({ image: PYTHON, pull: "never" }),
      wallMs: 60_000,
      limits: { memoryMb: 256, diskMb: 64 },
      ...options,
    });
    made.push(proposer);
    return proposer;
  };
  const edit = `printf '%s' '${AFTER}' > ${FILE};`;

  test("proposes, and sees nothing but its scratch copy", async () => {
    const failures = [{ case: 0, cause: "off", input: 1, output: 2 }];
    const proposal = await proposalOf(
      await agent(
        `${edit} seen=$(find . -type f | sort | tr '\\n' ' '); echo $seen > HYPOTHESIS.md; id -u; env | cut -d= -f1 | sort | tr '\\n' ' '; echo; grep -c eth /proc/net/dev; true`,
      ),
      contextOf({ failures }),
    );
    expect(proposal.change).toEqual({ kind: "files", files: { [FILE]: AFTER } });
    expect(proposal.hypothesis).toBe(
      "./BRIEF.md ./rules.ts ./traces/01-off.json ./traces/01-off.md ./traces/README.md",
    );
    expect(traceOf(proposal).agent).toMatchObject({ ended: { code: 0 } });
    // Nobody, without a network.
    expect(traceOf(proposal).agent.stdout).toMatch(/^65534\n.*\n0\n$/);
    expect(traceOf(proposal).agent.stdout).not.toContain("KEY");
  });

  test.each([
    ["a link", `rm ${FILE}; ln -s /etc/passwd ${FILE}`, `"${FILE}" is a link`],
    ["a folder", `rm ${FILE}; mkdir ${FILE}`, `"${FILE}" is not a plain file`],
    ["nothing", `rm ${FILE}`, `the agent removed "${FILE}"`],
    ["a binary", `head -c 100 /dev/urandom > ${FILE}; printf '\\0' >> ${FILE}`, `"${FILE}" is binary`],
    ["a large file", `head -c 2000000 /dev/zero | tr '\\0' x > ${FILE}`, `"${FILE}" has more than 1048576 bytes`],
    ["no change", `echo hello`, "the agent changed nothing of the surface"],
  ])("that leaves %s has proposed nothing", async (_, script, reason) => {
    expect(await reasonOf(await agent(script))).toBe(reason);
  });

  test("that ends with an error and no change is called again, and its words are kept", async () => {
    const { standstill, reason } = await standstillOf(await agent("echo 'no key' >&2; exit 9", { attempts: 2 }));
    expect([standstill, reason]).toEqual([
      "unavailable",
      "the agent failed 2 times in a row: the agent ended with 9 and changed nothing: no key",
    ]);
  });

  test("that is not in the image is a mistake in the config", async () => {
    const proposer = await agent("", { command: ["no-such-agent"] });
    await expect(proposer.propose(contextOf(), never)).rejects.toMatchObject({ code: "PAWL_CONFIG_INVALID" });
  });

  test("that never ends is ended, with what it left in the background", async () => {
    const proposer = await agent(`(setsid sleep 1000 &) ; ${edit} sleep 1000`, { wallMs: 3_000 });
    expect(await reasonOf(proposer)).toBe("the agent took longer than it may");
  });

  test("that leaves something in the background has ended nevertheless", async () => {
    const proposal = await proposalOf(await agent(`${edit} (setsid sleep 1000 >/dev/null 2>&1 &) ; exit 0`));
    expect(proposal.change.kind).toBe("files");
  });

  test("that forks without end, or fills the disk, harms nobody", async () => {
    const bomb = await (
      await agent(`while :; do sh -c 'while :; do sleep 5 & done' & done`, { wallMs: 5_000 })
    ).propose(contextOf(), never);
    expect(bomb).not.toHaveProperty("change.files");
    const full = await proposalOf(await agent(`${edit} head -c 1073741824 /dev/zero; true`));
    // The disk was full: what it proposed before that is still there.
    expect(full.change.kind).toBe("files");
  });

  test("may have a price, and says so", async () => {
    const proposer = await agent(`${edit} echo '{"total_cost_usd":0.5,"usage":{"input_tokens":3}}'`, {
      cost: "stdout",
    });
    expect((await proposalOf(proposer)).cost).toEqual({ usd: 0.5, inputTokens: 3 });
  });

  test("asks its model through the gateway's socket, and has no other network", async () => {
    const server = await startModelServer({ answer: () => "export default () => 3;", models: ["scripted-a"] });
    try {
      const gateway = modelGateway({
        models: [{ provider: "openai-compatible", model: "scripted-a", url: server.url }],
      });
      const script = `
import http.client, json, os, socket
class Model(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ["PAWL_MODEL_SOCKET"])
messages = [{"role": "user", "content": open("BRIEF.md").read()}]
model = Model("model")
model.request("POST", "/v1/chat/completions", json.dumps({"model": "scripted-a", "messages": messages}))
open("${FILE}", "w").write(json.load(model.getresponse())["choices"][0]["message"]["content"])
print(open("/proc/net/dev").read().count("eth"))`;
      const proposer = await agent("", { command: ["python3", "-c", script], gateway });
      const proposal = await proposalOf(proposer, contextOf());
      expect(proposal.change).toEqual({ kind: "files", files: { [FILE]: "export default () => 3;" } });
      expect(proposal.exchanges).toMatchObject([{ model: "scripted-a", status: 200 }]);
      expect(traceOf(proposal).agent).toMatchObject({ ended: { code: 0 }, stdout: "0\n" });
    } finally {
      await server.close();
    }
  });

  test("is looked at by the doctor", async () => {
    const checks = await (await agent("true")).doctor?.();
    expect(checks?.[0]).toEqual({ name: "agent", ok: true, detail: "runs in @pawl/sandbox-docker" });
    expect(checks?.length).toBeGreaterThan(3);
  });
});

describe("a sandbox that cannot run programs", () => {
  test("is refused, and the agent does not run on the host instead", async () => {
    const { isolate } = await import("@pawl/sandbox-isolate");
    const agents = new Agents();
    const proposer = await agents.sh(`touch ${agents.folder}/ran; echo x > ${FILE}`, { sandbox: isolate() });
    const answer = await proposer.propose(contextOf(), never).catch((error: unknown) => error);
    expect(answer).not.toHaveProperty("change.files");
    const { existsSync } = await import("node:fs");
    expect(existsSync(`${agents.folder}/ran`)).toBe(false);
    await proposer.close?.();
  });
});
