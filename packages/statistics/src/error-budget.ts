/**
 * The share of the night's error that one experiment may spend. All shares together are at most 1, so by Boole's
 * inequality the chance of any false keep is at most the night's error, however the candidates depend on each other.
 *
 * With a known number of experiments all shares are equal, and none is left for experiments beyond it. Open-ended, the
 * shares are 1 / (t (t + 1)), whose sum is 1.
 *
 * Source: C. E. Bonferroni (1936) for equal shares; D. P. Foster and R. A. Stine, "Alpha-investing", JRSS-B 70 (2008),
 * and A. Ramdas et al., "Online control of the false discovery rate with decaying memory" (2017), for spending.
 *
 * @param experiment from 1.
 * @param experiments how many there may be; `Infinity` for open-ended.
 */
export function errorShare(experiment: number, experiments: number): number {
  if (!(experiment >= 1)) throw new RangeError(`Experiment ${experiment} has no share; they count from 1.`);
  if (experiments === Infinity) return 1 / (experiment * (experiment + 1));
  return experiment <= experiments ? 1 / experiments : 0;
}

/**
 * The level of e-LOND for one experiment: keep where its e-value is at least one over this. The expected share of false
 * keeps among all keeps is then at most `error`, under any dependence between the experiments, and also where several of
 * them are under way at once: it only matters that a keep was not counted for itself.
 *
 * Source: Z. Xu and A. Ramdas, "Online multiple testing with e-values", AISTATS 2024.
 *
 * @param error the expected share of false keeps that is allowed, in (0, 1).
 * @param share of {@link errorShare}.
 * @param keptBefore how many were kept before, the baseline not among them.
 */
export function eLondLevel(error: number, share: number, keptBefore: number): number {
  return error * share * (keptBefore + 1);
}
