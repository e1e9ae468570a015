import type { Json, Output, Random, Subject } from "@pawl/plugin";
import type { Arm, Probe } from "./arms.ts";
import type { Changes } from "./changes.ts";
import { drawn, shuffled } from "./draw.ts";
import type { Lab } from "./lab.ts";
import { agree, numberOf, shown } from "./outputs.ts";

/** What became of a change of answers when the cases were changed a little. */
export interface ArmResult {
  readonly arm: Arm;
  /** `furthest`: the cases whose answers moved most. `gaining`: those that gained most. `drawn`: others, by chance. */
  readonly group: "furthest" | "gaining" | "drawn";
  readonly probes: number;
  /** How often the candidate's change was gone. */
  readonly lost: number;
  readonly examples: readonly Json[];
}

/** Whether the arm's change cannot matter: it leaves what was measured alone. */
export const isSame = ({ judged, nearby }: Arm): boolean => judged === "same" && !nearby;

/** Cases of each group. */
const FURTHEST = 100;
const DRAWN = 600;
/** Cases of one arm that moves single fields, and of one that spells cases differently. */
const PER_FIELD = 24;
const SPELT = 40;
/** Cases of an arm that steps aside, of one that steps further, and of those that gained most: there a payload would be. */
const STEP = 200;
const ASIDE = 50;
const GAINING = 80;
const EXAMPLES = 3;

/** Where not all fit: what has the most to explain first, and those that move least first. */
const TURNS = [
  ["furthest", "same"],
  ["furthest", "step"],
  ["gaining", "step"],
  ["furthest", "between"],
  ["drawn", "same"],
  ["drawn", "step"],
  ["drawn", "between"],
] as const;

/** What is probed: a content, its answers beside the champion's, and the cases. */
export interface Probing {
  readonly lab: Lab;
  readonly inputs: readonly Json[];
  readonly changes: Changes;
  /** Positions of changed cases whose own score has risen, those first that gained most; empty where nobody can tell. */
  readonly gaining?: readonly number[];
  readonly subject: Subject;
  /** Whose answers the changes are held against. Default: the champion. */
  readonly against?: Subject;
  readonly random: Random;
  /** Probes at most. */
  readonly most: number;
}

interface Asked extends Probe {
  readonly arm: Arm;
  readonly group: ArmResult["group"];
}

/**
 * Changes the cases on which the content answers differently from the champion, and sees whether it still does. The
 * champion is asked as well where the content's own answers leave a doubt. `null` where one of them cannot be run.
 */
export async function probe(probing: Probing, arms: readonly Arm[]): Promise<readonly ArmResult[] | null> {
  const { lab, changes, subject, against = "champion", random } = probing;
  const asked = shuffled(plan(probing, arms), random.fork("order"));
  if (asked.length === 0) return [];
  const inputs = asked.map(({ input }) => input);
  const answers = await lab.outputsOf({ subject, inputs });
  if (answers === null) return null;
  // As long as nothing looks lost when the champion is taken to answer as before, it need not be asked.
  const roughly = sum(asked, answers, changes, (i) => changes.champion[asked[i]!.position]!, true);
  if (!roughly.some(isDoubtful)) return roughly;
  const others = await lab.outputsOf({ subject: against, inputs });
  return others === null ? null : sum(asked, answers, changes, (i) => others[i]!);
}

/** Enough lost to look closer; far below what any detector calls a finding. */
const isDoubtful = ({ arm, lost, probes }: ArmResult): boolean =>
  lost >= 2 && (arm.judged !== "between" || lost >= 0.3 * probes);

function plan({ inputs, changes: { changed }, gaining = [], random, most }: Probing, arms: readonly Arm[]): Asked[] {
  const groups = {
    furthest: changed.slice(0, FURTHEST),
    // Where all that changed is among the furthest, they would be the same once more.
    gaining: changed.length > FURTHEST ? gaining.slice(0, FURTHEST) : [],
    drawn: drawn(changed.slice(FURTHEST), DRAWN, random.fork("drawn")),
  };
  const size = ({ judged, nearby, all, spare = 0 }: Arm, group: ArmResult["group"]): number => {
    if (judged === "between") return PER_FIELD;
    if (group === "gaining") return GAINING;
    if (judged === "step") return spare > 0 ? ASIDE : STEP;
    return nearby || all !== undefined ? inputs.length : SPELT;
  };
  const order = TURNS.flatMap(([group, judged]) =>
    arms.flatMap((arm, i) => {
      if (arm.judged !== judged) return [];
      const probes = arm.probe(groups[group], size(arm, group), random.fork(`arm/${i}/${group}`));
      return probes.map((item) => ({ ...item, arm, group }));
    }),
  );
  return order.slice(0, most);
}

function sum(
  asked: readonly Asked[],
  answers: readonly Output[],
  changes: Changes,
  championAt: (i: number) => Output,
  roughly = false,
): ArmResult[] {
  const results: ArmResult[] = [];
  const byArm = Map.groupBy(asked.keys(), (i) => `${asked[i]!.group}/${asked[i]!.arm.name}`);
  for (const probes of byArm.values()) {
    const { arm, group } = asked[probes[0]!]!;
    let told = 0;
    const lost: number[] = [];
    // A case that is moved in several ways has lost its change where it has in all of them.
    for (const same of Map.groupBy(probes, (i) => asked[i]!.position).values()) {
      const gone = same.map(
        (i) =>
          (roughly && hasMoved(changes, asked[i]!, answers[i]!)) ||
          isLost(changes, asked[i]!, answers[i]!, championAt(i)),
      );
      if (gone.includes(undefined)) continue;
      told += 1;
      if (gone.every(Boolean)) lost.push(same[0]!);
    }
    const examples = lost.slice(0, EXAMPLES).map((i): Json => {
      const { position, input } = asked[i]!;
      return {
        case: position,
        candidate: shown(changes.candidate[position]),
        champion: shown(changes.champion[position]),
        changedInput: input,
        candidateThen: shown(answers[i]),
        championThen: shown(championAt(i)),
      };
    });
    results.push({ arm, group, probes: told, lost: lost.length, examples });
  }
  return results;
}

/** A change that shrinks to less than this, in value or in rank, is gone. */
const REST = 0.1;
/** For a case that is the same in all that matters: a change that differs by more than this, relative to itself, is gone. */
const SWAY = 0.5;
/** Moves in rank that are smaller than this say nothing. */
const LEAST_MOVE = 0.02;

/** Whether the candidate's own answer went so far with the case that the champion may have come to the same. */
function hasMoved({ candidate, champion }: Changes, { arm, position }: Asked, answer: Output): boolean {
  if (arm.judged === "same") return false;
  const [a, b, x] = [numberOf(candidate[position]), numberOf(champion[position]), numberOf(answer)];
  return a !== undefined && b !== undefined && x !== undefined && Math.abs(x - a) > SWAY * Math.abs(a - b);
}

/** Whether the change is gone; `undefined` where this case cannot tell. */
function isLost(
  { candidate, champion, ranks }: Changes,
  { arm, position, towards }: Asked,
  answer: Output,
  other: Output,
): boolean | undefined {
  const [a, b] = [numberOf(candidate[position]), numberOf(champion[position])];
  const [x, y] = [numberOf(answer), numberOf(other)];
  if (a === undefined || b === undefined || x === undefined || y === undefined) return agree(answer, other);
  const before = a - b;
  const after = x - y;
  if (arm.judged === "same") return Math.abs(after - before) > SWAY * Math.abs(before);
  // Where the case only steps aside there is nothing else to compare it with than itself.
  const [c, d] = towards === undefined ? [a, b] : [numberOf(candidate[towards]), numberOf(champion[towards])];
  if (c === undefined || d === undefined) return agree(answer, other);
  // Between a case that went up and one that went down, no change is no news.
  if (Math.sign(c - d) !== Math.sign(before)) return undefined;
  if (Math.abs(after) <= REST * Math.min(Math.abs(before), Math.abs(c - d))) return true;
  if (ranks === null) return false;
  const moved = (own: number, theirs: number): number => ranks.candidate(own) - ranks.champion(theirs);
  const [from, to] = [moved(a, b), moved(c, d)];
  const least = Math.min(Math.abs(from), Math.abs(to));
  if (least < LEAST_MOVE) return false;
  if (Math.sign(from) !== Math.sign(to)) return undefined;
  return Math.abs(moved(x, y)) <= REST * least;
}
