import type { Domain, Parameter } from "../surface/parameters.ts";
import { roundNumber, writeNumber } from "../surface/number.ts";
import type { Assignment } from "../surface/surface.ts";

/** A parameter that takes numbers. */
export interface NumericParameter extends Parameter {
  readonly value: number;
  readonly domain: Exclude<Domain, { kind: "choice" }>;
}

export function isNumeric(parameter: Parameter): parameter is NumericParameter {
  return parameter.domain.kind !== "choice";
}

/**
 * The scale on which a parameter is searched, one unit being a large step: the whole of its range; without a range a
 * factor of e, the sign kept; around zero, 1.
 */
export function encode({ domain, value }: NumericParameter, number: number = value): number {
  if (domain.kind === "free") return value === 0 ? number : Math.log(Math.abs(number));
  if (domain.log) return Math.log(number / domain.min) / Math.log(domain.max / domain.min);
  return (number - domain.min) / (domain.max - domain.min);
}

/** Which scale {@link encode} uses: coordinates are comparable only within one. */
export function scaleOf({ domain, value }: NumericParameter): string {
  return domain.kind === "range" ? "range" : value === 0 ? "zero" : value < 0 ? "negative" : "positive";
}

/** The parameter's new value at a coordinate, rounded to what will be written. `step` says how exact it must be. */
export function decode(parameter: NumericParameter, coordinate: number, step: number): Assignment {
  const { domain, value } = parameter;
  if (domain.kind === "free") {
    const raw = value === 0 ? coordinate : Math.sign(value) * Math.exp(Math.max(-40, Math.min(40, coordinate)));
    const resolution = (value === 0 ? 1 : Math.abs(raw)) * step * 0.02;
    const rounded = roundNumber(raw, domain.integer, resolution);
    // An integer keeps its sign and so never becomes zero.
    const kept = domain.integer && value !== 0 && rounded === 0 ? Math.sign(value) : rounded;
    return { parameter, value: kept, written: writeNumber(kept, domain.integer) };
  }
  const { min, max, log, integer } = domain;
  const inside = reflect(coordinate);
  const raw = log ? min * (max / min) ** inside : min + inside * (max - min);
  const width = log ? raw * Math.log(max / min) : max - min;
  const resolution = width * step * 0.02;
  const rounded = Math.min(max, Math.max(min, roundNumber(raw, integer, resolution)));
  // Rounding must not leave the range, also not where its bounds are no integers.
  const fitted = integer ? Math.min(Math.floor(max), Math.max(Math.ceil(min), rounded)) : rounded;
  return { parameter, value: fitted, written: writeNumber(fitted, integer) };
}

/** Whether a parameter has a range to be reflected into. */
export function isBounded({ domain }: NumericParameter): boolean {
  return domain.kind === "range";
}

/** Folds the line onto [0, 1], so that a step across a bound comes back instead of sticking to it. */
export function reflect(coordinate: number): number {
  const turn = Math.abs(coordinate) % 2;
  return turn > 1 ? 2 - turn : turn;
}

/** The smallest step that still changes something worth an experiment. */
export function finest(parameter: NumericParameter): number {
  const { domain, value } = parameter;
  if (!domain.integer) return 5e-4;
  if (domain.kind === "free") return value === 0 ? 0.5 : Math.min(0.5, 0.5 / Math.abs(value));
  const { min, max, log } = domain;
  return log ? 0.5 / (Math.max(1, Math.abs(value)) * Math.log(max / min)) : 0.5 / (max - min);
}
