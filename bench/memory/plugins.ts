import {
  type ConfiguredPlugin,
  type ProposeContext,
  type Random,
  createRandom,
  defineGate,
  defineProposer,
  defineScorer,
  gain,
  pass,
  reject,
} from "@pawl/core";
import { z } from "zod";
import { GOOD, IDEAS, SURFACE, hasIdea, withIdea } from "./features.ts";

/** Experiments of its own run that a model is shown, with and without memory. */
const RECENT = 10;
/** Notes that it is shown. */
const NOTES = 20;
/** Notes that it finds when it looks an idea up. */
const FOUND = 3;
/** A change that has so much in common with an earlier one is the same idea. */
const SAME = 0.9;
const DRAWS = 12;

/**
 * A stand-in for a language model, and honest about it: it draws its ideas from a pool with a fixed seed. It does not
 * propose what is in the champion already, or what it sees among the last experiments of its run. With memory it also reads
 * the notebook, and nine times in ten it heeds it: it goes first for what a lesson says, looks up what it is about to try, and
 * drops what a dead end or an earlier, similar try speaks against.
 */
export const scripted = defineProposer({
  name: "bench-scripted-model",
  options: z.object({ memory: z.boolean(), seed: z.int() }),
  create: ({ memory, seed }) => ({
    async propose(context) {
      const random = createRandom(`memory/${seed}`).fork(`idea/${context.experiment}`);
      const idea = choose(context, random, memory);
      const files = { [SURFACE]: written(context, idea, random) };
      return {
        change: { kind: "files", files },
        hypothesis: `${idea} matters`,
        ifItFails: `${idea} does not matter`,
        memo: idea,
        cost: { usd: 0.01, inputTokens: 1_000, outputTokens: 50 },
      };
    },
  }),
});

function choose(context: ProposeContext, random: Random, memory: boolean): string {
  const champion = context.champion.files[SURFACE] ?? "";
  const seen = new Set(context.history.recent(RECENT).map(({ memo }) => String(memo)));
  const open = IDEAS.filter((idea) => !hasIdea(champion, idea) && !seen.has(idea));
  const notes = memory ? context.notebook.notes(NOTES) : [];
  const isDead = (idea: string): boolean =>
    [...notes, ...context.notebook.search(idea, FOUND)].some(
      ({ kind, text }) => kind === "dead-end" && text.startsWith(`${idea} matters`),
    );
  const heeds = (): boolean => random.next() < 0.9;
  const lesson = open.find((idea) =>
    notes.some(({ kind, text }) => kind === "lesson" && text.startsWith(`${idea} matters`)),
  );
  if (lesson !== undefined && heeds()) return lesson;
  let idea = random.pick(open);
  for (let draw = 0; draw < DRAWS && memory; draw += 1) {
    const files = { [SURFACE]: written(context, idea, random) };
    const failed = context.notebook
      .similar(files)
      .some(({ similarity, status }) => similarity >= SAME && status !== "kept");
    if (!((failed || isDead(idea)) && heeds())) break;
    idea = random.pick(open);
  }
  return idea;
}

const written = ({ champion }: ProposeContext, idea: string, random: Random): string =>
  withIdea(champion.files[SURFACE] ?? "", idea, Math.floor(random.next() * 24));

/** Days with a few numbers each; the right answer is the sum of those that matter. */
export const demand = defineScorer({
  name: "bench-demand",
  create: () => ({
    metric: { name: "mean error", direction: "minimize" },
    load: async (split, seed) => {
      if (split !== "validation") return null;
      const random = createRandom(`days/${seed}`);
      const inputs = Array.from({ length: 40 }, () =>
        Object.fromEntries(IDEAS.map((idea) => [idea, Math.round(3 * random.normal())])),
      );
      const reference = inputs.map((day) => [...GOOD].reduce((sum, idea) => sum + (day[idea] ?? 0), 0));
      return { split, seed, inputs, reference };
    },
    score: async (outputs, { reference }) => {
      const errors = outputs.map((output, index) =>
        "value" in output ? Math.abs(Number(output.value) - (reference[index] ?? 0)) : 100,
      );
      const value = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return { value, samples: errors };
    },
  }),
}) as () => ConfiguredPlugin<"scorer">;

export const better = defineGate({
  name: "bench-better",
  create: () => ({
    judge: async ({ metric, candidate, champion }) => {
      const by = gain(metric, champion.score.value, candidate.score.value);
      return by > 0 ? pass("BENCH_BETTER", "better") : reject("BENCH_WORSE", "not better");
    },
  }),
});
