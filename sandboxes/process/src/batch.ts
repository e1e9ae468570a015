import { createHash } from "node:crypto";
import { type InputBatch, PawlError } from "@pawl/plugin";
import type { BlobKind } from "./protocol.ts";

/** The JSON text of a batch, made once for as long as the batch lives. */
const texts = new WeakMap<readonly unknown[], Buffer>();

/** The bytes that carry a batch into a child. */
export function batchText({ items, digest }: InputBatch): Buffer {
  const known = texts.get(items);
  if (known !== undefined) return known;
  const text = Buffer.from(JSON.stringify(items));
  // A child finds batches by digest: a wrong one would run candidates on another evaluation's inputs.
  const actual = createHash("sha256").update(text).digest("hex");
  if (actual !== digest) {
    throw new PawlError("PAWL_INTERNAL", `an input batch of ${items.length} items is not what its digest says`, {
      details: [`digest: ${digest}`, `SHA-256 of its JSON text: ${actual}`],
    });
  }
  texts.set(items, text);
  return text;
}

/**
 * Blobs of one kind, and bytes of them, that a child holds at the most; the one in use always stays. Modules come from
 * candidates: what one leaves behind must not take the room of the next.
 */
const MAX_BLOBS = { batch: 4, module: 16 };
const MAX_BYTES = { batch: 67_108_864, module: 16_777_216 };

/** Which blobs a child lets go so that one of `size` bytes fits; `held` lists the longest unused first. */
export function blobsToForget(kind: BlobKind, held: ReadonlyMap<string, number>, size: number): string[] {
  let bytes = size;
  let count = 1;
  for (const each of held.values()) {
    bytes += each;
    count += 1;
  }
  const forget: string[] = [];
  for (const [digest, each] of held) {
    if (count <= MAX_BLOBS[kind] && bytes <= MAX_BYTES[kind]) break;
    forget.push(digest);
    bytes -= each;
    count -= 1;
  }
  return forget;
}
