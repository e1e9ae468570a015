import fc from "fast-check";
import { expect, test } from "vitest";
import { blobsToForget, batchText } from "./batch.ts";
import { batchOf } from "./test/jobs.ts";

test("a batch whose digest is wrong is refused", () => {
  expect(() => batchText({ items: [1, 2], digest: batchOf([1, 3]).digest })).toThrow(
    expect.objectContaining({ code: "PAWL_INTERNAL" }),
  );
  expect(batchText(batchOf([1, 2])).toString()).toBe("[1,2]");
});

test.each([
  ["batch", 4, 67_108_864],
  ["module", 16, 16_777_216],
] as const)(
  "a child never holds more blobs of the kind %s than it may, unless one alone is larger",
  (kind, most, room) => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100_000_000 }), { maxLength: 24 });
    fc.assert(
      fc.property(sizes, (all) => {
        const held = new Map<string, number>();
        for (const [index, size] of all.entries()) {
          const forget = blobsToForget(kind, held, size);
          // The oldest go first.
          expect(forget).toEqual([...held.keys()].slice(0, forget.length));
          for (const digest of forget) held.delete(digest);
          held.set(String(index), size);
          const bytes = [...held.values()].reduce((sum, each) => sum + each, 0);
          expect(held.size).toBeLessThanOrEqual(most);
          expect(held.size === 1 || bytes <= room).toBe(true);
        }
      }),
    );
  },
);
