import type { Assignment } from "../surface/surface.ts";

/** "raise AMOUNT_HIGH from 120 to 163" */
export function describeChange({ parameter, value, written }: Assignment): string {
  const old = parameter.value;
  const before = JSON.stringify(old);
  if (typeof old !== "number" || typeof value !== "number")
    return `set ${parameter.label} from ${before} to ${written}`;
  return `${value > old ? "raise" : "lower"} ${parameter.label} from ${before} to ${value}`;
}

/** The same for many changes at once, the first few named. */
export function describeChanges(verb: string, assignments: readonly Assignment[]): string {
  const [first] = assignments;
  if (first !== undefined && assignments.length === 1) return describeChange(first);
  const named = assignments
    .slice(0, 4)
    .map(({ parameter, written }) => `${parameter.label} ${JSON.stringify(parameter.value)} → ${written}`);
  const more = assignments.length > named.length ? ", …" : "";
  return `${verb} ${assignments.length} constants together: ${named.join(", ")}${more}`;
}

/** Those that change something. */
export function effective(assignments: readonly Assignment[]): Assignment[] {
  return assignments.filter(({ parameter, value }) => parameter.value !== value);
}
