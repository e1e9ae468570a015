import { type ConfiguredPlugin, PawlError, type PawlConfig, defineGate, defineProposer } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { better, nearness, scratchRepo, stroll, toyConfig } from "../test/toy.ts";
import { openProject } from "../project.ts";
import { checkConfig } from "./schema.ts";

/** Configs from JavaScript or JSON, which no compiler has seen. */
const untyped = (changes: Record<string, unknown>): PawlConfig => ({ ...toyConfig(), ...changes }) as PawlConfig;

function failureOf(config: PawlConfig): PawlError {
  try {
    checkConfig(config);
  } catch (error) {
    if (error instanceof PawlError) return error;
    throw error;
  }
  throw new Error("the config was accepted");
}

describe("a wrong config fails with the path of the value", () => {
  test.each([
    ["an unknown key", { budgett: {} }, "budgett", /did you mean "budget"/],
    ["a misspelt limit", { limits: { memoryMB: 3 } }, "limits.memoryMB", /did you mean "memoryMb"/],
    ["a string for a number", { budget: { experiments: "many" } }, "budget.experiments", /expected number/],
    ["a negative budget", { budget: { usd: -1 } }, "budget.usd", /./],
    ["no surface", { surface: undefined }, "surface", /./],
    ["a surface outside", { surface: "../secret.ts" }, "surface", /inside of the config's folder/],
    ["an absolute surface", { surface: ["a.ts", "/etc/passwd"] }, "surface[1]", /inside of the config's folder/],
    ["no gates", { gates: [] }, "gates", /at least one gate/],
    ["a plugin that was not called", { proposer: stroll }, "proposer", /parentheses/],
    ["a plugin of another kind", { proposer: better() }, "proposer", /is a gate/],
    ["a gate that is none", { gates: [better(), 5] }, "gates[1]", /must be a gate/],
    ["an unknown network", { limits: { network: "nonr" } }, "limits.network", /did you mean "none"/],
    ["no config at all", { surface: 5 }, "surface", /./],
  ])("%s", (_name, changes, path, text) => {
    const failure = failureOf(untyped(changes));
    expect(failure).toMatchObject({ code: "PAWL_CONFIG_INVALID", path, exitCode: 2 });
    expect(failure.message).toMatch(text);
  });

  test("options of plugins are checked with their place in the config", async () => {
    await using repo = await scratchRepo();
    const wrong = untyped({ gates: [better(), better({ strict: true } as never)] });
    await expect(openProject(wrong, { root: repo.root })).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      path: "gates[1].options.strict",
    });
    const misspelt = untyped({ scorer: nearness({ gaol: [1, 2] } as never) });
    await expect(openProject(misspelt, { root: repo.root })).rejects.toMatchObject({
      path: "scorer.options.gaol",
      message: expect.stringContaining('did you mean "goal"') as string,
    });
  });

  test("a proposer may open others, whose options have their place, too; what the lock covers may not", async () => {
    await using repo = await scratchRepo();
    let gateMayOpen: boolean | undefined;
    const curious = defineGate({
      name: "toy-curious",
      create: (_options, { open }) => {
        gateMayOpen = open !== undefined;
        return {};
      },
    });
    const two = defineProposer({
      name: "toy-two",
      options: z.object({ inner: z.custom<ConfiguredPlugin<"proposer">>() }),
      create: async ({ inner }, { open }) => (await open!("proposer", inner, "inner")).instance,
    });
    const opened = await openProject(untyped({ proposer: two({ inner: stroll() }), gates: [curious()] }), {
      root: repo.root,
    });
    expect(opened.plugins.proposer.instance.propose).toBeTypeOf("function");
    expect(gateMayOpen).toBe(false);
    const wrong = untyped({ proposer: two({ inner: stroll({ step: "far" } as never) }) });
    await expect(openProject(wrong, { root: repo.root })).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      path: "proposer.options.inner.options.step",
    });
  });

  test("a gate that does not fit the scorer says so before the run, with its place in the config", async () => {
    await using repo = await scratchRepo();
    const misfit = defineGate({
      name: "toy-misfit",
      create: () => ({
        prepare({ guardrails }) {
          const declared = guardrails.map(({ name }) => name).join();
          throw new PawlError("PAWL_CONFIG_INVALID", `there is only ${declared}`, { path: "tolerances.weight" });
        },
      }),
    });
    await expect(repo.lock(untyped({ gates: [better(), misfit()] }))).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      message: "there is only size",
      path: "gates[1].options.tolerances.weight",
    });
  });

  test("a plugin that cannot be found is named", async () => {
    await using repo = await scratchRepo();
    const config = untyped({ proposer: { use: "no-such-plugin" } });
    await expect(openProject(config, { root: repo.root })).rejects.toMatchObject({
      code: "PAWL_PLUGIN_UNKNOWN",
      path: "proposer.use",
    });
  });
});

test("defaults are filled in", () => {
  const checked = checkConfig(toyConfig({ surface: "./deep/a.ts" }));
  expect(checked).toMatchObject({
    surface: ["deep/a.ts"],
    entry: { kind: "call", file: "deep/a.ts" },
    concurrency: 1,
    budget: { experiments: 40, consecutiveFailures: 50 },
    limits: { wallMs: 5_000, memoryMb: 128, network: "none", diskMb: 0 },
  });
});
