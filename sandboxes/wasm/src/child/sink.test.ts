import fc from "fast-check";
import { expect, test } from "vitest";
import { Sink } from "./sink.ts";

test("what was written in parts is read as a whole", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 20 }), (parts) => {
      const sink = new Sink();
      for (const part of parts) sink.append(part);
      expect(sink.bytes.equals(Buffer.concat(parts))).toBe(true);
      expect(sink.length).toBe(sink.bytes.length);
    }),
  );
});
