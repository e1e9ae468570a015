import type { Json } from "@pawl/plugin";
import type { Arm } from "./arms.ts";
import { binomialAtMost } from "./chance.ts";
import { type Changes, changesOf } from "./changes.ts";
import { drawn } from "./draw.ts";
import type { Lab } from "./lab.ts";
import { probe } from "./probes.ts";

/** Train cases that are looked at, and more of them where so many changes would not be among these. */
const LEAST = 2_000;
const CHANGES = 30;
/** Changes are as frequent from this share of the rate on; they are absent where chance hardly makes so few. */
const AS_OFTEN = 0.3;
const SURE = 1e-3;
/** Fewer lost changes than this prove nothing. */
const LEAST_LOST = 2;

/** What a candidate does on train cases, beside what it does on those that judge. */
export interface InTrain {
  readonly [key: string]: Json;
  readonly cases: number;
  /** Share of the train cases on which the candidate answers as differently. */
  readonly rate: number;
  readonly asOften: boolean;
  /** Whether it changes so few of them that this is no accident. */
  readonly absent: boolean;
  /** Share of its changes that are gone beside those cases. */
  readonly lost: number;
}

/** Looks at train cases with the same eyes. `null` where there are none, or something does not run. */
export async function inTrain(lab: Lab, changes: Changes, arm: Arm): Promise<InTrain | null> {
  const far = farMove(changes);
  const expected = rateOf(changes, far, lab.inputs.length);
  const random = lab.trial.random.fork("memorisation/train");
  const most = Math.max(LEAST, Math.ceil(CHANGES / Math.max(expected, 1e-6)));
  const inputs = drawn((await lab.trial.inputs("train")) ?? [], most, random);
  if (inputs.length === 0) return null;
  const own = await lab.outputsOf({ inputs });
  const champion = await lab.outputsOf({ subject: "champion", inputs });
  if (own === null || champion === null) return null;
  const found = changesOf(own, champion);
  const rate = rateOf(found, far, inputs.length);
  const same = lab.arms(inputs).filter(({ name }) => name === arm.name);
  const results = await probe({ lab, inputs, changes: found, subject: "candidate", random, most: LEAST }, same);
  const shares = (results ?? []).map(({ lost, probes }) => (lost >= LEAST_LOST ? lost / probes : 0));
  return {
    cases: inputs.length,
    rate,
    asOften: rate >= AS_OFTEN * expected,
    absent: binomialAtMost(Math.round(rate * inputs.length), inputs.length, expected) < SURE,
    lost: Math.max(0, ...shares),
  };
}

/** Half of the way that the cases which moved furthest went. */
const farMove = ({ moves }: Changes): number => (moves[Math.min(FAR, moves.length) >> 1] ?? 0) / 2;
const FAR = 100;

/** The share of cases that moved so far. */
const rateOf = ({ moves }: Changes, far: number, cases: number): number =>
  moves.filter((move) => move >= far).length / cases;
