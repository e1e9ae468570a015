import { defineGate, pass, PawlError, reject, type Json, type Metric, type Trial, type Verdict } from "@pawl/plugin";
import { z } from "zod";

const against = z.enum(["baseline", "champion"]).default("baseline");

const toleranceSchema = z.union(
  [
    z.number().nonnegative(),
    z.strictObject({
      /** Allowed loss, in the guardrail's own unit. */
      absolute: z.number().nonnegative(),
      against,
    }),
    z.strictObject({
      /** Allowed loss, as a share of the size of the value that it is compared with. */
      relative: z.number().nonnegative(),
      against,
    }),
    z.strictObject({
      /** The worst value allowed, whatever the baseline has. */
      limit: z.number(),
    }),
  ],
  {
    error:
      "a tolerance is a number that is not negative, { absolute: number }, { relative: number } or { limit: number }; " +
      'the first two objects may have against: "baseline" or "champion"',
  },
);
type Tolerance = z.output<typeof toleranceSchema>;

const guardrailOptions = z.object({
  /** What each guardrail may lose, by name. One that is declared and not listed here may lose nothing. */
  tolerances: z.record(z.string().min(1), toleranceSchema).default({}),
});
type GuardrailOptions = z.output<typeof guardrailOptions>;

/** Bounds are compared with this much slack, relative to their size, for rounding. */
const ROUNDING = 1e-12;

/** The worst value that is allowed. */
function boundOf({ direction }: Metric, tolerance: Tolerance, trial: Trial, name: string): number {
  if (typeof tolerance === "object" && "limit" in tolerance) return tolerance.limit;
  const reference = valueOf(trial, typeof tolerance === "number" ? "baseline" : tolerance.against, name);
  const loss =
    typeof tolerance === "number"
      ? tolerance
      : "absolute" in tolerance
        ? tolerance.absolute
        : tolerance.relative * Math.abs(reference);
  return direction === "maximize" ? reference - loss : reference + loss;
}

/** A guardrail's value, `NaN` where the score has none. */
function valueOf(trial: Trial, subject: "baseline" | "champion" | "candidate", name: string): number {
  const { guardrails } = trial[subject].score;
  return guardrails !== undefined && Object.hasOwn(guardrails, name) ? guardrails[name]! : Number.NaN;
}

/** `NaN` does not survive JSON, so what is missing is `null` in evidence. */
const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);

/** One guardrail, looked at. */
function look(trial: Trial, metric: Metric, tolerance: Tolerance) {
  const { name, direction } = metric;
  const [value, baseline, champion] = (["candidate", "baseline", "champion"] as const).map((subject) =>
    valueOf(trial, subject, name),
  ) as [number, number, number];
  const bound = boundOf(metric, tolerance, trial, name);
  const slack = ROUNDING * Math.max(Math.abs(bound), Math.abs(value));
  const isMissing = !Number.isFinite(value) || !Number.isFinite(bound);
  const isHeld = direction === "maximize" ? value >= bound - slack : value <= bound + slack;
  const evidence = {
    direction,
    value: finite(value),
    baseline: finite(baseline),
    champion: finite(champion),
    allowed: finite(bound),
    tolerance: tolerance as Json,
    held: isHeld && !isMissing,
  };
  return { name, direction, value, bound, isMissing, isHeld, evidence };
}

/** Names with a tolerance that the scorer does not declare. */
function unknownNames(guardrails: readonly Metric[], tolerances: GuardrailOptions["tolerances"]): string[] {
  const declared = new Set(guardrails.map(({ name }) => name));
  return Object.keys(tolerances).filter((name) => !declared.has(name));
}

const unknownReason = (names: readonly string[]): string =>
  `The scorer declares no guardrail called ${names.map((name) => `"${name}"`).join(", ")}.`;

/** Judges one trial against the tolerances. */
function judgeGuardrails(trial: Trial, { tolerances }: GuardrailOptions): Verdict {
  const unknown = unknownNames(trial.guardrails, tolerances);
  if (unknown.length > 0) {
    const declared = trial.guardrails.map(({ name }) => name);
    return reject("PAWL_GUARDRAIL_UNKNOWN", unknownReason(unknown), { unknown, declared });
  }
  const looks = trial.guardrails.map((metric) =>
    look(trial, metric, Object.hasOwn(tolerances, metric.name) ? tolerances[metric.name]! : 0),
  );
  const evidence: Json = Object.fromEntries(looks.map((one) => [one.name, one.evidence]));
  const missing = looks.filter(({ isMissing }) => isMissing);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `"${name}"`).join(", ");
    return reject("PAWL_GUARDRAIL_MISSING", `There is no finite value to compare for ${names}.`, evidence);
  }
  const broken = looks.filter(({ isHeld }) => !isHeld);
  if (broken.length > 0) {
    const reasons = broken.map(({ name, direction, value, bound }) => {
      const side = direction === "maximize" ? "below" : "above";
      return `${name} is ${shown(value)}, ${side} the allowed ${shown(bound)}`;
    });
    return reject("PAWL_GUARDRAIL_BROKEN", `${reasons.join("; ")}.`, evidence);
  }
  return looks.length === 0
    ? pass("PAWL_GUARDRAILS_NONE", "The scorer declares no guardrails, so there is nothing to hold.")
    : pass("PAWL_GUARDRAILS_HELD", `All guardrails held: ${looks.map(({ name }) => name).join(", ")}.`, evidence);
}

const shown = (value: number): string => String(Number(value.toPrecision(6)));

/**
 * Rejects a candidate that makes a guardrail worse than its tolerance allows. The comparison is with the baseline: many
 * small losses, each within tolerance of the champion before, would add up.
 *
 * Verdicts: `PAWL_GUARDRAILS_HELD`, `PAWL_GUARDRAILS_NONE`; `PAWL_GUARDRAIL_BROKEN`, `PAWL_GUARDRAIL_UNKNOWN`,
 * `PAWL_GUARDRAIL_MISSING`.
 *
 * @example
 * guardrails({ tolerances: { retention: { absolute: 0.01 }, latency: { relative: 0.05 }, complaints: { limit: 20 } } })
 */
export const guardrails = defineGate({
  name: "@pawl/gate-guardrails",
  version: "0.1.0",
  options: guardrailOptions,
  create: (options) => ({
    prepare({ guardrails: declared }) {
      const [unknown] = unknownNames(declared, options.tolerances);
      if (unknown === undefined) return;
      throw new PawlError("PAWL_CONFIG_INVALID", unknownReason([unknown]), {
        path: `tolerances.${unknown}`,
        remedy: `Use a guardrail that it declares: ${declared.map(({ name }) => `"${name}"`).join(", ") || "there is none"}.`,
      });
    },
    judge: async (trial) => judgeGuardrails(trial, options),
  }),
});
