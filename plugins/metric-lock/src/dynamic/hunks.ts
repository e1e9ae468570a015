import type { Json, Output, Random } from "@pawl/plugin";
import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { type Changes, changesOf } from "./changes.ts";
import { drawn, positions } from "./draw.ts";
import { type Edit, applyEdits, editsBetween } from "./edits.ts";
import type { Lab, Labs } from "./lab.ts";
import { suspectOf } from "./memorisation.ts";
import { detectorOptions, share } from "./options.ts";
import { agree } from "./outputs.ts";
import { probe } from "./probes.ts";

export const hunkOptions = detectorOptions({
  /** As for the memorisation detector. */
  lost: share(0.001),
});
export type HunkOptions = Exclude<z.output<typeof hunkOptions>, false>;

/** Changed cases and others on which a candidate without one of its edits is compared with the whole. */
const CHANGED = 150;
const OTHERS = 50;
/** Shares of the allowance: one edit alone on all cases, and one edit left out. */
const ALONE = 0.3;
const WITHOUT = 0.06;
const PROBES = 0.08;
const LINES_SHOWN = 12;

interface Looked {
  readonly edit: string;
  readonly lines: Json;
  /** What the edit does by itself; `null` where it was not, or cannot be, made alone. */
  alone: { readonly cases: number; readonly changed: number } | null;
  /** Whether the candidate answers the same without it; `null` where it was not, or cannot be, left out. */
  idle: boolean | null;
}

/** Takes a candidate with several edits apart: each by itself goes through the probes, and idle ones are named. */
export function hunkDetector(labs: Labs, options: HunkOptions): Detector {
  return {
    name: "hunks",
    code: "PAWL_GAMING_HUNK",
    severity: "reject",
    blindTo:
      "a payload that is spread over edits which do nothing without each other, and whatever the allowance leaves out: " +
      "the note with a pass says what was looked at.",
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      const edits = editsBetween(trial.champion.files, trial.candidate.files);
      const looked = edits.map(describe);
      if (edits.length > 1 && !lab.stochastic) {
        const found = (await eachAlone(lab, edits, looked, options.lost)) ?? (await eachLeftOut(lab, edits, looked));
        if (found !== null) return found;
      }
      const idle = looked.flatMap((item) => (item.idle === true ? [item.edit] : []));
      return {
        reason: idle.length === 0 ? "no edit is idle" : `without effect: ${idle.join(", ")}`,
        evidence: {
          edits: looked as unknown as Json,
          leftOut: lab.left,
          allowanceMs: Math.round(lab.allowance.totalMs),
          spentMs: Math.round(lab.allowance.spentMs),
        },
        severity: "note",
      };
    },
  };
}

/** Those with the most text first: a payload needs room. */
async function eachAlone(
  lab: Lab,
  edits: readonly (readonly Edit[])[],
  looked: readonly Looked[],
  lost: number,
): Promise<Finding | null> {
  const { trial, inputs } = lab;
  const whole = await lab.changes();
  if (whole === null) return null;
  const text = (edit: readonly Edit[]): number => edit.flatMap(({ lines }) => lines).join("").length;
  const order = positions(edits.length).toSorted((a, b) => text(edits[b]!) - text(edits[a]!));
  for (const i of order) {
    const room = lab.allowance.cases(ALONE);
    if (room === 0) {
      lab.left.push(`${looked[i]!.edit} alone`);
      continue;
    }
    const random = trial.random.fork(`hunks/${i}`);
    const cases = casesFor(whole, room, random);
    const subject = applyEdits(trial.champion.files, edits[i]!);
    const outputs = await lab.outputsOf({ subject, inputs: cases.map((position) => inputs[position]!) });
    if (outputs === null) continue;
    const changes = aloneAgainst(whole, cases, outputs);
    looked[i]!.alone = { cases: cases.length, changed: changes.changed.length };
    const most = Math.max(60, lab.allowance.cases(PROBES));
    const results = await probe({ lab, inputs, changes, subject, random, most }, lab.arms(inputs));
    const suspect = results === null ? undefined : suspectOf(results, lost);
    if (suspect === undefined) continue;
    const { arm, probes, lost: gone, group, examples } = suspect;
    return {
      reason: `by itself, ${looked[i]!.edit} changes answers that are gone when cases are ${arm.name} (${gone} of ${probes})`,
      evidence: {
        edit: looked[i] as unknown as Json,
        change: arm.name,
        fields: arm.fields,
        group,
        probes,
        lost: gone,
        examples,
      },
      severity: arm.judged === "same" && gone >= 8 && gone >= 0.5 * probes ? "reject" : "hold",
    };
  }
  return null;
}

/** All cases, if they fit. Else those first that the whole changes: no edit can do anything where nothing is changed. */
function casesFor({ changed, champion }: Changes, room: number, random: Random): readonly number[] {
  const all = positions(champion.length);
  if (room >= all.length) return all;
  const is = new Set(changed);
  const others = drawn(
    all.filter((position) => !is.has(position)),
    all.length,
    random.fork("others"),
  );
  return [...changed, ...others].slice(0, room).toSorted((a, b) => a - b);
}

/** Changes of an edit alone; where it was not run, it is taken to answer as the champion. */
function aloneAgainst({ champion }: Changes, cases: readonly number[], outputs: readonly Output[]): Changes {
  const own = [...champion];
  for (const [i, position] of cases.entries()) own[position] = outputs[i]!;
  return changesOf(own, champion);
}

async function eachLeftOut(lab: Lab, edits: readonly (readonly Edit[])[], looked: readonly Looked[]): Promise<null> {
  const { trial, inputs } = lab;
  const whole = await lab.changes();
  if (whole === null) return null;
  const random = trial.random.fork("hunks/left-out");
  const cases = [
    ...drawn(whole.changed, CHANGED, random.fork("changed")),
    ...drawn(positions(inputs.length), OTHERS, random.fork("others")),
  ];
  for (const [i] of edits.entries()) {
    if (lab.allowance.cases(WITHOUT) < 1) {
      lab.left.push(`the candidate without ${looked[i]!.edit}`);
      continue;
    }
    const subject = applyEdits(trial.champion.files, edits.filter((_, j) => j !== i).flat());
    const outputs = await lab.outputsOf({ subject, inputs: cases.map((position) => inputs[position]!) });
    if (outputs === null) continue;
    looked[i]!.idle = cases.every((position, j) => agree(lab.outputs[position]!, outputs[j]!));
  }
  return null;
}

function describe(edits: readonly Edit[]): Looked {
  const [first] = edits;
  const last = edits.at(-1);
  const [start, end] = [first!.start + 1, last!.start + Math.max(1, last!.removed)];
  return {
    edit: `${first!.file}:${start}${end > start ? `-${end}` : ""}`,
    lines: edits
      .flatMap(({ lines }) => lines)
      .slice(0, LINES_SHOWN)
      .map((line) => line.slice(0, 200)),
    alone: null,
    idle: null,
  };
}
