import { type PawlConfig, defineGate, defineProposer, defineScorer, gain, pass, reject } from "@pawl/plugin";
import { modelGateway } from "@pawl/gateway-model";
import { isolate } from "@pawl/sandbox-isolate";
import type { Script } from "@pawl/testkit/models";

/** A small fraud desk that asks a model: the surface says what the model is told, and there is something to find. */

export const FILE = "triage.ts";
/** Payments in each split. */
export const CASES = 8;
/** US dollars of a call, as the script counts its tokens. */
export const CALL_USD = (100 * 1 + 2 * 10) / 1e6;

interface Payment {
  readonly amount: number;
  readonly hour: number;
}

/** The surface with what it tells the model to look at. */
export const surface = (hints: readonly string[]): string => `declare const model: (request: object) => Promise<any>;
const HINTS = ${JSON.stringify(hints)};
export default async (payment: object): Promise<string> => {
  const { choices } = await model({
    messages: [
      { role: "system", content: "Look at: " + HINTS.join(", ") },
      { role: "user", content: JSON.stringify(payment) },
    ],
  });
  return choices[0].message.content;
};
`;

/** Sees only what it was told to look at. */
export const clerk: Script = ({ body: { messages } }) => {
  const [system, user] = messages.map(({ content }) => content ?? "");
  const { amount, hour } = JSON.parse(user ?? "{}") as Payment;
  const suspicious = (system?.includes("amount") && amount > 500) || (system?.includes("hour") && hour < 6);
  return { content: suspicious ? "fraud" : "fine", usage: { inputTokens: 100, outputTokens: 2 } };
};

const payment = (n: number): Payment => ({ amount: (n * 137) % 1_000, hour: (n * 7) % 24 });

/** Share of payments that are told right; what a payment costs is a guardrail. */
const desk = defineScorer({
  name: "toy-desk",
  version: "1.0.0",
  create: () => ({
    metric: { name: "accuracy", direction: "maximize", range: [0, 1] },
    guardrails: [{ name: "usd", direction: "minimize" }],
    load: async (split, seed) => {
      const first = { train: 0, validation: 100, holdout: 200, vault: 300 }[split];
      const inputs = Array.from({ length: CASES }, (_, n) => payment(first + n));
      const reference = inputs.map(({ amount, hour }) => (amount > 500 || hour < 6 ? "fraud" : "fine"));
      return { split, seed, inputs: inputs.map(({ amount, hour }) => ({ amount, hour })), reference };
    },
    score: async (outputs, { reference }) => {
      const samples = outputs.map((output, at) => ("value" in output && output.value === reference[at] ? 1 : 0));
      const usd = outputs.map(({ model }) => model?.usd ?? Number.NaN);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      return {
        value: mean(samples),
        samples,
        guardrails: { usd: mean(usd) },
        feedback: samples.map((sample, at) => ({ case: at, cause: "wrong", weight: 1 - sample })),
      };
    },
  }),
});

/** Adds one hint after the other; every second one is of no use. */
const suggest = defineProposer({
  name: "toy-suggest",
  create: () => ({
    async propose({ champion, experiment, train }) {
      const known = JSON.parse(/\[.*?\]/.exec(champion.files[FILE] ?? "")?.[0] ?? "[]") as string[];
      const hint = ["colour", "amount", "weather", "hour", "name", "mood"][experiment - 1];
      if (hint === undefined) return null;
      const [worst] = await train.failures();
      return {
        change: { kind: "files", files: { [FILE]: surface([...known, hint]) } },
        hypothesis: `looking at the ${hint} helps`,
        memo: { shown: worst?.exchanges?.length ?? 0 },
      };
    },
  }),
});

/** Keeps what is better, and looks at each candidate once more. */
const better = defineGate({
  name: "toy-better-again",
  create: () => ({
    judge: async ({ metric, candidate, champion, rerun }) => {
      const again = await rerun();
      if (again.score?.value !== candidate.score.value) {
        return reject("TOY_UNSTEADY", "another run tells another score");
      }
      const by = gain(metric, champion.score.value, candidate.score.value);
      return by > 0 ? pass("TOY_BETTER", `better by ${by}`) : reject("TOY_NOT_BETTER", `not better: ${by}`);
    },
  }),
});

/** @param url of the clerk */
export function triageConfig(url: string, changes: Partial<PawlConfig> = {}, patienceMs = 60_000): PawlConfig {
  return {
    surface: FILE,
    goal: "Tell fraud from what is fine.",
    proposer: suggest(),
    executor: isolate(),
    scorer: desk(),
    gates: [better()],
    limits: { network: "gateway", wallMs: 30_000 },
    gateway: modelGateway({
      models: [
        {
          provider: "openai-compatible",
          model: "scripted-clerk",
          url,
          price: { inputUsdPerMillion: 1, outputUsdPerMillion: 10 },
          maxOutputTokens: 8,
        },
      ],
      patience: { patienceMs, firstWaitMs: 5, longestWaitMs: 20 },
      recording: { file: "models.recording" },
    }),
    budget: { experiments: 6 },
    ...changes,
  };
}
