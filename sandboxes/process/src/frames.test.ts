import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, FrameReader, type Frame } from "./frames.ts";

const open = { headerBytes: 1e9, bodyBytes: 1e9 };

test("frames survive however the stream is cut", () => {
  const frame = fc.record({ header: fc.jsonValue(), body: fc.uint8Array({ maxLength: 200 }) });
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (frames, cuts) => {
        const sent = frames.map(({ header, body }) => ({ header: JSON.parse(JSON.stringify(header)), body }));
        const stream = Buffer.concat(sent.flatMap(({ header, body }) => encodeFrame(header, Buffer.from(body))));
        const reader = new FrameReader(open);
        const received: Frame[] = [];
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const next = at + cuts[cut % cuts.length]!;
          received.push(...reader.push(stream.subarray(at, next)));
          at = next;
        }
        expect(received.map(({ header, body }) => ({ header, body: new Uint8Array(body) }))).toStrictEqual(sent);
      },
    ),
  );
});

test("a frame is refused for its announced size, before its bytes are there", () => {
  const prefix = (header: number, body: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(header, 0);
    bytes.writeUInt32BE(body, 4);
    return bytes;
  };
  const caps = { headerBytes: 10, bodyBytes: 10 };
  expect([...new FrameReader(caps).push(prefix(10, 10))]).toEqual([]);
  expect(() => [...new FrameReader(caps).push(prefix(11, 0))]).toThrow(
    expect.objectContaining({ kind: "header-too-large" }),
  );
  expect(() => [...new FrameReader(caps).push(prefix(0, 4_294_967_295))]).toThrow(
    expect.objectContaining({ kind: "body-too-large" }),
  );
});

test("a header that is not JSON is refused", () => {
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]), Buffer.from("{")]);
  expect(() => [...new FrameReader(open).push(bytes)]).toThrow(expect.objectContaining({ kind: "malformed" }));
});
