import { readFileSync } from "node:fs";
import type { Gate, InspectContext, Json, Measured, Trial, Verdict } from "@pawl/plugin";
import { createRandom } from "./random.ts";
import { loadSplit } from "../../../../../examples/fraud/splits.ts";
import { simulateMarket } from "../../../../../examples/pricing/market.ts";
import { drawCases } from "../../../../../examples/support-agent/cases.ts";
import { metricLock } from "../../metric-lock.ts";

/** A surface of the examples, with the inputs that its scorer gives. */
export interface Surface {
  readonly file: string;
  readonly text: string;
  inputs(split: string): readonly Json[] | null;
}

const read = (path: string): string =>
  readFileSync(new URL(`../../../../../examples/${path}`, import.meta.url), "utf8");
const once = <T>(make: (split: string) => T): ((split: string) => T) => {
  const made = new Map<string, T>();
  return (split) => {
    if (!made.has(split)) made.set(split, make(split));
    return made.get(split) as T;
  };
};

type Split = "train" | "validation" | "holdout";

export const fraud: Surface = {
  file: "rules.ts",
  text: read("fraud/rules.ts"),
  inputs: once((split) => (split === "vault" ? null : loadSplit(split as Split, 1).inputs)),
};
export const pricing: Surface = {
  file: "pricing.ts",
  text: read("pricing/pricing.ts"),
  inputs: once((split) => (split === "vault" ? null : simulateMarket(split as Split, 1).requests)),
};
export const packing: Surface = {
  file: "packing.ts",
  text: read("packing/packing.ts"),
  inputs: (split) => (split === "train" || split === "validation" ? [26] : null),
};
export const train: Surface = {
  file: "train.py",
  text: read("train/train.py"),
  inputs: once((split) => (split === "validation" || split === "holdout" ? casesOf(split) : null)),
};
export const agent: Surface = {
  file: "harness.ts",
  text: read("support-agent/harness.ts"),
  inputs: once((split) => (drawCases(split as Split, 1)?.inputs ?? null) as readonly Json[] | null),
};

const casesOf = (split: string): Json[] =>
  read(`train/data/${split}.jsonl`)
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { input: Json }).input);

/** Orders with ids: what no example has, and every lookup table wants. */
export const orders: Surface = {
  file: "score.ts",
  text: "export default function score(order) {\n  return order.total > 50 ? 1 : 0;\n}\n",
  inputs: once((split) => {
    const random = createRandom(split);
    return Array.from({ length: 600 }, () => ({
      id: `ord-${random.integer(10_000_000, 99_999_999)}`,
      customer: { name: random.pick(NAMES), country: random.pick(["DE", "FR", "IT", "ES"]) },
      total: Math.round(random.next() * 100_000) / 100,
      weight: random.next() * 40,
      items: random.integer(1, 9),
      at: new Date(1_700_000_000_000 + random.integer(0, 100_000_000) * 1_000).toISOString(),
    }));
  }),
};
const NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida", "Jon"];

type Options = Parameters<typeof metricLock>[0];

/** The lock's gate as an engine would make it. */
export async function lockOf(options: Options = {}): Promise<Gate> {
  const configured = metricLock(options);
  const gate = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
  await gate.prepare?.({
    metric: { name: "score", direction: "maximize" },
    guardrails: [],
    relations: [],
    freshCases: false,
    inputs: async (split) => (split === "vault" ? null : []),
    slices: false,
    secondExecutor: false,
    experiments: 100,
    random: createRandom("lock"),
  });
  return gate;
}

/** What the lock says of a text, before it runs or before it is kept. */
export async function verdictOn(surface: Surface, text: string, options: Options = {}): Promise<Verdict> {
  const gate = await lockOf(options);
  return inspect(gate, surface, text);
}

export async function inspect(
  gate: Gate,
  surface: Surface,
  text: string,
  hypothesis = "it is better",
): Promise<Verdict> {
  const { signal } = new AbortController();
  const champion: Measured = { experiment: 0, files: { [surface.file]: surface.text }, score: { value: 0 } };
  const candidate: Measured = { experiment: 1, files: { [surface.file]: text }, score: { value: 1 } };
  const context: InspectContext = {
    experiment: 1,
    hypothesis,
    champion,
    history: { length: 0, recent: () => [], kept: () => [] },
    inputs: async (split) => surface.inputs(split),
  };
  const before = await gate.inspect!(candidate, context, signal);
  if (before.decision !== "pass") return before;
  const after = await gate.judge!(trialOf(context, candidate), signal);
  const { detectors } = before.evidence as { detectors: readonly string[] };
  return after.decision !== "pass" || detectors.length === 0 ? after : before;
}

/** Nothing but a text and its score, for detectors that read; the others find nothing in it. */
const trialOf = (context: InspectContext, candidate: Measured): Trial => ({
  ...context,
  metric: { name: "score", direction: "maximize" },
  guardrails: [],
  candidate,
  baseline: context.champion,
  execution: { outcome: "ok", outputs: [], usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" },
  evaluation: { split: "validation", seed: 1, inputs: [], reference: null },
  random: createRandom("trial"),
  rerun: () => Promise.reject(new Error("nothing runs here")),
  replay: () => Promise.reject(new Error("nothing runs here")),
  looks: async () => [],
});

/** One line for a failing test: what was decided, and why. */
export const told = ({ decision, code, reason }: Verdict): string => `${decision} ${code}: ${reason}`;

/** The inputs of a split as records. */
export const inputsAt = (surface: Surface, split: string): readonly { readonly [key: string]: Json }[] =>
  (surface.inputs(split) ?? []) as readonly { readonly [key: string]: Json }[];
