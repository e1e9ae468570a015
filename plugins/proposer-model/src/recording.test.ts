import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GOOD } from "./test/answers.ts";
import { contextOf } from "./test/context.ts";
import { ideaIn, openFor, serve, SIGNAL } from "./test/open.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pawl-recording-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const recording = { file: "models/night.jsonl.zst" };
const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };

describe("a recording", () => {
  test("is made and replayed, second turns and refused schemas too, with the same cost and no provider", async () => {
    const server = await serve(({ body }, n) => {
      if (body["response_format"] !== undefined) return { fault: "status", status: 400 };
      return n < 2 ? "nonsense" : GOOD;
    });
    const model = { price };
    vi.stubEnv("PAWL_MODELS", "record");
    const live = await openFor(server, { recording, model }, { root });
    const asked = [];
    for (const experiment of [1, 2]) asked.push(ideaIn(await live.propose(contextOf({ experiment }), SIGNAL)));
    await live.close?.();
    expect(statSync(join(root, recording.file)).size).toBeGreaterThan(0);

    vi.stubEnv("PAWL_MODELS", "replay");
    const count = server.requests.length;
    const replayed = await openFor({ url: "http://192.0.2.1/v1" }, { recording, model }, { root });
    for (const [index, before] of asked.entries()) {
      const { exchanges: now, ...again } = ideaIn(await replayed.propose(contextOf({ experiment: index + 1 }), SIGNAL));
      const { exchanges: then, ...first } = before;
      expect(again).toEqual(first);
      const told = (each: typeof then) =>
        each?.map(({ request, response, usd, wallMs }) => ({ request, response, usd, wallMs }));
      expect(told(now)).toEqual(told(then));
      expect(now?.every((exchange) => exchange.replayed === true)).toBe(true);
    }
    expect(server.requests).toHaveLength(count);
    // A resumed run knows by its memo how the recorded one asked.
    const resumed = await openFor({ url: "http://192.0.2.1/v1" }, { recording, model }, { root });
    const record = {
      number: 1,
      parent: 0,
      status: "rejected",
      reason: "",
      hypothesis: "",
      files: {},
      verdicts: [],
    } as const;
    await resumed.observe?.({ ...record, memo: asked[0]!.memo! });
    expect(ideaIn(await resumed.propose(contextOf({ experiment: 2 }), SIGNAL)).change).toEqual(asked[1]!.change);
    await expect(resumed.propose(contextOf({ experiment: 3 }), SIGNAL)).rejects.toMatchObject({
      code: "PAWL_MODEL_NOT_RECORDED",
    });
  });

  test("must be configured where the environment asks for one", async () => {
    vi.stubEnv("PAWL_MODELS", "replay");
    const proposer = await openFor({ url: "http://192.0.2.1/v1" });
    await expect(proposer.propose(contextOf(), SIGNAL)).rejects.toMatchObject({ code: "PAWL_CONFIG_INVALID" });
  });
});
