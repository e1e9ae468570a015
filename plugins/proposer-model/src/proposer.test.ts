import { describe, expect, test } from "vitest";
import type { ScriptedBody } from "@pawl/testkit/models";
import { answering, editing, GOOD } from "./test/answers.ts";
import { contextOf, FILE, notebookWith, SURFACE } from "./test/context.ts";
import { ideaIn, openFor, serve, SIGNAL } from "./test/open.ts";

const WITH_IDEA = JSON.stringify({ ...JSON.parse(GOOD), ideas: [" a share for\neach customer ", ""] });
const lastOf = ({ messages }: ScriptedBody): string => String(messages.at(-1)?.content);

test("a model is told all that it may know, and its edit becomes a proposal with its words, trace and cost", async () => {
  const server = await serve(() => ({
    content: WITH_IDEA,
    reasoning: "Halves are low.",
    usage: { inputTokens: 900, outputTokens: 50 },
  }));
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 4 };
  const proposer = await openFor(server, { model: { price } });
  const proposal = ideaIn(await proposer.propose(contextOf(), SIGNAL));
  expect(proposal).toMatchObject({
    change: { kind: "edits", edits: [{ path: FILE, search: "x * 0.5", replace: "x * 0.75" }] },
    hypothesis: "a larger share is nearer to what is right",
    rationale: "Expected: half of the low amounts",
    ifItFails: "that the share is not what is wrong",
    ideas: ["a share for each customer"],
    trace: { model: "scripted-model", reasoning: ["Halves are low."] },
  });
  const usd = (900 * 1 + 50 * 4) / 1e6;
  const use = { calls: 1, inputTokens: 900, outputTokens: 50, usd };
  expect(proposal.cost).toEqual({ inputTokens: 900, outputTokens: 50, usd, models: { "scripted-model": use } });
  expect(proposal.exchanges).toMatchObject([
    { model: "scripted-model", status: 200, usd, request: { max_tokens: 4096 } },
  ]);
  expect(proposal.memo).toBeUndefined();
  const [request] = server.requests;
  // Held to a schema on the wire.
  expect(request?.body["response_format"]).toMatchObject({ type: "json_schema", json_schema: { name: "answer" } });
  expect(request?.body.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  for (const words of ["Give what is right.", "how right the amounts are", SURFACE[FILE]]) {
    expect(String(request?.body.messages[1]?.content)).toContain(words);
  }
});

describe("an answer is taken", () => {
  test.each([
    ["as a whole file", answering({ files: [{ path: FILE, content: "export default () => 1;\n" }] })],
    ["in a fenced block between words", `Let me think.\n\n\`\`\`json\n${GOOD}\n\`\`\`\nThat is it.`],
    ["between words", `Sure: ${GOOD} I hope this helps.`],
    ["behind thoughts that the server left there", `<think>{"hypothesis": 1}</think>\n${GOOD}`],
    [
      "without the lists and the path that are not needed",
      JSON.stringify({ hypothesis: "x", edits: [{ search: "0.5", replace: "0.6" }] }),
    ],
  ])("%s", async (_, content) => {
    const server = await serve(() => content);
    const proposal = ideaIn(await (await openFor(server)).propose(contextOf(), SIGNAL));
    expect(proposal.change.kind).not.toBe("unusable");
    expect(server.requests).toHaveLength(1);
  });
});

describe("an answer goes back once with the reason, and then counts as failed:", () => {
  test.each([
    ["no JSON", "I would rather not.", "holds no JSON object"],
    ["JSON of another shape", '{"idea": "more"}', '"hypothesis"'],
    ["nothing", "", "empty"],
    ["an edit of a text that is not there", editing("y * 0.5", "y"), "does not stand there"],
    ["an edit of a text that stands twice", editing("number", "any"), "more than once"],
    ["an edit of another file", editing("a", "b", "scorer.ts"), '"scorer.ts" is not part of the surface'],
    ["another file", answering({ files: [{ path: "../secrets", content: "" }] }), "is not part of the surface"],
    ["a change of nothing", editing("x * 0.5", "x * 0.5"), "nothing is changed"],
    ["neither edits nor files", answering({}), "are empty"],
    ["an empty search", editing("", "x"), '"search" is empty'],
    ["a placeholder for a secret", editing("0.5", "[redacted]"), "stands for a secret"],
  ])("%s", async (_, content, problem) => {
    const server = await serve(() => content);
    const proposer = await openFor(server);
    const failed = ideaIn(await proposer.propose(contextOf(), SIGNAL));
    expect(failed.change).toEqual({ kind: "unusable", reason: expect.stringContaining(problem) as string });
    expect(failed.cost?.models?.["scripted-model"]?.calls).toBe(2);
    expect(failed.exchanges).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
    expect(lastOf(server.requests[1]!.body)).toContain(problem);
    // The next one is asked anew, and better.
    const better = await serve((_request, n) => (n === 0 ? content : GOOD));
    const mended = ideaIn(await (await openFor(better)).propose(contextOf(), SIGNAL));
    expect(mended.change.kind).toBe("edits");
    expect(mended.trace).toMatchObject({ sentBack: [expect.stringContaining(problem) as string] });
  });
});

test("an answer that is cut off is told to be briefer", async () => {
  const server = await serve((_request, n) =>
    n === 0 ? { content: GOOD.slice(0, 80), finishReason: "length" } : GOOD,
  );
  const proposal = ideaIn(await (await openFor(server)).propose(contextOf(), SIGNAL));
  expect(proposal.change.kind).toBe("edits");
  expect(lastOf(server.requests[1]!.body)).toContain("be briefer");
});

describe("a candidate that resembles an earlier one", () => {
  test("goes back once with what came of it, before anything is run", async () => {
    const server = await serve((_request, n) => (n === 0 ? GOOD : editing("x * 0.5", "x + 1")));
    const notebook = notebookWith((files) => (files[FILE]?.includes("0.75") ? 0.97 : 0.2));
    const proposal = ideaIn(await (await openFor(server)).propose(contextOf({ notebook }), SIGNAL));
    expect(proposal.change).toMatchObject({ edits: [{ replace: "x + 1" }] });
    const told = lastOf(server.requests[1]!.body);
    for (const words of [
      "experiment 7, of this run or an earlier one",
      "97 % alike",
      "give three quarters",
      "no gain beyond luck",
    ]) {
      expect(told).toContain(words);
    }
  });

  test("is tried where the model insists, unless it is the very same change of the very same champion", async () => {
    const server = await serve(() => GOOD);
    const tried = {
      number: 7,
      status: "rejected",
      reason: "no gain beyond luck",
      hypothesis: "give three quarters",
      files: SURFACE,
      verdicts: [],
    } as const;
    const near = contextOf({ notebook: notebookWith(() => 0.96) });
    expect(ideaIn(await (await openFor(server)).propose(near, SIGNAL)).change.kind).toBe("edits");
    const same = contextOf({ notebook: notebookWith(() => 1), records: [{ ...tried, parent: 0 }] });
    const refused = ideaIn(await (await openFor(server)).propose(same, SIGNAL));
    expect(refused.change).toEqual({ kind: "unusable", reason: expect.stringContaining("tried the same") as string });
    // On another champion the same change may do.
    const then = contextOf({
      notebook: notebookWith(() => 1),
      records: [{ ...tried, parent: 0 }],
      champion: { experiment: 8, files: SURFACE, score: 0.6 },
    });
    expect(ideaIn(await (await openFor(server)).propose(then, SIGNAL)).change.kind).toBe("edits");
    expect(lastOf(server.requests.at(-1)!.body)).toContain(
      "a change of experiment 0; the champion is experiment 8 now",
    );
    const far = contextOf({ notebook: notebookWith(() => 0.9) });
    const before = server.requests.length;
    await (await openFor(server)).propose(far, SIGNAL);
    expect(server.requests.length - before).toBe(1);
  });

  test("and a bad answer are complained of once each", async () => {
    const answers = ["nonsense", GOOD, editing("x * 0.5", "x + 1")];
    const server = await serve((_request, n) => answers[n] ?? "nonsense");
    const notebook = notebookWith((files) => (files[FILE]?.includes("0.75") ? 1 : 0));
    const proposal = ideaIn(await (await openFor(server)).propose(contextOf({ notebook }), SIGNAL));
    expect(proposal.change).toMatchObject({ edits: [{ replace: "x + 1" }] });
    expect(proposal.exchanges).toHaveLength(3);
  });
});

test("a surface with carriage returns is edited as it is shown", async () => {
  const files = { [FILE]: "export default () => {\r\n  return 1;\r\n};\r\n" };
  const server = await serve(() => editing("{\n  return 1;\n}", "{\n  return 2;\n}"));
  const context = contextOf({ champion: { experiment: 0, files, score: 0 } });
  const { change } = ideaIn(await (await openFor(server)).propose(context, SIGNAL));
  expect(change).toMatchObject({ edits: [{ search: "{\r\n  return 1;\r\n}", replace: "{\r\n  return 2;\r\n}" }] });
});

test("a server that refuses schemas is asked without, also after a resume", async () => {
  const server = await serve(({ body }) =>
    body["response_format"] === undefined ? GOOD : { fault: "status", status: 400, message: "no response_format here" },
  );
  const proposer = await openFor(server);
  const first = ideaIn(await proposer.propose(contextOf(), SIGNAL));
  expect(first.change.kind).toBe("edits");
  expect(first.memo).toEqual({ plain: true });
  expect(server.requests).toHaveLength(2);
  await proposer.propose(contextOf({ experiment: 2 }), SIGNAL);
  expect(server.requests).toHaveLength(3);
  const resumed = await openFor(server);
  const record = {
    number: 1,
    parent: 0,
    status: "rejected",
    reason: "",
    hypothesis: "",
    files: {},
    verdicts: [],
  } as const;
  await resumed.observe?.({ ...record, memo: first.memo! });
  await resumed.propose(contextOf({ experiment: 2 }), SIGNAL);
  expect(server.requests).toHaveLength(4);
});

test("what a model writes is cleaned before it is kept", async () => {
  const server = await serve(() => ({
    content: answering({
      hypothesis: "red \u001b[31malert\u001b[0m\u202e\n\nnow",
      expectedEffect: "\u0000a lot",
      edits: [{ path: FILE, search: "0.5", replace: "0.6" }],
    }),
    reasoning: "think\u001b]0;title\u0007ing",
  }));
  const proposal = ideaIn(await (await openFor(server)).propose(contextOf(), SIGNAL));
  expect(proposal.hypothesis).toBe("red alert now");
  const texts: string[] = [];
  JSON.stringify(proposal, (_, value: unknown) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  // An escape that JSON spells out is plain text.
  expect(texts.filter((text) => /[^\P{C}\n\t]/u.test(text))).toEqual([]);
});
