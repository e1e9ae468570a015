import type { Files, Json } from "@pawl/plugin";
import { z } from "zod";
import type { Finding, TextDetector } from "../../detector.ts";
import { bitsOfNumber, bitsOfText } from "../inputs/bits.ts";
import type { Constant } from "../read/fact.ts";
import { newConstants } from "../read/novelty.ts";
import { type Change, changesOf, placeOf } from "../read/source.ts";

export const entropyOptions = z.strictObject({
  /** Bits of new constants that a candidate may always add. */
  freeBits: z.number().nonnegative().default(1_024),
  /** And so many for each validation case: what has more than that could know them all by heart. */
  bitsPerCase: z.number().nonnegative().default(2),
  /** But never more than so many. */
  mostBits: z.number().nonnegative().default(4_096),
  /** Bits in one text without words. */
  blobBits: z.number().nonnegative().default(256),
  /** Large integers without a pattern. */
  codes: z.int().min(1).default(12),
});
type EntropyOptions = z.output<typeof entropyOptions>;

/** An integer with so many bits is a code rather than a quantity. */
const CODE_BITS = 24;

/**
 * Sees what a candidate could know by heart: the information in the constants that it adds, against the number of cases.
 * A price list, a handful of thresholds or a small tree are far below; a table of answers is not.
 */
export function entropy(options: EntropyOptions): TextDetector {
  return {
    name: "entropy",
    code: "PAWL_GAMING_ENTROPY",
    severity: "hold",
    blindTo: "a table that grows by a few constants from champion to champion: each step is within bounds",
    async inspect({ files }, { champion, inputs }) {
      const changes = changesOf(files, champion.files);
      let cases: number | undefined;
      for (const change of changes) {
        const measured = measure(change);
        if (
          measured.blobs.every(({ bits }) => bits < options.blobBits) &&
          measured.codes.length < options.codes &&
          measured.total <= options.freeBits
        )
          continue;
        cases ??= (await inputs("validation"))?.length ?? 0;
        const limit = Math.min(options.mostBits, Math.max(options.freeBits, options.bitsPerCase * cases));
        const found = judge(change, measured, limit, options);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

/** Bits in the constants that a candidate has and the champion does not. */
export function newBits(candidate: Files, champion: Files): number {
  return changesOf(candidate, champion).reduce((sum, change) => sum + measure(change).total, 0);
}

interface Weighed {
  readonly constant: Constant;
  readonly bits: number;
}

interface Measured {
  readonly total: number;
  readonly blobs: readonly Weighed[];
  readonly codes: readonly Weighed[];
  readonly weighed: readonly Weighed[];
}

function measure(change: Change): Measured {
  const weighed = newConstants(change, false).map((constant) => ({ constant, bits: bitsOf(constant) }));
  return {
    weighed,
    total: weighed.reduce((sum, { bits }) => sum + bits, 0),
    blobs: weighed.filter(({ constant: { value }, bits }) => bits > 60 && typeof value !== "number"),
    codes: weighed.filter(
      ({ constant: { value }, bits }) => bits >= CODE_BITS && typeof value === "number" && Number.isInteger(value),
    ),
  };
}

const bitsOf = ({ value }: Constant): number => (typeof value === "string" ? bitsOfText(value) : bitsOfNumber(value));

function judge(
  change: Change,
  { total, blobs, codes, weighed }: Measured,
  limit: number,
  options: EntropyOptions,
): Finding | null {
  const large = blobs.filter(({ bits }) => bits >= options.blobBits);
  if (large.length > 0)
    return finding(change, "It holds text without words that could be a table in disguise", large, total, limit);
  if (codes.length >= options.codes)
    return finding(change, `It holds ${codes.length} large numbers that look like codes`, codes, total, limit);
  if (total <= limit) return null;
  const most = weighed.toSorted((a, b) => b.bits - a.bits);
  return finding(
    change,
    `Its new constants hold ${Math.round(total)} bits, more than ${Math.round(limit)}`,
    most,
    total,
    limit,
  );
}

function finding(
  { after }: Change,
  sentence: string,
  found: readonly Weighed[],
  total: number,
  limit: number,
): Finding {
  const constants: Json = found.slice(0, 8).map(({ constant: { value, at }, bits }) => ({
    value: typeof value === "number" ? value : String(value).slice(0, 60),
    bits: Math.round(bits),
    ...placeOf(after, at),
  }));
  return {
    reason: `${sentence}.`,
    evidence: { bits: Math.round(total), limit: Math.round(limit), constants, of: found.length },
  };
}
