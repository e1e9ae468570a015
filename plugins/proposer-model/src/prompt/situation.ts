import { type Metric, type ProposeContext, cleanText } from "@pawl/plugin";

/** What is wanted: words of the config and the scorer. */
export function situation({ goal, metric }: Pick<ProposeContext, "goal" | "metric">): string {
  const lines = [
    ...(goal === undefined ? [] : [`Goal: ${cleanText(goal, { maxCharacters: 4_000 })}`]),
    `Metric, to be ${metric.direction}d: ${describe(metric)}`,
  ];
  return lines.join("\n");
}

/** Where the run stands and what it has left: numbers of the engine. */
export function standing({ guardrails, champion, budget, experiment }: ProposeContext): string {
  const lines = [
    ...guardrails.map(
      (each) =>
        `Guardrail, which may not get worse by more than its tolerance (${better(each)} is better): ${describe(each)}`,
    ),
    `The champion, experiment ${champion.experiment}, scores ${champion.score}.`,
    `Your proposal becomes experiment ${experiment}.${left(budget)}`,
  ];
  return lines.join("\n");
}

function describe({ name, unit, description, range }: Metric): string {
  const details = [
    ...(unit === undefined ? [] : [`in ${unit}`]),
    ...(range === undefined ? [] : [`from ${range[0]} to ${range[1]}`]),
  ];
  const more = details.length === 0 ? "" : ` (${details.join(", ")})`;
  return cleanText(`${name}${more}${description === undefined ? "" : `: ${description}`}`, { maxCharacters: 2_000 });
}

const better = ({ direction }: Metric): string => (direction === "maximize" ? "higher" : "lower");

/** Time is left out: it differs between runs that are otherwise the same, and a recording could not be replayed. */
function left({ experiments, usd }: ProposeContext["budget"]): string {
  const parts = [
    ...(experiments === undefined ? [] : [`${experiments} experiments`]),
    ...(usd === undefined ? [] : [`${(Math.floor(usd * 100) / 100).toFixed(2)} US dollars`]),
  ];
  return parts.length === 0 ? "" : ` The budget has ${parts.join(" and ")} left.`;
}
