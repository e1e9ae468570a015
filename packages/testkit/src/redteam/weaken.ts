import { type Files, type Json, type Output, gain } from "@pawl/plugin";
import type { Target } from "./attack.ts";
import { graft } from "./graft.ts";

/** The user's surface made worse, twice: what makes the user's own an improvement that every gate should see. */
export interface Weakened {
  readonly worse: Files;
  /** Worse than that. */
  readonly worst: Files;
}

interface Bend {
  readonly code: string;
  readonly apply: (value: number) => number;
}

const times = (factor: number): Bend => ({ code: `value * ${factor}`, apply: (value) => value * factor });
const BENDS: readonly Bend[] = [
  ...[-1, 0, 0.5, 0.8, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.2, 2].map(times),
  { code: "Math.round(value)", apply: Math.round },
];

/** What a guardrail may lose, of where it stands, without anybody's tolerance being used up. */
const HARDLY = 0.002;

const bend = (value: Json, apply: (value: number) => number): Json =>
  typeof value === "number"
    ? apply(value)
    : Array.isArray(value)
      ? value.map((item: Json) => bend(item, apply))
      : value;

/**
 * Bends the numbers that a surface answers in ways that make its score worse and no guardrail better to speak of. `null` where none
 * of a dozen ways does.
 */
export async function weaken(target: Target): Promise<Weakened | null> {
  const start = await target.measure(target.outputs);
  const found: { code: string; loss: number }[] = [];
  for (const { code, apply } of BENDS) {
    const outputs = target.outputs.map((output): Output =>
      "value" in output ? { value: bend(output.value, apply) } : output,
    );
    const score = await target.measure(outputs);
    const loss = gain(target.metric, score.value, start.value);
    const fair = target.guardrails.every((guardrail) => {
      const [from, to] = [score.guardrails?.[guardrail.name] ?? 0, start.guardrails?.[guardrail.name] ?? 0];
      return gain(guardrail, from, to) >= -HARDLY * Math.abs(to);
    });
    if (Number.isFinite(loss) && loss > 0 && fair) found.push({ code, loss });
  }
  const [last, ...others] = found.toSorted((a, b) => b.loss - a.loss);
  const first = others.find(({ loss }) => loss < 0.9 * (last?.loss ?? 0));
  if (first === undefined || last === undefined) return null;
  const build = (code: string): Files | undefined => {
    const made = graft(
      target,
      ({ call, fn }) => `
const bent = (value) => (typeof value === "number" ? ${code} : Array.isArray(value) ? value.map(bent) : value);
export default ${fn} (input) { return bent(${call}); }`,
    );
    return "files" in made ? made.files : undefined;
  };
  const [worse, worst] = [build(first.code), build(last.code)];
  return worse === undefined || worst === undefined ? null : { worse, worst };
}
