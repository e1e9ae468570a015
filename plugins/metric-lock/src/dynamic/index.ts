import type { Trial } from "@pawl/plugin";
import { z } from "zod";
import type { Detector } from "../detector.ts";
import { anomalyDetector, anomalyOptions } from "./anomaly.ts";
import { canaryDetector, canaryOptions } from "./canaries.ts";
import { decoyDetector, decoyOptions } from "./decoys.ts";
import { hunkDetector, hunkOptions } from "./hunks.ts";
import { Labs } from "./lab.ts";
import { memorisationDetector, memorisationOptions } from "./memorisation.ts";
import { metamorphicDetector, metamorphicOptions } from "./metamorphic.ts";
import { replayDetector, replayOptions } from "./replay.ts";
import { transferDetector, transferOptions } from "./transfer.ts";

/** Options of the detectors that look at outputs, or run the candidate again: one key each, `false` to leave it out. */
export const dynamicOptions = {
  /**
   * The time that all costly detectors together may take for a would-be champion: so many of its own evaluations. With 0
   * nothing runs again, and those that would need it are left out.
   */
  evaluations: z.number().nonnegative().default(4),
  anomaly: anomalyOptions,
  canaries: canaryOptions,
  transfer: transferOptions,
  replay: replayOptions,
  metamorphic: metamorphicOptions,
  memorisation: memorisationOptions,
  decoys: decoyOptions,
  hunks: hunkOptions,
};
const schema = z.object(dynamicOptions);
export type DynamicOptions = z.output<typeof schema>;

/** Detectors that look at outputs, or run the candidate again, cheapest first. */
export function dynamicDetectors(options: DynamicOptions): readonly Detector[] {
  const { anomaly, canaries, transfer, replay, metamorphic, memorisation, decoys, hunks } = options;
  const labs = new Labs({ evaluations: options.evaluations, stochastic: replay !== false && replay.stochastic });
  let outputRange: Trial["metric"]["range"];
  const learning: Pick<Detector, "prepare"> = {
    prepare(task) {
      outputRange = task.outputRange;
      labs.learn(task.relations, metamorphic !== false && metamorphic.guess);
    },
  };
  const cheap = [
    anomaly !== false && anomalyDetector(() => outputRange, anomaly),
    canaries !== false && canaryDetector(canaries),
  ];
  const costly = () => [
    transfer !== false && transferDetector(labs, transfer),
    replay !== false && replayDetector(labs, replay),
    metamorphic !== false && metamorphicDetector(labs, metamorphic),
    memorisation !== false && memorisationDetector(labs, memorisation),
    decoys !== false && decoyDetector(labs, decoys),
    hunks !== false && hunkDetector(labs, hunks),
  ];
  const made = [...cheap, ...(options.evaluations > 0 ? costly() : [])].filter((detector) => detector !== false);
  // What the scorer declares is taken in once, by whichever comes first.
  return made.map((detector, i) => (i === 0 ? withLearning(detector, learning) : detector));
}

const withLearning = (detector: Detector, { prepare }: Pick<Detector, "prepare">): Detector => ({
  ...detector,
  async prepare(task) {
    await prepare?.(task);
    await detector.prepare?.(task);
  },
});
