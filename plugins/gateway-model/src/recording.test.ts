import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Execution, Setting, textOf } from "./test/setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await Setting.open((_request, n) => `answer ${n}`, { key: "key-for-the-script" });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await setting.close();
});

const RECORDING = { file: "models.recording", mode: "record" } as const;

async function night(execution: Execution): Promise<string[]> {
  return [
    await execution.answer("a"),
    await execution.answer("a"),
    await textOf(await execution.ask("b", { stream: true })),
    await execution.answer("c", { n: 2 }),
  ];
}

test("last night's run is answered again for nothing, with neither key nor provider, and costs the same on paper", async () => {
  vi.stubEnv("SCRIPTED_KEY", "key-for-the-script");
  const recorded = setting.gateway({ recording: RECORDING }, { keyEnv: "SCRIPTED_KEY" });
  const first = new Execution(recorded);
  const said = await night(first);
  const { exchanges, models, refused } = await first.close();
  await recorded.close?.();
  const bytes = await readFile(join(setting.root, "models.recording"));

  vi.stubEnv("SCRIPTED_KEY", undefined);
  vi.stubEnv("PAWL_MODELS", "replay");
  const asked = setting.server.requests.length;
  const gateway = setting.gateway({ recording: RECORDING }, { keyEnv: "SCRIPTED_KEY", url: "http://192.0.2.1/v1" });
  const again = new Execution(gateway);
  expect(await night(again)).toEqual(said);
  const report = await again.close();
  expect({ models: report.models, refused: report.refused }).toEqual({ models, refused });
  expect(report.exchanges.map(({ replayed }) => replayed)).toEqual([true, true, true]);
  expect(report.exchanges.map(({ response }) => response)).toEqual(exchanges.map(({ response }) => response));
  expect(setting.server.requests).toHaveLength(asked);
  await gateway.close?.();
  expect(await readFile(join(setting.root, "models.recording"))).toEqual(bytes);
});

test("what was not recorded is trouble, and no question to anybody", async () => {
  vi.stubEnv("SCRIPTED_KEY", "key-for-the-script");
  const recorded = setting.gateway({ recording: RECORDING }, { keyEnv: "SCRIPTED_KEY" });
  await new Execution(recorded).answer("a");
  await recorded.close?.();
  const replay = setting.gateway({ recording: { ...RECORDING, mode: "replay" } });
  const execution = new Execution(replay);
  expect(await execution.answer("a")).toBe("answer 0");
  expect(await execution.answer("something else")).toMatch(/^503: /);
  expect(await execution.close()).toMatchObject({ trouble: { kind: "not-recorded" } });
  const other = new Execution(replay, { seed: 99, account: "2" });
  await other.ask("a");
  expect(await other.close()).toMatchObject({ trouble: { kind: "not-recorded" } });
  expect(setting.server.requests).toHaveLength(1);
});

test("a recording that is missing, or a key, stops an execution before it starts", () => {
  const replay = setting.gateway({ recording: { file: "none", mode: "replay" } });
  expect(() => new Execution(replay)).toThrow(expect.objectContaining({ code: "PAWL_MODEL_NOT_RECORDED" }));
  const keyless = setting.gateway({}, { keyEnv: "NO_SUCH_KEY" });
  expect(() => new Execution(keyless)).toThrow(expect.objectContaining({ code: "PAWL_MODEL_KEY_MISSING" }));
  vi.stubEnv("PAWL_MODELS", "replay");
  expect(() => setting.gateway()).toThrow(expect.objectContaining({ code: "PAWL_CONFIG_INVALID" }));
});

test("the doctor looks at keys, endpoints, prices and recordings, and spends nothing", async () => {
  const failing = async (gateway = setting.gateway()): Promise<string[]> =>
    ((await gateway.doctor?.()) ?? []).flatMap(({ ok, name, detail, remedy }) =>
      ok ? [] : [`${name}: ${detail}: ${remedy}`],
    );
  expect(await failing(setting.gateway({}, { keyEnv: "NO_SUCH_KEY" }))).toEqual([
    expect.stringMatching(/^key for scripted-a: .*NO_SUCH_KEY/),
  ]);
  vi.stubEnv("SCRIPTED_KEY", "wrong");
  expect(await failing(setting.gateway({}, { keyEnv: "SCRIPTED_KEY" }))).toEqual([
    expect.stringMatching(/not accepted \(401\)/),
  ]);
  vi.stubEnv("SCRIPTED_KEY", "key-for-the-script");
  expect(await failing(setting.gateway({}, { keyEnv: "SCRIPTED_KEY" }))).toEqual([]);
  expect(await failing(setting.gateway({}, { keyEnv: "SCRIPTED_KEY", model: "scripted-z" }))).toEqual([
    expect.stringMatching(/does not list "scripted-z"/),
  ]);
  expect(await failing(setting.gateway({}, { url: "http://127.0.0.1:9/v1" }))).toHaveLength(1);
  expect(await failing(setting.gateway({ recording: { file: "none", mode: "replay" } }))).toEqual([
    expect.stringMatching(/^recording of models: .*none is missing/),
  ]);
  const checks = await setting.gateway({}, { keyEnv: "SCRIPTED_KEY", price: undefined }).doctor?.();
  expect(checks?.map(({ detail }) => detail)).toContainEqual(
    expect.stringMatching(/^not known: a run with a USD budget/),
  );
  expect(setting.server.requests).toEqual([]);
});
