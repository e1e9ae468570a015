import type { CaseFeedback, Output } from "@pawl/plugin";
import { placements, type BinaryLabel } from "./metrics/index.ts";
import type { Reference, Scoring } from "./scoring.ts";

/** Shows a number in a sentence. */
const shown = (value: number): string => String(Number(value.toPrecision(4)));

/** The worst cases of an execution, with reasons, the costliest first. Half are kept for each kind of mistake. */
export function worstCases(
  scoring: Scoring,
  outputs: readonly Output[],
  answers: readonly number[],
  samples: readonly number[],
  reference: Reference,
  limit: number,
): CaseFeedback[] {
  const failures = allFailures(scoring, answers, samples, reference).map((failure) =>
    Number.isNaN(answers[failure.case]) ? unusable(scoring, failure, outputs[failure.case]!) : failure,
  );
  failures.sort((a, b) => b.weight! - a.weight! || a.case - b.case);
  const byCause = Map.groupBy(failures, ({ cause }) => cause);
  const share = Math.ceil(limit / Math.max(1, byCause.size));
  const chosen = new Set([...byCause.values()].flatMap((group) => group.slice(0, share)));
  for (const failure of failures) if (chosen.size < limit) chosen.add(failure);
  return failures.filter((failure) => chosen.has(failure)).slice(0, limit);
}

function unusable(scoring: Scoring, failure: CaseFeedback, output: Output): CaseFeedback {
  if ("error" in output) return { ...failure, cause: "error", detail: output.error };
  return {
    ...failure,
    cause: "unusable answer",
    detail: `${wanted(scoring)}, not ${JSON.stringify(output.value)}`,
  };
}

function wanted({ kind }: Scoring): string {
  if (kind === "probability") return "a number from 0 to 1 is wanted";
  return kind === "decision" ? "a decision or a number is wanted" : "a number is wanted";
}

function allFailures(
  scoring: Scoring,
  answers: readonly number[],
  samples: readonly number[],
  reference: Reference,
): CaseFeedback[] {
  switch (scoring.kind) {
    case "ranking":
      return rankingFailures(answers, reference.labels as readonly BinaryLabel[]);
    case "probability":
      return binaryFailures(answers, reference.labels, samples, (i) => `probability ${shown(answers[i]!)}`);
    case "decision":
      return decisionFailures(scoring, answers, samples, reference);
    case "prediction":
      return samples.flatMap((weight, i) => {
        if (weight === 0) return [];
        const [answer, label] = [answers[i]!, reference.labels[i]!];
        const detail = `predicted ${shown(answer)}, was ${shown(label)}`;
        return [{ case: i, cause: answer > label ? "too high" : "too low", detail, weight }];
      });
  }
}

function binaryFailures(
  answers: readonly number[],
  labels: readonly number[],
  weights: readonly number[],
  describe: (index: number) => string,
): CaseFeedback[] {
  return answers.flatMap((_, i) => {
    if (!(weights[i]! > 0)) return [];
    const cause = labels[i] === 1 ? "missed positive" : "false alarm";
    return [{ case: i, cause, detail: `${describe(i)}, label ${labels[i]}`, weight: weights[i]! }];
  });
}

/** A ranking's mistakes: positives by the share of negatives above them, negatives by the share of positives below. */
function rankingFailures(answers: readonly number[], labels: readonly BinaryLabel[]): CaseFeedback[] {
  const wrong = placements(answers, labels).map((share) => 1 - share);
  return binaryFailures(answers, labels, wrong, (i) => {
    const right = shown(100 - wrong[i]! * 100);
    const [side, others] = labels[i] === 1 ? ["above", "negative"] : ["below", "positive"];
    return `score ${shown(answers[i]!)}, ${side} only ${right} % of the ${others} cases`;
  });
}

/** A decision's mistakes: what it cost more than the other decision would have. */
function decisionFailures(
  scoring: Scoring,
  answers: readonly number[],
  samples: readonly number[],
  reference: Reference,
): CaseFeedback[] {
  const [yes, no] = scoring.sureAnswers!.map(
    (sure) =>
      scoring.compute(
        answers.map(() => sure),
        reference,
      ).samples,
  );
  const regret = samples.map((cost, i) => cost - Math.min(yes![i]!, no![i]!));
  return binaryFailures(
    answers,
    reference.labels,
    regret,
    (i) => `answer ${shown(answers[i]!)}, cost ${shown(samples[i]!)}`,
  );
}
