import { checkBinary, checkLengths, mean, type BinaryLabel, type MetricResult } from "./common.ts";

/** Probabilities are kept this far from 0 and 1 by {@link logLoss}, which caps one case at about 34.5. */
const LOG_LOSS_EPSILON = 1e-15;

/** Runs a loss over the cases; whatever is no probability counts as the one farthest from the label. */
function perCase(
  probabilities: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  loss: (probability: number, label: BinaryLabel) => number,
): MetricResult {
  checkLengths(probabilities, labels);
  checkBinary(labels);
  const samples = labels.map((label, i) => {
    const p = probabilities[i]!;
    return loss(p >= 0 && p <= 1 ? p : 1 - label, label);
  });
  return { value: mean(samples), samples };
}

/**
 * Log loss (binary cross-entropy), in nats: the mean of −ln of the probability given to what happened. Smaller is
 * better. One sample per case. Probabilities are clipped to `[1e-15, 1 − 1e-15]`; what is not in [0, 1] counts as
 * certainty of the wrong answer.
 *
 * Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, or no cases.
 */
export function logLoss(probabilities: ArrayLike<number>, labels: readonly BinaryLabel[]): MetricResult {
  return perCase(probabilities, labels, (p, label) => {
    const clipped = Math.min(1 - LOG_LOSS_EPSILON, Math.max(LOG_LOSS_EPSILON, p));
    return label === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
  });
}

/**
 * Brier score: the mean squared difference of probability and outcome. Smaller is better; in [0, 1]. One sample per
 * case. What is not in [0, 1] counts as certainty of the wrong answer.
 *
 * Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950),
 * in the binary form that is half of the original sum.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, or no cases.
 */
export function brier(probabilities: ArrayLike<number>, labels: readonly BinaryLabel[]): MetricResult {
  return perCase(probabilities, labels, (p, label) => (p - label) ** 2);
}
