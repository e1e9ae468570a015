/**
 * Freezes plain data, all the way down, so that nobody who gets hold of a part of it can change what is measured.
 * The data must be a tree, as JSON is. Views on binary data cannot be frozen and are left. Takes less time than making
 * JSON of the same data.
 */
export function deepFreeze<T>(value: T): T {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const item = waiting.pop();
    if (typeof item !== "object" || item === null || ArrayBuffer.isView(item)) continue;
    Object.freeze(item);
    const parts: readonly unknown[] = Array.isArray(item) ? item : Object.values(item);
    // By index, and only what can have parts of its own: there are lists of a million numbers.
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index];
      if (typeof part === "object" && part !== null) waiting.push(part);
    }
  }
  return value;
}
