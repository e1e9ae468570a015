import { describe, expect, test, vi, afterEach } from "vitest";
import { openFor, serve } from "./test/open.ts";

afterEach(() => vi.unstubAllEnvs());

const doctorOf = async (...args: Parameters<typeof openFor>) => {
  const checks = await (await openFor(...args)).doctor?.();
  return Object.fromEntries((checks ?? []).map(({ name, ok, detail }) => [name, [ok, detail]]));
};

describe("the doctor", () => {
  test("finds an endpoint that answers, and spends nothing", async () => {
    const server = await serve(() => "");
    expect(await doctorOf(server, { model: { price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } } })).toEqual({
      "key for scripted-model": [true, "none needed"],
      "endpoint of scripted-model": [true, `${server.url}/models: answers`],
      "price of scripted-model": [true, "1 USD in and 2 USD out, per million tokens"],
    });
    expect(server.requests).toHaveLength(0);
  });

  test("tells of a missing key, of nobody there, and of a model that is not there", async () => {
    vi.stubEnv("OPENAI_API_KEY", undefined);
    const keyless = await doctorOf({ url: "http://127.0.0.1:9/v1" }, { model: { provider: "openai" } });
    expect(keyless["key for scripted-model"]).toEqual([false, "the environment has no key for scripted-model"]);
    const nobody = await doctorOf({ url: "http://127.0.0.1:9/v1" });
    expect(nobody["endpoint of scripted-model"]?.[0]).toBe(false);
    const server = await serve(() => "");
    const absent = await doctorOf(server, { model: { model: "qwen3:8b" } });
    expect(absent["endpoint of qwen3:8b"]).toEqual([false, `${server.url}/models: does not list "qwen3:8b"`]);
  });

  test("of a replay wants its recording, and no key", async () => {
    vi.stubEnv("OPENAI_API_KEY", undefined);
    const recording = { file: "none.jsonl.zst", mode: "replay" } as const;
    const checks = await doctorOf({ url: "http://127.0.0.1:9/v1" }, { recording, model: { provider: "openai" } });
    expect(checks["recording of models"]?.[0]).toBe(false);
    expect(Object.keys(checks)).not.toContain("key for scripted-model");
  });
});
