import type { Proposal } from "@pawl/plugin";

/** Times are told in steps of so many seconds: an idea of a moment takes none, on a slow machine too. */
const STEP = 2;

/**
 * How long an idea took, in seconds. Where models were asked, it is the time until they answered, which a recording
 * repeats; otherwise what the clock says.
 */
export function thinkingSeconds({ exchanges = [] }: Proposal, clockMs: number): number {
  const ms = exchanges.length === 0 ? clockMs : exchanges.reduce((sum, { wallMs }) => sum + wallMs, 0);
  return Math.floor(ms / 1000 / STEP) * STEP;
}
