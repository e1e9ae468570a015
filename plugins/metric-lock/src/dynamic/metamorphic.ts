import { type Json, type Relation, gain } from "@pawl/plugin";
import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { type ArmResult, isSame } from "./probes.ts";
import type { Lab, Labs } from "./lab.ts";
import { detectorOptions, share } from "./options.ts";
import { shown } from "./outputs.ts";
import { pairingsOf } from "./relations.ts";

export const metamorphicOptions = detectorOptions({
  /** Fields that look like identifiers are exchanged, and constant ones changed, though no relation says so. */
  guess: z.boolean().default(true),
  /** A gain of which less than this share is left after an irrelevant change is memorisation. */
  left: share(0.5),
});
export type MetamorphicOptions = Exclude<z.output<typeof metamorphicOptions>, false>;

/** Changed answers that are lost at least, as a number and as a share of those probed, before the score is asked. */
const LEAST_LOST = 4;
const LOST_SHARE = 0.25;
/** Cases for each relation that is tested on answers alone, and their share of the allowance. */
const CASES = 300;
const SHARE = 0.1;
/** A relation is broken where more than this share breaks it, beyond what the champion breaks. */
const BROKEN = 0.01;
const EXAMPLES = 5;

/** Changes the cases in ways that cannot matter, and looks whether the gain is still there. */
export function metamorphicDetector(labs: Labs, options: MetamorphicOptions): Detector {
  return {
    name: "metamorphic",
    code: "PAWL_GAMING_METAMORPHIC",
    severity: "reject",
    blindTo:
      "memorisation by fields that no relation names and that do not look like identifiers (the memorisation detector " +
      "looks there), and relations that nobody declared.",
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      if (lab.stochastic) return null;
      return (await underIrrelevantChanges(lab, options)) ?? (await byRelations(lab, labs.relations));
    },
  };
}

async function underIrrelevantChanges(lab: Lab, { left }: MetamorphicOptions): Promise<Finding | null> {
  const results = (await lab.probed())?.filter(({ arm }) => isSame(arm)) ?? [];
  const suspicious = results.filter(({ lost, probes }) =>
    // Of a handful of changes all must be gone.
    probes < LEAST_LOST ? probes > 1 && lost === probes : lost >= LEAST_LOST && lost >= LOST_SHARE * probes,
  );
  for (const result of suspicious) {
    const found = await judge(lab, result, left);
    if (found !== null) return found;
  }
  return null;
}

/** Only a gain that is gone counts, where the score can tell; how cases are spelt needs no score. */
async function judge(
  lab: Lab,
  { arm, lost, probes, group, examples }: ArmResult,
  left: number,
): Promise<Finding | null> {
  const evidence = { change: arm.name, fields: arm.fields, declared: arm.declared, group, probes, lost, examples };
  const severity = arm.declared ? "reject" : "hold";
  const reason = `${lost} of ${probes} changed answers fall back when ${arm.name}`;
  if (arm.all === undefined) return { reason, evidence, severity };
  const { trial } = lab;
  const before = gain(trial.metric, trial.champion.score.value, trial.candidate.score.value);
  const transform = (evaluation: typeof trial.evaluation) => ({
    ...evaluation,
    inputs: arm.all!(evaluation.inputs, trial.random.fork(`metamorphic/${arm.name}`)),
  });
  const own = await trial.rerun({ transform });
  const champion = await trial.rerun({ transform, subject: "champion" });
  if (own.score === undefined || champion.score === undefined) {
    return { reason: `${reason}, and it cannot be scored then`, evidence, severity };
  }
  const after = gain(trial.metric, champion.score.value, own.score.value);
  if (after >= left * before) return null;
  return {
    reason: `${reason}: of a gain of ${short(before)}, ${short(after)} is left`,
    evidence: { ...evidence, gain: before, gainThen: after, limit: left },
    severity,
  };
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

async function byRelations(lab: Lab, relations: readonly Relation[]): Promise<Finding | null> {
  const { trial, inputs } = lab;
  const tested = relations.filter(({ kind }) => kind === "scale" || kind === "monotone" || kind === "custom");
  if (tested.length === 0) return null;
  const most = Math.min(CASES, Math.max(20, Math.floor(lab.allowance.cases(SHARE) / tested.length)));
  const pairings = pairingsOf(tested, inputs, most, trial.random.fork("metamorphic/relations"));
  const pairs = pairings.flatMap((pairing) => pairing.pairs.map((pair) => ({ ...pair, pairing })));
  const answers = await lab.outputsOf({ inputs: pairs.map(({ changed }) => changed) });
  if (answers === null)
    return { reason: "it does not run to its end on changed cases", evidence: { relations: tested.length } };
  const broken = pairs.flatMap((pair, i) =>
    pair.pairing.holds(lab.outputs[pair.position]!, answers[i]!, pair.input, pair.changed) ? [] : [{ ...pair, i }],
  );
  for (const pairing of pairings) {
    const own = broken.filter((pair) => pair.pairing === pairing);
    if (own.length === 0) continue;
    // What the champion breaks as well is the problem's affair, not the candidate's.
    const theirs = await brokenByChampion(lab, pairing);
    const count = pairing.pairs.length;
    if (own.length <= theirs + Math.max(1, BROKEN * count)) continue;
    const examples: Json[] = own.slice(0, EXAMPLES).map(({ position, input, changed, i }) => ({
      case: position,
      input,
      changed,
      before: shown(lab.outputs[position]),
      after: shown(answers[i]),
    }));
    return {
      reason: `${own.length} of ${count} cases break a relation that the scorer declared (${pairing.name}); the champion breaks ${theirs}`,
      evidence: {
        relation: pairing.name,
        cases: count,
        broken: own.length,
        brokenByChampion: theirs,
        limit: BROKEN,
        examples,
      },
    };
  }
  return null;
}

async function brokenByChampion(lab: Lab, { pairs, holds }: ReturnType<typeof pairingsOf>[number]): Promise<number> {
  const before = await lab.outputsOf({ subject: "champion", inputs: pairs.map(({ input }) => input) });
  const after = await lab.outputsOf({ subject: "champion", inputs: pairs.map(({ changed }) => changed) });
  if (before === null || after === null) return 0;
  return pairs.filter(({ input, changed }, i) => !holds(before[i]!, after[i]!, input, changed)).length;
}
