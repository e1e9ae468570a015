import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { git, jsonLines, pawl, projects, succeed } from "./test/command.ts";

const project = projects();
const SECRET = "Zx9-very-secret-Value-1234";

/** Ideas with prompts; the third repeats the second in another layout, the fourth brings a secret along. */
const PLUGINS = `import { defineGate, defineProposer, pass, reject } from "@pawl/plugin";

const line = (add: number, more = ""): string =>
  \`export default ({ temperature }: { temperature: number }): number => \${add} + 5.5 * temperature;\${more}\\n\`;
const texts = [line(1), line(500), line(500, "  // in another layout"), line(2, \` // ${SECRET}\`), "throw new TypeError('no');\\n"];

const exchange = (model: string, request: object, response: object) => ({
  model, provider: "scripted", request, response, status: 200, at: "2026-01-02T03:04:05.678Z", wallMs: 1200,
  inputTokens: 900, outputTokens: 40, usd: 0.002,
});

export const thinker = defineProposer({
  name: "thinker",
  create: () => ({
    models: [{ name: "scripted-1", provider: "scripted", family: "scripted", role: "meta" as const }],
    propose: async ({ experiment, train }) => {
      const text = texts[experiment - 1];
      if (text === undefined) return null;
      await train.failures();
      return {
        change: { kind: "files", files: { "sales.ts": text } },
        hypothesis: "idea " + experiment + " \\u001b[31mred\\u202e",
        rationale: "because\\nof ${SECRET}",
        ifItFails: "temperature is not all",
        trace: { steps: ["looked", "thought"] },
        exchanges: [exchange("scripted-1",
          { messages: [{ role: "system", content: "You improve code." }, { role: "user", content: "Failures: \\u001b[2Jmany" }] },
          { choices: [{ message: { content: "Try this.", reasoning_content: "Hm, warm days.",
            tool_calls: [{ id: "c1", function: { name: "edit", arguments: '{"path":"sales.ts"}' } }] }, finish_reason: "tool_calls" }] })],
        cost: { usd: 0.002, inputTokens: 900, outputTokens: 40, models: { "scripted-1": { calls: 1, inputTokens: 900, outputTokens: 40, usd: 0.002 } } },
      };
    },
    condense: async ({ notes, purse }) => {
      if (purse.reserve(0.5) === null) throw new Error("too dear");
      return { notes: [{ kind: "dead-end", text: "large constants do not help", condenses: notes.filter(({ kind }) => kind === "dead-end").map(({ id }) => id) }] };
    },
  }),
});

export const better = defineGate({
  name: "better",
  create: () => ({
    judge: async ({ candidate, champion }) =>
      candidate.score.value < champion.score.value ? pass("TEST_BETTER", "better", { by: 1 }) : reject("TEST_WORSE", "not better"),
  }),
});
`;

const CONFIG = `import { defineConfig } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { better, thinker } from "./plugins.ts";
import { forecast } from "./scorer.ts";

export default defineConfig({
  goal: "Forecast the sales.",
  surface: "sales.ts",
  proposer: thinker(),
  executor: isolate(),
  scorer: forecast(),
  gates: [better()],
  limits: { wallMs: 5_000, memoryMb: 64 },
  budget: { experiments: 5 },
});
`;

const env = { SERVICE_TOKEN: SECRET };
let dir: string;
beforeAll(async () => {
  dir = await project("thinking");
  writeFileSync(join(dir, "plugins.ts"), PLUGINS);
  writeFileSync(join(dir, "pawl.config.ts"), CONFIG);
  await git(dir, "config", "user.name", "Grace Hopper");
  await succeed(dir, "lock", "--accept", "--reason", "made for a test");
  await git(dir, "add", "-A");
  await git(dir, "commit", "-qm", "Lock");
  const run = await pawl(dir, ["run"], { env });
  if (run.code !== 0) throw new Error(run.stderr);
});

describe("pawl notes", () => {
  test("lists lessons and dead ends with their experiments, also as JSON", async () => {
    const text = await succeed(dir, "notes");
    expect(text).toMatch(/^Lessons\nn\d+ +idea 1 red – kept: .*better[^]*run-1 1; mean gain .* interval .* pairs/);
    expect(text).toMatch(
      /Dead ends\nn\d+ +idea 2 red – rejected \(TEST_WORSE\): not better[^]*Learnt, says the proposer: temperature/,
    );
    // The repeated one was not run: it is the same dead end.
    expect(text).toMatch(/run-1 2, 3; .*, 2 times/);
    expect(text).toMatch(/idea 5 red – failed: it crashed with TypeError/);
    const notes = jsonLines(await succeed(dir, "notes", "list", "--kind", "dead-end", "--json"));
    expect(notes).toMatchObject([
      { kind: "dead-end", times: 2, evidence: [{ experiment: 2 }, { experiment: 3 }] },
      { kind: "dead-end" },
    ]);
    const log = jsonLines(await succeed(dir, "log", "--json")).find(({ experiment }) => experiment === 3);
    expect(log).toMatchObject({ status: "rejected", gate: "PAWL_TRIED_BEFORE", wallMs: null });
  });

  test("searches, adds, shows, edits and removes, under the name that git knows", async () => {
    const [added] = jsonLines(
      await succeed(dir, "notes", "add", "ask about\u001b[31m holidays", "--experiment", "1", "--json"),
    );
    expect(added).toMatchObject({
      type: "note",
      kind: "idea",
      by: "person",
      name: "Grace Hopper",
      text: "ask about holidays",
      evidence: [{ run: "run-1", experiment: 1 }],
    });
    const id = String(added?.["id"]);
    expect(jsonLines(await succeed(dir, "notes", "search", "holiday", "--json"))).toMatchObject([{ id }]);
    await succeed(dir, "notes", "edit", id, "ask about school holidays");
    expect(await succeed(dir, "notes", "show", id)).toMatch(/ask about school holidays[^]*edited by Grace Hopper/);
    expect(await succeed(dir, "notes", "remove", id)).toBe(`${id} is gone\n`);
    expect(await pawl(dir, ["notes", "show", id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("PAWL_NOTE_NOT_FOUND"),
    });
    const log = await succeed(dir, "notes", "search", '"; DROP TABLE notes; --', "NEAR(");
    expect(log).not.toContain("error");
  });

  test.each([
    [["notes", "show", "n99999"], "PAWL_NOTE_NOT_FOUND"],
    [["notes", "remove", "1; drop"], "PAWL_NOTE_NOT_FOUND"],
    [["notes", "add", " "], "PAWL_USAGE"],
    [["notes", "add", "x", "--kind", "rumour"], "PAWL_USAGE"],
    [["notes", "add", "x", "--experiment", "99"], "PAWL_EXPERIMENT_NOT_FOUND"],
    [["notes", "--run", "nope"], "PAWL_RUN_NOT_FOUND"],
    [["notes", "search"], "PAWL_USAGE"],
  ])("%j is refused", async (args, code) => {
    expect(await pawl(dir, args)).toMatchObject({ code: 2, stderr: expect.stringContaining(code) });
  });

  test("condenses by the proposer's model, within the money that it is given", async () => {
    const dear = await pawl(dir, ["notes", "condense", "--usd", "0.1"]);
    expect(dear.code).not.toBe(0);
    const [made] = jsonLines(await succeed(dir, "notes", "condense", "--json"));
    expect(made).toMatchObject({ by: "model", name: "thinker", text: "large constants do not help" });
    expect(made).toMatchObject({ evidence: [{ experiment: 2 }, { experiment: 3 }, { experiment: 5 }] });
    const shown = await succeed(dir, "notes");
    expect(shown).toContain("large constants do not help");
    expect(await succeed(dir, "doctor")).toMatch(/ledger .*all intact/);
  });
});

describe("pawl trace", () => {
  test("tells all of it, and nothing in it moves the terminal", async () => {
    const text = await succeed(dir, "trace", "1");
    for (const part of [
      /^experiment 1 of run-1: kept, \$0\.002$/m,
      /goal +Forecast the sales\./,
      /hypothesis +idea 1 red/,
      /if it fails +temperature is not all/,
      /Exchange 1 of 1 +2026-01-02T03:04:05\.678Z\n +scripted-1 at scripted · status 200 · 900 tokens in, 40 out · \$0\.002 · 1\.2 s/,
      /system\n +You improve code\./,
      /assistant, thinking\n +Hm, warm days\./,
      /assistant, calls edit\n +\{\n +"path": "sales\.ts"/,
      /\+export default \(\{ temperature \}/,
      /Train split +\d{4}-[^]*case 0\n +input +\{/,
      /Validation, in numbers\n +score .*\n +mean gain of a case .* interval[^]*answers: \d+ number/,
      /pass +better \(judge\) +TEST_BETTER/,
      /Verdict +\d{4}-[^]*kept, against experiment 0[^]*commit [0-9a-f]{40}/,
    ]) {
      expect(text).toMatch(part);
    }
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(await succeed(dir, "trace", "2", "--exchanges")).toContain("rejected, against experiment 1");
    expect(await pawl(dir, ["trace", "99"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("PAWL_EXPERIMENT_NOT_FOUND"),
    });
  });

  test("as JSON it has every case of the train split, and none of validation", async () => {
    const [trace] = jsonLines(await succeed(dir, "trace", "1", "--json"));
    const { train, validation } = trace as { train: { cases: unknown[] }; validation: object };
    expect(train.cases.length).toBeGreaterThan(10);
    expect(train.cases[0]).toMatchObject({ case: 0, input: expect.anything(), output: expect.any(Number) });
    expect(Object.keys(validation)).toEqual(["score", "effect", "answers", "executions"]);
  });

  test("a secret of the environment is in none of it, and content that holds one is not kept", async () => {
    const log = await succeed(dir, "log", "--jsonl");
    expect(log).not.toContain(SECRET);
    expect(await succeed(dir, "trace", "1")).toContain("of [redacted]");
    const [fourth] = jsonLines(await succeed(dir, "trace", "4", "--json"));
    expect(fourth).toMatchObject({
      outcome: {
        status: "failed",
        failure: "invalid-proposal",
        reason: expect.stringContaining("secret of this environment"),
      },
      proposal: { diff: null },
    });
    const { readFileSync } = await import("node:fs");
    for (const file of ["ledger.sqlite", "ledger.sqlite-wal", "notebook.sqlite"]) {
      const bytes = ((): string => {
        try {
          return readFileSync(join(dir, ".pawl", file), "latin1");
        } catch {
          return "";
        }
      })();
      expect(bytes).not.toContain(SECRET);
    }
  });
});
