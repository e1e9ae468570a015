import assert from "node:assert/strict";

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** How a promise ended. */
export type Settled<T> = { readonly value: T } | { readonly error: unknown };

/** Waits for a promise to end in either way, and fails where it does not within the guard. */
export async function settle<T>(promise: Promise<T>, guardMs: number, what: string): Promise<Settled<T>> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${what} did not end within ${guardMs} ms` })),
      guardMs,
    );
  });
  const ended = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  try {
    return await Promise.race([ended, guard]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a promise that must not reject. */
export async function fulfil<T>(promise: Promise<T>, guardMs: number, what: string): Promise<T> {
  const settled = await settle(promise, guardMs, what);
  if ("error" in settled) throw settled.error;
  return settled.value;
}

/** Freezes a value and all that hangs on it, so that whoever changes it is told. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  // A view on bytes cannot be frozen.
  if (ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const each of Object.values(value)) deepFreeze(each);
  return value;
}

/** A copy through JSON. */
export function jsonCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** JSON has no negative zero, and nobody means it. */
function withoutNegativeZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNegativeZero(each)]));
}

/** Fails unless a value survives a trip through JSON unchanged. */
export function assertJson(value: unknown, what: string): void {
  const text = JSON.stringify(value) as string | undefined;
  assert.notEqual(text, undefined, `${what} is not JSON data`);
  assert.deepEqual(
    JSON.parse(text!),
    withoutNegativeZero(value),
    `${what} does not survive JSON: it holds NaN, undefined or an object of a class`,
  );
}
