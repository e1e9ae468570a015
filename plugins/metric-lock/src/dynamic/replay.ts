import type { Execution, GateTask, Json, Output } from "@pawl/plugin";
import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { smirnov } from "./chance.ts";
import { drawn, positions, shuffled } from "./draw.ts";
import type { Lab, Labs } from "./lab.ts";
import { detectorOptions } from "./options.ts";
import { agree, numberOf, shown } from "./outputs.ts";
import { luckOf } from "./luck.ts";

export const replayOptions = detectorOptions({
  /** For surfaces whose answers are partly chance: they must agree in distribution, not one by one. */
  stochastic: z.boolean().default(false),
  /** Relative difference that numbers may have in the second engine: its mathematical functions round differently. */
  secondEngineTolerance: z.number().min(0).max(1e-3).default(1e-9),
});
export type ReplayDetectorOptions = Exclude<z.output<typeof replayOptions>, false>;

/** Shares of the allowance. */
const OTHER_ORDER = 0.2;
const SMALL = 0.06;
const SECOND = 0.15;
/** Cases that the first replay has at least, whatever it takes. */
const LEAST = 1_000;
/** Of the cases in another order: so many stand twice, and so many strangers stand among them. */
const TWICE = 0.05;
const STRANGERS = 0.05;
const EXAMPLES = 5;
const SURE = 1e-4;

/** Runs the candidate again: in another order and company, with another seed, in other batch sizes, in another engine. */
export function replayDetector(labs: Labs, options: ReplayDetectorOptions): Detector {
  let second = false;
  return {
    name: "replay",
    code: "PAWL_GAMING_REPLAY",
    severity: "reject",
    blindTo:
      "what depends on the case alone, however it was made: a lookup answers the same in every order. State that " +
      "changes the answers of fewer cases than were replayed may be missed.",
    prepare(task: GateTask) {
      second = task.secondExecutor;
    },
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      if (options.stochastic) return (await inDistribution(lab)) ?? luckOf(lab);
      return (
        (await inOtherOrder(lab)) ??
        (await inSmallBatches(lab)) ??
        (second ? await inSecondEngine(lab, options.secondEngineTolerance) : null)
      );
    },
  };
}

/** A case as it is run again; `null` for a stranger, of whom no answer is known. */
type Place = { readonly position: number | null; readonly input: Json };

async function inOtherOrder(lab: Lab): Promise<Finding | null> {
  const { trial, inputs } = lab;
  const random = trial.random.fork("replay/order");
  const room = Math.floor(lab.allowance.cases(OTHER_ORDER) / (1 + TWICE + STRANGERS));
  const count = Math.min(inputs.length, Math.max(LEAST, room));
  // Half of them where the candidate's answers moved furthest from the champion's: where a cheat has its gain.
  const furthest = (await lab.changes())?.changed.slice(0, count / 2) ?? [];
  const is = new Set(furthest);
  const rest = positions(inputs.length).filter((position) => !is.has(position));
  const chosen = [...furthest, ...drawn(rest, count - furthest.length, random.fork("cases"))];
  const twice = drawn(chosen, Math.ceil(TWICE * count), random.fork("twice"));
  const others = drawn((await trial.inputs("train")) ?? [], Math.ceil(STRANGERS * count), random.fork("strangers"));
  const place = (position: number): Place => ({ position, input: inputs[position]! });
  const [first, ...following] = shuffled(chosen, random.fork("order"));
  const company: Place[] = [
    ...[...following, ...twice].map(place),
    ...others.map((input) => ({ position: null, input })),
  ];
  // A known case at the beginning: what only the first call does must show.
  const places = [place(first!), ...shuffled(company, random.fork("mix"))];
  const mixed = places.map(({ input }) => input);
  const found = await compare(lab, places, { inputs: mixed, seed: random.integer(1, 2 ** 31 - 1) });
  return found === null ? null : explain(lab, places, mixed, found);
}

/** Everything was changed at once, because that costs one sandbox; what of it was the cause is told by more of them. */
async function explain(
  lab: Lab,
  places: readonly Place[],
  mixed: readonly Json[],
  found: Differences,
): Promise<Finding> {
  const sameSeed = await compare(lab, places, { inputs: mixed });
  if (sameSeed === null) {
    return {
      ...finding(`${found.differing} of ${found.compared} cases get another answer with another seed`, {
        job: "another seed for the candidate's random numbers",
        remedy: "Set replay.stochastic in the options of the metric lock if answers may depend on chance.",
        ...found,
      }),
      severity: "hold",
    };
  }
  const inOrder = await lab.run({ inputs: lab.inputs });
  const repeats = inOrder.outcome === "ok" && inOrder.outputs.every((output, i) => agree(output, lab.outputs[i]!));
  return finding(
    repeats
      ? `${sameSeed.differing} of ${sameSeed.compared} cases get another answer in another order, among other cases`
      : `${sameSeed.differing} of ${sameSeed.compared} cases get another answer when the candidate is run again`,
    { job: "another order, some cases twice, others mixed in", sameOrderRepeats: repeats, ...sameSeed },
  );
}

async function inSmallBatches(lab: Lab): Promise<Finding | null> {
  const { inputs, trial } = lab;
  const random = trial.random.fork("replay/small");
  const last = inputs.length - 1;
  // One alone, and a run of neighbours in their own order from the middle of the evaluation.
  const start = random.integer(0, last);
  const length = Math.max(1, Math.floor(inputs.length / 20));
  const batches = [[random.integer(0, last)], positions(length).map((i) => (start + i) % inputs.length)];
  for (const batch of batches) {
    if (lab.allowance.cases(SMALL) < batch.length) {
      lab.left.push(`a batch of ${batch.length} cases`);
      continue;
    }
    const places = batch.map((position) => ({ position, input: inputs[position]! }));
    const found = await compare(lab, places, { inputs: places.map(({ input }) => input) });
    if (found === null) continue;
    return finding(`${found.differing} of ${found.compared} cases get another answer in a batch of ${batch.length}`, {
      job: `a batch of ${batch.length}`,
      ...found,
    });
  }
  return null;
}

async function inSecondEngine(lab: Lab, tolerance: number): Promise<Finding | null> {
  const { inputs, trial } = lab;
  const count = Math.min(inputs.length, lab.allowance.cases(SECOND));
  if (count === 0) return left(lab, "the second engine");
  const chosen = drawn(positions(inputs.length), count, trial.random.fork("replay/second"));
  const places = chosen.map((position) => ({ position, input: inputs[position]! }));
  const found = await compare(lab, places, { inputs: places.map(({ input }) => input), executor: "second" }, tolerance);
  if (found === null) return null;
  return finding(`${found.differing} of ${found.compared} cases get another answer in the second engine`, {
    job: "second engine",
    tolerance,
    ...found,
  });
}

interface Differences {
  readonly compared: number;
  readonly differing: number;
  readonly examples: readonly Json[];
}

/** Replays, and compares each answer with the one when it was measured; `null` where all agree. */
async function compare(
  lab: Lab,
  places: readonly Place[],
  options: Parameters<Lab["run"]>[0],
  tolerance = 0,
): Promise<Differences | null> {
  const execution = await again(lab, options);
  const known = places.filter(({ position }) => position !== null).length;
  if (execution.outcome !== "ok") {
    return { compared: known, differing: known, examples: [{ outcome: execution.outcome, reason: execution.reason }] };
  }
  const differing = places.flatMap(({ position, input }, i) => {
    if (position === null) return [];
    const [measured, replayed] = [lab.outputs[position]!, execution.outputs[i]!];
    return agree(measured, replayed, tolerance) ? [] : [example(position, input, measured, replayed)];
  });
  if (differing.length === 0) return null;
  return { compared: known, differing: differing.length, examples: differing.slice(0, EXAMPLES) };
}

/** A busy machine may cut an honest replay off: it gets a second chance. */
async function again(lab: Lab, options: Parameters<Lab["run"]>[0]): Promise<Execution> {
  const execution = await lab.run(options);
  return execution.outcome === "ok" ? execution : lab.run(options);
}

const example = (position: number, input: Json, measured: Output, replayed: Output): Json => ({
  case: position,
  input,
  measured: shown(measured),
  replayed: shown(replayed),
});

const finding = (reason: string, evidence: Json): Finding => ({ reason, evidence });

function left(lab: Lab, what: string): null {
  lab.left.push(what);
  return null;
}

/** The answers, taken together, must look as if drawn from the same source with another seed and order. */
async function inDistribution(lab: Lab): Promise<Finding | null> {
  const { inputs, trial } = lab;
  const random = trial.random.fork("replay/distribution");
  const count = Math.min(inputs.length, Math.max(LEAST, lab.allowance.cases(OTHER_ORDER)));
  const chosen = drawn(positions(inputs.length), count, random.fork("cases"));
  const execution = await again(lab, {
    inputs: chosen.map((position) => inputs[position]!),
    seed: random.integer(1, 2 ** 31 - 1),
  });
  if (execution.outcome !== "ok") {
    return finding(`it does not run to its end again: ${execution.reason}`, { outcome: execution.outcome });
  }
  const before = chosen.flatMap((position) => numberOf(lab.outputs[position]) ?? []);
  const after = execution.outputs.flatMap((output) => numberOf(output) ?? []);
  const { distance, p } = smirnov(before, after);
  if (before.length < 20 || p >= SURE) return null;
  return finding("with another order and seed the answers come from another distribution", {
    test: "Smirnov, two samples",
    distance,
    p,
    limit: SURE,
    cases: before.length,
  });
}
