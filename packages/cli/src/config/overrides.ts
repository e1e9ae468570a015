import { type PawlConfig, PawlError } from "@pawl/core";

/** What `pawl run` may change of a config: nothing that defines the metric. */
export interface Overrides {
  readonly experiments?: number;
  readonly wall?: number;
  readonly usd?: number;
  readonly concurrency?: number;
  readonly seed?: number;
}

/** The config with the command line's settings over its own. */
export function override(config: PawlConfig, { experiments, wall, usd, concurrency, seed }: Overrides): PawlConfig {
  const budget = {
    ...(experiments === undefined ? {} : { experiments }),
    ...(wall === undefined ? {} : { wallMs: wall }),
    ...(usd === undefined ? {} : { usd }),
  };
  return {
    ...config,
    ...(Object.keys(budget).length === 0 ? {} : { budget: { ...config.budget, ...budget } }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function wrong(option: string, text: string, wanted: string): PawlError {
  return new PawlError("PAWL_USAGE", `"${text}" is not ${wanted}`, {
    path: option,
    remedy: `Give ${option} ${wanted}.`,
  });
}

/** A parser for commander: whole numbers from `min` on. */
export function wholeNumber(option: string, min: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
    throw wrong(option, text, min === Number.MIN_SAFE_INTEGER ? "a whole number" : `a whole number from ${min} on`);
  };
}

/** A parser for commander: an amount of money, in US dollars. */
export function dollars(option: string) {
  return (text: string): number => {
    const value = Number(text.replace(/^\$/, ""));
    if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw wrong(option, text, "an amount in US dollars, such as 2.50");
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A parser for commander: `90s`, `10m`, `1h30m`; in milliseconds. */
export function duration(option: string) {
  return (text: string): number => {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*/gy)];
    const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
    const read = parts.reduce((length, [whole]) => length + whole.length, 0);
    const ms = Math.round(total);
    if (read === text.length && ms >= 1 && Number.isSafeInteger(ms)) return ms;
    throw wrong(option, text, "a duration with its unit, such as 90s, 10m or 1h30m");
  };
}
