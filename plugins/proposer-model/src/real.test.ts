import { expect, test } from "vitest";
import { languageModel } from "./index.ts";
import { contextOf, FILE } from "./test/context.ts";
import { ideaIn, SIGNAL } from "./test/open.ts";

const { ANTHROPIC_API_KEY, OPENAI_API_KEY, PAWL_TEST_ANTHROPIC_MODEL, PAWL_TEST_OPENAI_MODEL } = process.env;

/** Models that are cheap and do what is needed; another one can be named in the environment. */
const PROVIDERS = [
  ["anthropic", ANTHROPIC_API_KEY, PAWL_TEST_ANTHROPIC_MODEL ?? "claude-haiku-4-5"],
  ["openai", OPENAI_API_KEY, PAWL_TEST_OPENAI_MODEL ?? "gpt-4.1-mini"],
] as const;

for (const [provider, key, model] of PROVIDERS) {
  test(`${provider} itself proposes`, async ({ skip }) => {
    if (key === undefined || key === "") {
      console.warn(`\n  NOT TESTED: a proposal of ${provider} itself, because the environment has no key for it.\n`);
      skip("NOT TESTED: no key in the environment");
    }
    const configured = languageModel({ model: { provider, model, maxOutputTokens: 2_000 } });
    const proposer = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
    const failures = [4, 10, 100].map((x, at) => {
      return { case: at, cause: "too low", detail: `right is ${x * 0.8}`, input: x, output: x * 0.5 };
    });
    const checks = (await proposer.doctor?.()) ?? [];
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    const proposal = ideaIn(await proposer.propose(contextOf({ failures }), SIGNAL));
    expect(proposal.change.kind).not.toBe("unusable");
    expect(JSON.stringify(proposal.change)).toContain(FILE);
    expect(proposal.cost?.inputTokens).toBeGreaterThan(300);
    expect(proposal.exchanges?.[0]?.status).toBe(200);
    await proposer.close?.();
  });
}
