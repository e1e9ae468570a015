import type { Check, GateExamination } from "@pawl/plugin";
import { errorShare } from "@pawl/statistics";
import type { ImprovementOptions } from "../options.ts";
import { cost } from "./cost.ts";
import { measureRuns, runNoise } from "./noise.ts";
import { powerOverCases, powerOverSeeds } from "./power.ts";
import { skewOfSamples } from "./skew.ts";

/**
 * Measures the noise of the unchanged surface, and says what the night can find with it, and for how much time and money:
 * two to four more runs of the surface, depending on the options.
 */
export async function examineNoise(
  examination: GateExamination,
  options: ImprovementOptions,
  signal: AbortSignal,
): Promise<Check[]> {
  const { experiments } = examination.task;
  // Open-ended runs spend less and less; the hundredth experiment stands for them.
  const share = experiments === Infinity ? errorShare(100, Infinity) : errorShare(1, experiments);
  const enough = 1 / (options.falseKeeps * share);
  const runs = await measureRuns(examination, options, signal);
  return [
    runNoise(examination, options, runs),
    options.seeds === undefined
      ? powerOverCases(examination, options, enough)
      : powerOverSeeds(examination, options.seeds, runs, enough),
    ...skewOfSamples(examination, options),
    cost(examination, options, runs),
  ];
}
