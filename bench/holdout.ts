import { holdout } from "@pawl/gate-holdout";
import type { Gate, HoldoutLook, Score } from "@pawl/plugin";
import { openPlugin, sampleGateTask, sampleTrial } from "@pawl/testkit";
import { Stream } from "./noise/draws.ts";

/**
 * How far a search that lives on the holdout's answers alone gets on coin-toss labels, where there is nothing to find:
 * 1,000 queries, each flips 2 % of the champion's answers, and what the rule accepts is the next champion. Shown is how
 * much better the holdout makes the last champion look than the first, of which nothing is true; 20 searches each.
 */
const QUERIES = 1_000;
const SEARCHES = 20;

/** Says whether to accept, given how many cases were won and lost. */
type Rule = (wins: number, losses: number, cases: number) => boolean;

const RULES: readonly (readonly [name: string, rule: Rule])[] = [
  ["whatever looks better", (wins, losses) => wins > losses],
  [
    "Ladder without parameters (Blum and Hardt 2015)",
    (wins, losses, cases) => (wins - losses) / cases > Math.sqrt((wins + losses) / cases) / Math.sqrt(cases),
  ],
  ["Ladder with a margin of 0.01", (wins, losses, cases) => (wins - losses) / cases > 0.01],
];

const flip = (right: Uint8Array<ArrayBuffer>, stream: Stream): Uint8Array<ArrayBuffer> =>
  right.map((one) => (stream.uniform() < 0.02 ? 1 - one : one));

const share = (right: Uint8Array): number => right.reduce((sum, one) => sum + one, 0) / right.length;

function biasOf(rule: Rule, cases: number, seed: number): number {
  const stream = new Stream(seed);
  let champion = Uint8Array.from({ length: cases }, () => Number(stream.uniform() < 0.5));
  const start = share(champion);
  for (let query = 0; query < QUERIES; query += 1) {
    const candidate = flip(champion, stream);
    let [wins, losses] = [0, 0];
    for (let i = 0; i < cases; i += 1) {
      if (candidate[i]! > champion[i]!) wins += 1;
      else if (candidate[i]! < champion[i]!) losses += 1;
    }
    if (rule(wins, losses, cases)) champion = candidate;
  }
  return share(champion) - start;
}

/** The same search against the gate itself, as the engine asks it. */
async function biasOfGate(cases: number, seed: number): Promise<number> {
  const gate = await openGate();
  const stream = new Stream(seed);
  const looks: HoldoutLook[] = [];
  let champion = { experiment: 0, right: Uint8Array.from({ length: cases }, () => Number(stream.uniform() < 0.5)) };
  const start = share(champion.right);
  for (let experiment = 1; experiment <= QUERIES; experiment += 1) {
    const right = flip(champion.right, stream);
    const scored = (of: Uint8Array): Score => ({ value: share(of), samples: Array.from(of) });
    const { passed } = await ask(gate, looks, { experiment, champion: champion.experiment }, (subject) =>
      scored(subject === "champion" ? champion.right : right),
    );
    looks.push({ run: "run-1", experiment, purpose: "gate", gate: "@pawl/gate-holdout", passed });
    if (passed) champion = { experiment, right };
  }
  return share(champion.right) - start;
}

const PLAIN = sampleTrial();

async function openGate(): Promise<Gate> {
  const gate = await openPlugin<"gate">(holdout());
  await gate.prepare?.(sampleGateTask({ experiments: QUERIES, inputs: async () => [] }));
  return gate;
}

async function ask(
  gate: Gate,
  looks: readonly HoldoutLook[],
  of: { readonly experiment: number; readonly champion: number },
  measure: (subject: unknown) => Score,
): Promise<{ readonly passed: boolean }> {
  const { execution, evaluation } = PLAIN;
  const trial = sampleTrial({
    experiment: of.experiment,
    champion: { experiment: of.champion, files: {}, score: { value: 0 } },
    looks: async () => looks,
    rerun: async ({ subject } = {}) => ({ execution, evaluation, score: measure(subject) }),
  });
  const verdict = await gate.beforeCommit!(trial, new AbortController().signal);
  return { passed: verdict.decision === "pass" };
}

export async function benchHoldout(): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  const mean = (values: readonly number[]): number =>
    Number((values.reduce((sum, one) => sum + one, 0) / values.length).toFixed(4));
  const seeds = Array.from({ length: SEARCHES }, (_, i) => i + 1);
  for (const [rule, decide] of RULES) {
    const bias = (cases: number): number => mean(seeds.map((seed) => biasOf(decide, cases, seed)));
    rows.push({ rule, "1,000 cases": bias(1_000), "10,000 cases": bias(10_000) });
  }
  const gate: Record<string, string | number> = { rule: "gate-holdout" };
  for (const [name, cases] of [
    ["1,000 cases", 1_000],
    ["10,000 cases", 10_000],
  ] as const) {
    const biases: number[] = [];
    for (const seed of seeds) biases.push(await biasOfGate(cases, seed));
    gate[name] = mean(biases);
  }
  console.table([...rows, gate]);
}

if (import.meta.main) await benchHoldout();
