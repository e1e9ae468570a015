import { describe, expect, it } from "vitest";
import { POLICIES } from "../office.ts";
import { START } from "../test/variants.ts";
import { answerMeta } from "./meta-model.ts";
import { MISTAKES, REMEDIES } from "./remedies.ts";

interface Told {
  readonly experiment?: number;
  readonly causes?: readonly string[];
  readonly earlier?: readonly string[];
}

/** A prompt as `@pawl/proposer-model` writes it. */
function prompt({ experiment = 1, causes = ["not done: refund: 9 cases, weight 9"], earlier = [] }: Told) {
  const block = (text: string): string => `<data-0a1b>\n${text}\n</data-0a1b>`;
  const user = [
    `The champion, experiment 0, scores 0.04.\nYour proposal becomes experiment ${experiment}. `,
    `# Surface: harness.ts\nThe champion's content of this file, which may change.\n${block(START)}`,
    `# Failures\nGrouped by cause.\n${block(`Causes:\n${causes.join("\n")}\n\nCase 3, not done: refund`)}`,
    `# Earlier experiments\nThe newest first.\n${block(earlier.join("\n\n"))}`,
    "Propose one change.",
  ].join("\n\n");
  return [
    {
      role: "system",
      content: `You improve.\n\nFrom the people who run this:\n${Object.values(POLICIES).join("\n")}\n\nAnswer.`,
    },
    { role: "user", content: user },
  ];
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
interface Proposal {
  readonly hypothesis: string;
  readonly edits: readonly { readonly path: string; readonly search: string; readonly replace: string }[];
}
const ask = (told: Told, seed: number): Proposal =>
  JSON.parse(answerMeta({ messages: prompt(told) }, seed)) as Proposal;
const IDEAS = REMEDIES.map(({ idea }) => idea);
const WRONG = new Set(MISTAKES.map(({ idea }) => idea));
const tried = (idea: string, because: string): string =>
  `Experiment 1, a change of 0: rejected. resolved 0.1.\n  tried: ${idea}\n  because: ${because}`;

describe("the stand-in for an engineer", () => {
  it("goes for the cause that most failures have, and is wrong now and then", () => {
    const said = SEEDS.map((seed) => ask({}, seed).hypothesis);
    const wrong = said.filter((idea) => WRONG.has(idea));
    expect(wrong.length).toBeGreaterThan(5);
    expect(wrong.length).toBeLessThan(35);
    const right = said.filter((idea) => IDEAS.includes(idea));
    expect(right.length + wrong.length).toBe(SEEDS.length);
    expect(new Set(right).size).toBe(1);
    expect(right[0]).toContain("when to use it");
    const facts = SEEDS.map((seed) => ask({ causes: ["reply lacks facts: unclear: 5 cases"] }, seed).hypothesis);
    expect(facts.some((idea) => idea.includes("name the order"))).toBe(true);
  });

  it("copies what it replaces, mostly without a mistake, and mends that when it is told", () => {
    let miscopied = 0;
    for (const seed of SEEDS) {
      const [edit] = ask({}, seed).edits;
      expect(edit?.path).toBe("harness.ts");
      if (START.split(edit?.search ?? "").length === 2) continue;
      miscopied += 1;
      const again = [
        ...prompt({}),
        { role: "assistant", content: "{}" },
        { role: "user", content: "It does not stand there." },
      ];
      const second = JSON.parse(answerMeta({ messages: again }, seed)) as Proposal;
      expect(START.split(second.edits[0]?.search ?? "")).toHaveLength(2);
    }
    expect(miscopied).toBeGreaterThan(0);
    expect(miscopied).toBeLessThan(25);
  });

  it("says the same again, unless the prompt says that it has failed", () => {
    const idea = IDEAS.find((one) => one.includes("when to use it"))!;
    const blind = SEEDS.filter((seed) => ask({ experiment: 2 }, seed).hypothesis === idea);
    const told = { experiment: 2, earlier: [tried(idea, "resolved is unchanged.")] };
    const seeing = SEEDS.filter((seed) => ask(told, seed).hypothesis === idea);
    expect(blind.length).toBeGreaterThan(20);
    expect(seeing).toEqual([]);
  });

  it("sees from the reason what has to be mended first", () => {
    const idea = IDEAS.find((one) => one.includes("when to use it"))!;
    const told = { experiment: 2, earlier: [tried(idea, "policy breaches is 0.2, above the allowed 0.")] };
    const right = SEEDS.map((seed) => ask(told, seed).hypothesis).filter((one) => IDEAS.includes(one));
    expect(new Set(right).size).toBe(1);
    expect(right[0]).toContain("all rules of the house");
  });

  it("puts together what was promising, with edits that apply one after the other", () => {
    const luck = "resolved is better by 0.04, but it may be luck (evidence 11, 60 asked for).";
    const parts = IDEAS.filter((one) => /all wishes|which order|name the order/.test(one));
    const told = { experiment: 5, earlier: parts.map((idea) => tried(idea, luck)) };
    const both = SEEDS.map((seed) => ask(told, seed)).filter(({ hypothesis }) => hypothesis.includes("together"));
    expect(both.length).toBeGreaterThan(20);
    const applies = both.filter(({ edits }) => {
      let text = START;
      return edits.every(({ search, replace }) => {
        const once = text.split(search).length === 2;
        text = text.replace(search, () => replace);
        return once;
      });
    });
    // All but those that are miscopied.
    expect(applies.length).toBeGreaterThan(both.length / 2);
    for (const { edits } of both) expect(edits).toHaveLength(parts.length);
  });

  it("survives a prompt without anything in it", () => {
    const answer = JSON.parse(answerMeta({ messages: [{ role: "user", content: "Hello" }] }, 1)) as Proposal;
    expect(answer.edits).toEqual([]);
  });
});
