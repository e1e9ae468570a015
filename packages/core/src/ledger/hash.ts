import { hash } from "node:crypto";

// Taken when this module is loaded: nobody who exchanges them later can make the ledger's chain meaningless.
const hashOnce = hash;
export const { stringify } = JSON;

/** What the first event has for `prevHash`, and the hash of an empty ledger: 64 zeros. */
export const GENESIS_HASH = "0".repeat(64);

/** What an event's hash covers, with `json` as the exact text that is stored. */
export interface HashedFields {
  readonly prevHash: string;
  readonly seq: number;
  readonly run: string | null;
  readonly type: string;
  readonly version: number;
  readonly at: string;
  readonly json: string;
}

/**
 * The hash of an event, in hex: SHA-256 over the UTF-8 bytes of seven lines, joined by `\n` without one at the end:
 *
 * ```text
 * prevHash
 * seq         decimal
 * run         as a JSON string, or null
 * type        as a JSON string
 * version     decimal
 * at          as a JSON string
 * json        the event's data, exactly as stored
 * ```
 *
 * JSON strings hold no raw line break and `json` comes last, so no two events share a text. Anyone can check a row
 * with `sqlite3` and `sha256sum`.
 */
export function eventHash(fields: HashedFields): string {
  const lines = [
    fields.prevHash,
    String(fields.seq),
    stringify(fields.run),
    stringify(fields.type),
    String(fields.version),
    stringify(fields.at),
    fields.json,
  ];
  return hashOnce("sha256", lines.join("\n"), "hex");
}

/**
 * The name of a blob: SHA-256 of its bytes, in hex. Strings count as UTF-8, in which a lone surrogate is U+FFFD;
 * that is also what `Ledger.blob` gives back for it.
 */
export function blobDigest(content: string | Uint8Array): string {
  return hashOnce("sha256", content, "hex");
}
