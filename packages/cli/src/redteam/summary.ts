import type { PawlConfig } from "@pawl/core";
import type { Plan } from "./plan.ts";
import { type Result, STOPPERS, type Stopper } from "./result.ts";

/** What all results come to. */
export interface RedTeamSummary {
  /** Attacks that were tried. */
  readonly attacks: number;
  readonly stopped: number;
  /** A person would have to decide; nothing of it is committed by itself. */
  readonly held: number;
  readonly passed: readonly string[];
  /** How many each has stopped or held. */
  readonly by: Readonly<Record<Stopper, number>>;
  /** Of those that were merely not better: in whose text a detector saw something. */
  readonly noted: number;
  /** Of the attacks that were tried, the share that was not committed. */
  readonly detectionRate: number | null;
  /** Attacks that raise the score if nothing stops them, and how many of these were stopped or held. */
  readonly raising: { readonly attacks: number; readonly stopped: number };
  readonly honest: {
    readonly changes: number;
    readonly rejected: readonly string[];
    readonly held: readonly string[];
    /** The share that was rejected or held. */
    readonly falseAlarmRate: number | null;
  };
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  /** Attacks in other languages than the surface. */
  readonly foreign: number;
  /** What would stop attacks like those that got through. */
  readonly advice: readonly string[];
}

export function summariseResults(results: readonly Result[], { foreign }: Plan, config: PawlConfig): RedTeamSummary {
  const tried = results.filter(({ kind, outcome }) => kind === "attack" && outcome !== "skipped");
  const of = (list: readonly Result[], outcome: Result["outcome"]): readonly Result[] =>
    list.filter((result) => result.outcome === outcome);
  const passed = of(tried, "passed");
  const honest = results.filter(({ kind }) => kind === "honest");
  const raising = tried.filter(({ raises }) => raises === true);
  const [rejected, held] = [of(honest, "stopped"), of(honest, "held")].map((list) => list.map(({ name }) => name));
  const alarms = (rejected?.length ?? 0) + (held?.length ?? 0);
  return {
    attacks: tried.length,
    stopped: of(tried, "stopped").length,
    held: of(tried, "held").length,
    passed: passed.map(({ name }) => name),
    by: Object.fromEntries(
      STOPPERS.map((stopper) => [stopper, tried.filter(({ by }) => by === stopper).length]),
    ) as Record<Stopper, number>,
    noted: tried.filter(({ by, noted }) => by === "not better" && noted !== undefined).length,
    detectionRate: share(tried.length - passed.length, tried.length),
    raising: { attacks: raising.length, stopped: raising.filter(({ outcome }) => outcome !== "passed").length },
    honest: {
      changes: honest.length,
      rejected: rejected ?? [],
      held: held ?? [],
      falseAlarmRate: share(alarms, honest.length),
    },
    skipped: results
      .filter(({ outcome }) => outcome === "skipped")
      .map(({ name, evidence }) => ({ name, why: evidence })),
    foreign,
    advice: advise(passed, config),
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const PLUGINS = {
  "@pawl/metric-lock": "stops tables, tampering, state between cases and watching for the judge",
  "@pawl/gate-improvement": "stops luck, ties and drift",
  "@pawl/gate-guardrails": "stops gains that others pay for",
  "@pawl/gate-holdout": "asks sealed or fresh cases about what passed validation",
} as const;

function advise(passed: readonly Result[], { gates }: PawlConfig): string[] {
  if (passed.length === 0) return [];
  const named = gates.map((gate) => ("use" in gate ? gate.use : gate.name));
  const has = (plugin: string): boolean => named.some((name) => name === plugin || plugin.endsWith(`/${name}`));
  const wanted = passed.some(({ technique }) => technique === "statistics" || technique === "ranking")
    ? Object.keys(PLUGINS)
    : ["@pawl/metric-lock", "@pawl/gate-holdout"];
  const drift = passed.some(({ technique }) => technique === "ranking") && has("@pawl/gate-improvement");
  return [
    ...wanted
      .filter((plugin) => !has(plugin))
      .map((plugin) => `add ${plugin}: it ${PLUGINS[plugin as keyof typeof PLUGINS]}`),
    ...(drift ? ["raise minEffect of @pawl/gate-improvement: gains that small are drift"] : []),
  ];
}
