import { z } from "zod";
import type { Json } from "./json.ts";

/**
 * A gate's answer: `pass`, `reject`, or `hold` (a human must decide), with a stable code (`PAWL_…` for built-ins,
 * your own prefix for yours), one sentence, and evidence that a person can check.
 */
export interface Verdict {
  readonly decision: "pass" | "reject" | "hold";
  readonly code: string;
  readonly reason: string;
  readonly evidence?: Json;
}

/** Checks a verdict at run time; the engine turns a violation into a rejection. */
export const verdictSchema = z.strictObject({
  decision: z.enum(["pass", "reject", "hold"]),
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/, "use capitals, digits and underscores, such as ACME_TOO_SLOW"),
  reason: z.string().min(1),
  evidence: z.json().optional(),
});

type VerdictMaker = (code: string, reason: string, evidence?: Json) => Verdict;

const maker =
  (decision: Verdict["decision"]): VerdictMaker =>
  (code, reason, evidence) =>
    evidence === undefined ? { decision, code, reason } : { decision, code, reason, evidence };

/** The candidate may go on. */
export const pass: VerdictMaker = maker("pass");
/** The candidate is not kept. */
export const reject: VerdictMaker = maker("reject");
/** A human must decide; the candidate is not kept until one does. */
export const hold: VerdictMaker = maker("hold");
