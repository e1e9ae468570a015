import { solveScale } from "./scale.ts";

/** A stopped e-value: how many times one's stake has grown in a game that is fair or worse where nothing has improved. */
export interface Evidence {
  /** At least 0; 1 where nothing is known yet. Its expectation is at most 1 where nothing has improved. */
  readonly e: number;
  /** How many cases it took: less than all where `enough` was reached before. */
  readonly cases: number;
}

/** How {@link signEvidence} and {@link boundedEvidence} play. */
export interface EvidenceOptions {
  /** How many cases there are going to be in all, at least as many as there are differences. */
  readonly of: number;
  /** The game ends as soon as e reaches this, such as 1 / 0.05. Above 1. */
  readonly enough: number;
}

/** {@link EvidenceOptions} of {@link signEvidence}. */
export interface SignEvidenceOptions extends EvidenceOptions {
  /** How many differences are looked at for their size alone before the first stake. Default 20. */
  readonly sized?: number;
}

/**
 * Always-valid evidence that paired differences are larger than zero, for differences of any size.
 *
 * The null that it covers: given what came before and its own size, each difference is as likely positive as negative.
 * It holds where candidate and champion could be swapped case by case without anyone noticing, however heavy the tails,
 * however different the cases and however many tie, and for right-or-wrong cases as soon as the mean is zero. It does not
 * cover differences whose mean is zero but that are skewed; with known bounds {@link boundedEvidence} does.
 *
 * Each case multiplies a stake by `1 + tanh(m s d)`, that is `exp(m s d) / cosh(m s d)`, whose expectation is 1 for
 * a fair sign. The stake is divided among six strengths m, octaves around the one that would be best for an effect that
 * just suffices at the end; the scale s comes from the sizes of the first 20 differences, whose signs are not looked
 * at. By Ville's inequality the chance that e ever reaches `enough` is at most 1 / `enough`, so one may look after
 * every case; and as it is a stopped martingale its expectation is at most 1 under any dependence on other tests.
 *
 * Source: V. H. de la Peña, "A general class of exponential inequalities for martingales and ratios", Annals of
 * Probability 27 (1999), for symmetric differences, whose factor exp(m d - m² d² / 2) is smaller than this one;
 * J. Ville, "Étude critique de la notion de collectif" (1939); A. Ramdas, P. Grünwald, V. Vovk, G. Shafer,
 * "Game-Theoretic Statistics and Safe Anytime-Valid Inference", Statistical Science 38 (2023).
 *
 * @param differences in the order in which the cases were run; a tie is exactly 0. The same list with more cases
 *   behind it never takes back what was reached.
 */
export function signEvidence(
  differences: ArrayLike<number>,
  { of, enough, sized = 20 }: SignEvidenceOptions,
): Evidence {
  const count = differences.length;
  let scaled = 0;
  let differing = 0;
  while (scaled < count && differing < sized) if (differences[scaled++] !== 0) differing += 1;
  if (differing === 0 || (differing < sized && count < of)) return { e: 1, cases: count };
  const scale = solveScale(differences, scaled, (Math.log(enough) * scaled) / of);

  let [a, b, c, d, f, g] = WEIGHTS;
  for (let i = 0; i < count; i += 1) {
    const difference = differences[i]!;
    if (difference !== 0) {
      // The strengths are octaves, so each power is the last one's square.
      let power = Math.exp(-difference * scale);
      a *= 2 / (1 + power);
      b *= 2 / (1 + (power *= power));
      c *= 2 / (1 + (power *= power));
      d *= 2 / (1 + (power *= power));
      f *= 2 / (1 + (power *= power));
      g *= 2 / (1 + (power *= power));
    }
    // The sizes of the first cases have set the scale, so nothing was at stake before the last of them.
    if (i >= scaled - 1 && a + b + c + d + f + g >= enough) {
      return { e: a + b + c + d + f + g, cases: i + 1 };
    }
  }
  return { e: a + b + c + d + f + g, cases: count };
}

/** Shares of the stake for half the best strength, the best, and twice, 4, 8 and 16 times it. */
const WEIGHTS: readonly [number, number, number, number, number, number] = [0.15, 0.45, 0.2, 0.1, 0.05, 0.05];
