import type { Json } from "./json.ts";

/** Takes secrets out of what is about to be kept or shown. */
export interface Redactor {
  text(text: string): string;
  /** Every string of a JSON value, keys included. */
  json<T extends Json>(value: T): T;
}

/** Shapes that only secrets have. Each leaves its first characters, so that a reader sees what was there. */
const PATTERNS: readonly RegExp[] = [
  // Keys of model providers and code hosts, and tokens with a prefix of their own.
  /\b(sk-(?:ant-|proj-)?)[\w-]{16,}/g,
  /\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|npm_|AIza|ya29\.)[\w.-]{16,}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // JSON web tokens.
  /\b(eyJ)[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Headers and addresses that carry one.
  /\b((?:authorization|x-api-key|api-key)["']?\s*[:=]\s*["']?(?:bearer\s+)?)[^\s"',;]{8,}/gi,
  /\b(bearer\s+)[\w.~+/=-]{16,}/gi,
  /(:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g,
];
const SECRET_NAME = /key|token|secret|passw|credential|auth/i;
/** Shorter values are words, and replacing them would make text unreadable. */
const SHORTEST_VALUE = 8;
const MARK = "[redacted]";

/**
 * Makes a redactor that knows secrets by their shape and by their value.
 * @param environment variables whose names look like those of secrets give values to look for
 * @param values further values that must not be kept
 */
export function createRedactor(
  environment: Readonly<Record<string, string | undefined>> = {},
  values: readonly string[] = [],
): Redactor {
  const named = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
  const known = [...new Set([...named, ...values])]
    .filter((value) => value.length >= SHORTEST_VALUE)
    // The longest first: one may be part of another.
    .toSorted((a, b) => b.length - a.length);
  const text = (plain: string): string => {
    let redacted = plain;
    for (const value of known) redacted = redacted.replaceAll(value, MARK);
    for (const pattern of PATTERNS) redacted = redacted.replace(pattern, `$1${MARK}`);
    return redacted;
  };
  const json = (value: Json): Json => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [text(key), json(each)]));
  };
  return { text, json: json as Redactor["json"] };
}
