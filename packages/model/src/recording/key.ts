import { createHash } from "node:crypto";

/** What makes two requests the same: neither host nor headers, so that no key has a part in it. */
export interface RequestIdentity {
  readonly method: string;
  /** Path below the root of the API, such as `/chat/completions`. */
  readonly path: string;
  readonly body: string;
}

/** A request as a text that does not depend on the order of fields or on blanks between them. */
export function canonical({ method, path, body }: RequestIdentity): string {
  return JSON.stringify([method, path, sorted(parse(body))]);
}

/**
 * Names an exchange: a request, whose it is, and how often the same had been asked there before.
 * @returns a SHA-256 in hex
 */
export function exchangeKey(request: string, scope: string, occurrence: number): string {
  return createHash("sha256")
    .update(JSON.stringify([request, scope, occurrence]))
    .digest("hex");
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  // As pairs: an object of our own would put names that look like numbers first, and lose "__proto__".
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { object: entries.map(([name, each]) => [name, sorted(each)]) };
}
