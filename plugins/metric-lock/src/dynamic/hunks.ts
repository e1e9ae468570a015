import type { Json, Output, Random } from "@pawl/plugin";
import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { type Changes, changesOf } from "./changes.ts";
import { drawn, positions } from "./draw.ts";
import { type Edit, applyEdits, editsBetween } from "./edits.ts";
import type { Lab, Labs } from "./lab.ts";
import { isPlain, suspectsOf } from "./memorisation.ts";
import { detectorOptions, share } from "./options.ts";
import { probe } from "./probes.ts";

export const hunkOptions = detectorOptions({
  /** As for the memorisation detector. */
  lost: share(0.001),
});
export type HunkOptions = Exclude<z.output<typeof hunkOptions>, false>;

/** Shares of the allowance: the candidate without one edit, and probing what that edit does. */
const WITHOUT = 0.3;
const PROBES = 0.08;
const LEAST_PROBES = 60;
const LINES_SHOWN = 12;

interface Looked {
  readonly edit: string;
  readonly lines: readonly string[];
  /** Cases that were run without it; `null` where it was not, or cannot be, left out. */
  cases: number | null;
  /** On how many of them it makes a difference. */
  changed: number | null;
}

/**
 * Takes a candidate with several edits apart. What one edit does is the difference between the candidate and the
 * candidate without it, whatever the other edits do; that difference goes through the probes of the memorisation
 * detector. Edits that make no difference are named, and left out together to see whether they stand in for each other.
 */
export function hunkDetector(labs: Labs, options: HunkOptions): Detector {
  return {
    name: "hunks",
    code: "PAWL_GAMING_HUNK",
    severity: "reject",
    blindTo:
      "payload and harmless changes within one edit, edits that cannot be left out alone, and whatever the allowance " +
      "does not reach: the note with a pass says what was looked at.",
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      const edits = editsBetween(trial.champion.files, trial.candidate.files);
      const looked = edits.map(describe);
      const found = edits.length > 1 && !lab.stochastic ? await takeApart(lab, edits, looked, options.lost) : null;
      return found ?? noteOn(lab, looked);
    },
  };
}

function noteOn({ left }: Lab, looked: readonly Looked[]): Finding {
  const idle = looked.filter(({ changed }) => changed === 0).map(({ edit }) => edit);
  return {
    reason: idle.length === 0 ? "no edit is known to be idle" : `without effect: ${idle.join(", ")}`,
    evidence: { edits: looked as unknown as Json, leftOut: left },
    severity: "note",
  };
}

type Edits = readonly (readonly Edit[])[];

async function takeApart(lab: Lab, edits: Edits, looked: readonly Looked[], lost: number): Promise<Finding | null> {
  const whole = await lab.changes();
  if (whole === null) return null;
  // Those with the most text first: a payload needs room.
  const text = (edit: readonly Edit[]): number => edit.flatMap(({ lines }) => lines).join("").length;
  for (const i of positions(edits.length).toSorted((a, b) => text(edits[b]!) - text(edits[a]!))) {
    const found = await withoutThese(lab, whole, edits, [i], looked[i]!, lost);
    if (found !== null) return found;
  }
  const idle = positions(edits.length).filter((i) => looked[i]!.changed === 0);
  if (idle.length < 2) return null;
  const together = { edit: idle.map((i) => looked[i]!.edit).join(" with "), lines: [], cases: null, changed: null };
  return withoutThese(lab, whole, edits, idle, together, lost);
}

/** Looks at the difference that these edits make together. */
async function withoutThese(
  lab: Lab,
  whole: Changes,
  edits: Edits,
  these: readonly number[],
  looked: Looked,
  lost: number,
): Promise<Finding | null> {
  const { trial, inputs } = lab;
  const room = lab.allowance.cases(WITHOUT);
  if (room === 0) {
    lab.left.push(`the candidate without ${looked.edit}`);
    return null;
  }
  const random = trial.random.fork(`hunks/${these.join("/")}`);
  const cases = casesFor(whole, room, random);
  const rest = applyEdits(trial.champion.files, edits.filter((_, i) => !these.includes(i)).flat());
  const outputs = await lab.outputsOf({ subject: rest, inputs: cases.map((position) => inputs[position]!) });
  // It cannot do without them.
  if (outputs === null || outputs.every((output) => "error" in output)) return null;
  const changes = differenceOn(lab.outputs, cases, outputs);
  looked.cases = cases.length;
  looked.changed = changes.changed.length;
  const most = Math.max(LEAST_PROBES, lab.allowance.cases(PROBES));
  const probing = { lab, inputs, changes, subject: "candidate", against: rest, random, most } as const;
  // What is lost further aside needs the train cases to be told from honest rules.
  const arms = lab.arms(inputs).filter(({ spare = 0 }) => spare === 0);
  const [suspect] = suspectsOf((await probe(probing, arms)) ?? [], lost);
  if (suspect === undefined) return null;
  const { arm, probes, lost: gone, group, examples } = suspect;
  return {
    reason: `what ${looked.edit} does is gone when cases are ${arm.name} (${gone} of ${probes})`,
    evidence: {
      edit: looked as unknown as Json,
      change: arm.name,
      fields: arm.fields,
      group,
      probes,
      lost: gone,
      examples,
    },
    severity: isPlain(suspect) ? "reject" : "hold",
  };
}

/** All cases, if they fit. Else those first that the whole changes. */
function casesFor({ changed, champion }: Changes, room: number, random: Random): readonly number[] {
  const all = positions(champion.length);
  if (room >= all.length) return all;
  const is = new Set(changed);
  const others = all.filter((position) => !is.has(position));
  return [...changed, ...drawn(others, others.length, random.fork("others"))].slice(0, room).toSorted((a, b) => a - b);
}

/** Where it was not run, the rest is taken to answer as the whole. */
function differenceOn(whole: readonly Output[], cases: readonly number[], rest: readonly Output[]): Changes {
  const others = [...whole];
  for (const [i, position] of cases.entries()) others[position] = rest[i]!;
  return changesOf(whole, others);
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
    cases: null,
    changed: null,
  };
}
